"""The page of an analysis: stages, verdict, what to try, segments, warnings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from growthctl.render.page.blocks import (
    Block,
    Heading,
    Items,
    Page,
    Prose,
    RateTable,
    Scope,
    Sentences,
    Table,
    TableColumn,
    TableRow,
    Ticket,
    Title,
    WarningList,
)
from growthctl.report.advice import RecommendationFacts
from growthctl.report.analysis import Analysis, Report
from growthctl.report.stages import InAnyOrder
from growthctl.words import advice
from growthctl.words.health import MOST_LINES, sentence
from growthctl.words.labels import label, reference_word, stage
from growthctl.words.numbers import printable
from growthctl.words.rates import columns
from growthctl.words.segments import footnote, rows
from growthctl.words.stages import (
    DECLARED_HEADINGS,
    FACT_HEADINGS,
    HEADINGS,
    cells,
    declared_cells,
    declared_footnote,
    footnotes,
    phases,
    scope,
)
from growthctl.words.verdict import broken, broken_because, costs_most, explanation, headline


def pages(report: Report) -> Iterator[Page]:
    """A page for each funnel."""
    return map(_page, report.analyses)


def _page(analysis: Analysis) -> Page:
    yield Title(printable(analysis.funnel.name), printable(analysis.funnel.description or ""))
    yield Scope(scope(analysis))
    yield _stages(analysis)
    yield Prose(" ".join(footnotes(analysis)), is_quiet=True)
    if analysis.any_order is not None:
        yield _declared(analysis, analysis.any_order)
        yield Prose(declared_footnote(analysis), is_quiet=True)
    yield Prose(phases(analysis))
    # What puts the verdict in doubt is said before it.
    in_doubt = any(finding.material for finding in analysis.health.findings)
    if in_doubt:
        yield from _health(analysis)
    # The dearer one first.
    verdict: list[Block] = [Heading(headline(analysis)), Sentences(explanation(analysis), is_indented=True)]
    if costs_most(analysis):
        yield from verdict
    for fault in analysis.broken_now:
        yield Heading(broken(fault, analysis))
        yield Sentences(broken_because(fault, analysis), is_indented=True)
    if not costs_most(analysis):
        yield from verdict
    if not in_doubt:
        yield from _health(analysis)
    yield from _what_to_try(analysis)
    yield from _segments(analysis)
    yield WarningList([printable(warning.message) for warning in analysis.warnings])


def _stages(analysis: Analysis) -> Table:
    if analysis.any_order is not None:
        rows = [(cells(stage, analysis)[: len(FACT_HEADINGS)], stage.reached) for stage in analysis.stages]
        return _facts(FACT_HEADINGS, rows, analysis)
    name, reached, *numbers, owner = (
        heading.format(reference=reference_word(analysis).capitalize()) for heading in HEADINGS
    )
    entered = analysis.stages[0].reached
    is_named = analysis.bottleneck.verdict in ("confirmed", "suspect", "tie")
    return Table(
        columns=[
            TableColumn(name, is_text=True, is_broken=True),
            *(TableColumn(heading) for heading in (reached, *numbers)),
            TableColumn(owner, is_text=True, is_broken=True),
        ],
        rows=[
            TableRow(
                cells(stage, analysis),
                is_marked=stage.name in analysis.bottleneck.contenders,
                is_alarming=is_named and stage.name in analysis.bottleneck.contenders,
                bar=stage.reached / entered if entered else 0.0,
            )
            for stage in analysis.stages
        ],
        has_bars=True,
    )


def _declared(analysis: Analysis, any_order: InAnyOrder) -> Table:
    """Which stages they were."""
    rows = [(declared_cells(stage, analysis), stage.reached) for stage in any_order.stages]
    return _facts(DECLARED_HEADINGS, rows, analysis)


def _facts(headings: Sequence[str], rows: Sequence[tuple[Sequence[str], int]], analysis: Analysis) -> Table:
    """A table in which nobody is named; `rows` each with how many reached it."""
    entered = analysis.stages[0].reached
    name, *numbers = headings
    return Table(
        columns=[TableColumn(name, is_text=True, is_broken=True), *map(TableColumn, numbers)],
        rows=[TableRow(row, bar=reached / entered if entered else 0.0) for row, reached in rows],
        has_bars=True,
    )


def _health(analysis: Analysis) -> Page:
    if analysis.health.findings:
        yield Heading("Data health")
        yield Items([sentence(finding, analysis) for finding in analysis.health.findings], most=MOST_LINES)


def _what_to_try(analysis: Analysis) -> Page:
    if analysis.recommendations:
        yield Heading("What to try")
    for number, item in enumerate(analysis.recommendations, 1):
        yield _ticket(number, item, analysis)


def _ticket(number: int, item: RecommendationFacts, analysis: Analysis) -> Ticket:
    return Ticket(
        number=number,
        title=f"{label(analysis, item.stage)}: {printable(item.action)}",
        owner=item.owner and printable(item.owner),
        why=advice.why(item, analysis) if advice.is_reason_of_its_own(item) else "",
        evidence=advice.evidence(item, analysis),
        worth="" if item.worth is None else f"{advice.worth(item.worth, analysis)}.",
        next_test=printable(item.next_test),
        measure=advice.measure(item, analysis),
        runbook=stage(analysis, item.stage).runbook,
    )


def _segments(analysis: Analysis) -> Page:
    for by, group in groupby(analysis.segments, key=lambda segment: segment.by):
        lines = list(rows(list(group), analysis))
        yield RateTable(_names(by), [line.name for line in lines], list(columns(analysis.stages, lines)), is_split=True)
    yield Prose(footnote(analysis), is_quiet=True)


def _names(by: Sequence[str]) -> str:
    return ", ".join(printable(name) for name in by)
