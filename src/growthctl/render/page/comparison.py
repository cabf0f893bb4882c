"""The page of a comparison: the stages of both sides, then what changed, where, and what it comes from."""

from __future__ import annotations

from collections.abc import Iterator

from growthctl.render.page.blocks import (
    Heading,
    Page,
    Prose,
    Scope,
    Sentences,
    Table,
    TableColumn,
    TableRow,
    Title,
    WarningList,
)
from growthctl.report.comparison import ComparedStage, Comparison, ComparisonReport, Difference
from growthctl.words.comparison import columns, drivers_explained, drivers_headline, explanation, headline
from growthctl.words.labels import rate
from growthctl.words.numbers import change_percent, estimate, integer, points, printable, signed
from growthctl.words.sides import caveats, footnote, scope, title


def pages(report: ComparisonReport) -> Iterator[Page]:
    """A page for each funnel."""
    return map(_page, report.comparisons)


def _page(comparison: Comparison) -> Page:
    yield Title(title(comparison), is_long=True)
    yield Scope(scope(comparison))
    yield _stages(comparison)
    yield Prose(footnote(comparison), is_quiet=True)
    first = list(caveats(comparison))
    if first:
        yield Heading("To be known first")
        yield Sentences(first, is_indented=True)
    yield Heading(headline(comparison))
    yield Sentences(list(explanation(comparison)), is_indented=True)
    if comparison.drivers is not None:
        yield Heading(drivers_headline(comparison, comparison.drivers))
        yield Sentences(list(drivers_explained(comparison.drivers)), is_indented=True)
    yield WarningList([printable(warning.message) for warning in comparison.warnings])


def _stages(comparison: Comparison) -> Table:
    headings = (*columns(comparison), "Change", "95% interval", "Effect")
    return Table(
        columns=[
            TableColumn("Stage", is_text=True, is_broken=True),
            *(TableColumn(heading, is_broken=True) for heading in headings),
            TableColumn("Owner", is_text=True, is_broken=True),
        ],
        rows=[_entrants(comparison), *map(_stage, comparison.stages), _in_all(comparison)],
    )


def _entrants(comparison: Comparison) -> TableRow:
    entrants = comparison.entrants
    cells = (
        printable(entrants.label),
        integer(entrants.against),
        integer(entrants.this),
        change_percent(entrants.this, entrants.against_scaled),
        "" if entrants.judged else "not judged",
        signed(entrants.contribution),
        printable(entrants.owner or ""),
    )
    return TableRow(cells, is_marked=entrants.changed, is_alarming=entrants.changed)


def _stage(stage: ComparedStage) -> TableRow:
    rates = stage.rate
    cells = (
        printable(stage.label),
        *(rate(side.converted, side.entered) for side in (rates.against, rates.this)),
        points(rates.difference),
        "not judged" if not stage.judged else _interval(rates),
        signed(stage.contribution),
        printable(stage.owner or ""),
    )
    is_changed = stage.changed or stage.offset
    return TableRow(cells, is_marked=is_changed, is_alarming=is_changed)


def _interval(rates: Difference) -> str:
    return "" if rates.low is None or rates.high is None else f"{points(rates.low)} to {points(rates.high)}"


def _in_all(comparison: Comparison) -> TableRow:
    against, this = comparison.conversions_against, comparison.conversions
    change, total = change_percent(this, against), signed(this - against)
    return TableRow(("In all", estimate(against), estimate(this), change, "", total, ""))
