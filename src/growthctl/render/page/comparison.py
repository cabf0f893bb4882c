"""The page of a comparison: what moved, what is not judged, the stages of both sides; and what that rests on."""

from __future__ import annotations

from collections.abc import Iterator

from growthctl.render.formats import Look
from growthctl.render.page.blocks import (
    Callout,
    Gap,
    Heading,
    Items,
    Labelled,
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
from growthctl.report.comparison import ComparedStage, Comparison, ComparisonReport
from growthctl.words.comparison import moves
from growthctl.words.comparison.differences import drivers_explained, drivers_headline, explanation
from growthctl.words.comparison.sides import arms, scope, title
from growthctl.words.dates import Clocks
from growthctl.words.known_changes import linked
from growthctl.words.warnings import sentence_of, with_hint

_MARKS = dict.fromkeys(("FELL", "ROSE", "LOWER", "HIGHER", "HIDDEN"), "!")


def pages(report: ComparisonReport, look: Look) -> Iterator[Page]:
    """A page for each funnel."""
    return (_page(comparison, look) for comparison in report.comparisons)


def _page(comparison: Comparison, look: Look) -> Page:
    yield Title(title(comparison), is_long=True)
    yield Scope(scope(comparison))
    yield Gap()
    yield Labelled("BEWARE", [arms(comparison)] if arms(comparison) else [])
    for move in moves.moves(comparison):
        yield Callout(
            f"{_MARKS.get(move.tag, ' ')} {move.tag}",
            move.text,
            move.owner,
            move.sentences,
            is_alarming=move.tag == "FELL",
        )
    yield Labelled("  NOT JUDGED", moves.not_judged(comparison))
    yield Prose(moves.rest(comparison))
    if comparison.stages:
        yield _stages(comparison)
        yield Prose(" ".join(moves.notes(comparison)), is_quiet=True)
    yield Prose(moves.counted_stage(comparison))
    if comparison.drivers is not None:
        yield Heading(drivers_headline(comparison, comparison.drivers))
        yield Sentences(list(drivers_explained(comparison.drivers)), is_indented=True)
    if look.details:
        yield Heading("What this rests on")
        yield Sentences(list(explanation(comparison)), is_indented=True)
        if comparison.known_changes:
            yield Heading("Known changes")
            yield Items(linked(comparison.known_changes, Clocks.of(comparison)))
        yield WarningList([with_hint(warning) for warning in comparison.warnings])
    else:
        yield Labelled("LOG", [sentence_of(warning) for warning in comparison.warnings])
        yield Labelled("MORE", ["--details"])


def _stages(comparison: Comparison) -> Table:
    stage, *numbers = moves.headings(comparison)
    return Table(
        columns=[
            TableColumn(stage, is_text=True, is_broken=True),
            *(TableColumn(heading, is_broken=True) for heading in numbers),
        ],
        rows=[
            TableRow(moves.cells(stage), mark=_mark(stage), is_alarming=bool(_mark(stage)))
            for stage in comparison.stages
        ],
    )


def _mark(stage: ComparedStage) -> str:
    return "!" if stage.changed or stage.offset else ""
