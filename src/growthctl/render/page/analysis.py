"""The page of an analysis: what is broken now, the bottleneck, the stages, what to do; and what that rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from growthctl.render.formats import Look
from growthctl.render.page.blocks import (
    Block,
    Callout,
    Heading,
    Items,
    Labelled,
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
from growthctl.report.stages import CountedFacts, InAnyOrder
from growthctl.words.analysis import advice, counted_stage, overview, stages
from growthctl.words.analysis.answer import FAULTS_SHOWN, Statement, brief, findings
from growthctl.words.analysis.health import sentence
from growthctl.words.analysis.log import noticed, untold
from growthctl.words.analysis.next_steps import commands, steps
from growthctl.words.analysis.opening import opening
from growthctl.words.analysis.segments import footnote, rows
from growthctl.words.analysis.verdict import explanation
from growthctl.words.dates import Clocks
from growthctl.words.known_changes import linked
from growthctl.words.labels import label, stage
from growthctl.words.numbers import printable
from growthctl.words.people import people
from growthctl.words.rates import columns
from growthctl.words.warnings import with_hint


def pages(report: Report, look: Look) -> Iterator[Page]:
    """A page for each funnel; without details one for that which loses most, and a line for each other."""
    numbered = list(enumerate(report.analyses))
    if look.details or len(numbered) < 2:
        yield from (_page(analysis, look, number) for number, analysis in numbered)
        return
    (number, worst), *others = sorted(numbered, key=lambda pair: _loss(pair[1]), reverse=True)
    yield _page(worst, look, number)
    yield iter([Labelled("OTHERS", [brief(analysis) for _, analysis in others])])


def _page(analysis: Analysis, look: Look, number: int) -> Page:
    yield Title(printable(analysis.funnel.name), printable(analysis.funnel.description or ""))
    yield Scope(opening(analysis))
    yield from _findings(analysis, look)
    yield _overview(analysis)
    yield Prose(" ".join(overview.notes(analysis)), is_quiet=True)
    yield Labelled("LOG", [] if look.details else noticed(analysis), are_one=True)
    yield Labelled("NEXT", steps(analysis))
    yield Labelled(
        "MORE", [*([] if look.details else ["--details"]), *commands(analysis, look.subject(number))], is_code=True
    )
    if look.details:
        yield from _details(analysis)


def _loss(analysis: Analysis) -> tuple[float, float]:
    """What a funnel loses per 30 days, in money and in conversions."""
    worths = [fault.recoverable for fault in analysis.broken_now]
    worths += [analysis.bottleneck.recoverable] if analysis.bottleneck.recoverable else []
    return max(((worth.value or 0.0, worth.conversions_per_30_days) for worth in worths), default=(0.0, 0.0))


def _findings(analysis: Analysis, look: Look) -> Iterator[Block]:
    """What is broken now and the bottleneck, the dearer one first."""
    first_screen = findings(analysis, None if look.details else FAULTS_SHOWN)
    faults = [_callout(overview.BROKEN, "BROKEN NOW", each, is_alarming=True) for each in first_screen.broken]
    is_confirmed = analysis.bottleneck.verdict == "confirmed"
    lasting = _callout(overview.named(analysis), "BOTTLENECK", first_screen.bottleneck, is_alarming=is_confirmed)
    yield from [lasting, *faults] if first_screen.is_bottleneck_first else [*faults, lasting]
    yield Prose(f"{first_screen.more_broken} more broken: --details." if first_screen.more_broken else "")


def _callout(mark: str, tag: str, statement: Statement, *, is_alarming: bool) -> Callout:
    return Callout(f"{mark} {tag}", statement.text, statement.owner, statement.sentences, is_alarming)


def _overview(analysis: Analysis) -> Table:
    headings = overview.headings(analysis)
    texts = {0, *range(4, len(headings))}
    entered = analysis.stages[0].reached
    marked = [(stage, overview.mark(stage, analysis)) for stage in analysis.stages]
    is_named = analysis.bottleneck.verdict in ("confirmed", "suspect", "tie")
    counted = analysis.counted
    above = [] if counted is None else [TableRow(counted_stage.cells(counted), mark=counted_stage.COUNTED)]
    return Table(
        columns=[
            TableColumn(heading, is_text=position in texts, is_broken=position in texts)
            for position, heading in enumerate(headings)
        ],
        rows=above
        + [
            TableRow(
                overview.cells(stage, analysis),
                mark=mark,
                is_alarming=mark == overview.BROKEN or (mark == overview.NAMED and is_named),
                bar=stage.reached / entered if entered else 0.0,
            )
            for stage, mark in marked
        ],
        has_bars=True,
    )


def _details(analysis: Analysis) -> Page:
    """What the answer rests on."""
    yield Heading("What the verdict rests on")
    yield Sentences(explanation(analysis), is_indented=True)
    yield Heading("The rates in full")
    yield _facts(stages.HEADINGS, [stages.cells(stage, analysis) for stage in analysis.stages])
    yield Prose(" ".join(stages.footnotes(analysis)), is_quiet=True)
    if analysis.counted is not None:
        yield from _counted(analysis, analysis.counted)
    if analysis.any_order is not None:
        yield from _declared(analysis, analysis.any_order)
    yield Prose(stages.phases(analysis))
    yield Prose(stages.counting(analysis))
    findings = [sentence(finding, analysis) for finding in untold(analysis)]
    if findings:
        yield Heading("Data health")
        yield Items(findings)
    if analysis.changes:
        yield Heading("Known changes")
        yield Items(linked(analysis.changes, Clocks.of(analysis)))
    yield from _what_to_try(analysis)
    yield from _segments(analysis)
    yield WarningList([with_hint(warning) for warning in analysis.warnings])


def _counted(analysis: Analysis, counted: CountedFacts) -> Page:
    """What came of a stage that is counted, and by which values."""
    yield Prose(" ".join(counted_stage.sentences(counted, analysis)))
    for (by,), group in groupby(counted.segments, key=lambda segment: segment.by):
        segments, more = counted_stage.shown_segments(list(group))
        yield _facts(counted_stage.headings(counted, by), [counted_stage.segment_cells(each) for each in segments])
        yield Prose(more, is_quiet=True)


def _declared(analysis: Analysis, any_order: InAnyOrder) -> Page:
    """Which stages they were."""
    yield _facts(stages.DECLARED_HEADINGS, [stages.declared_cells(stage, analysis) for stage in any_order.stages])
    yield Prose(stages.declared_footnote(), is_quiet=True)


def _facts(headings: Sequence[str], lines: Sequence[Sequence[str]]) -> Table:
    """A table of numbers beside a name."""
    name, *numbers = headings
    return Table(
        columns=[TableColumn(name, is_text=True, is_broken=True), *map(TableColumn, numbers)],
        rows=[TableRow(line) for line in lines],
        has_marks=False,
    )


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
        yield RateTable(
            _names(by),
            [line.name for line in lines],
            list(columns(analysis.stages, lines, people(analysis.funnel).capitalize())),
            is_split=True,
        )
    yield Prose(footnote(analysis), is_quiet=True)


def _names(by: Sequence[str]) -> str:
    return ", ".join(printable(name) for name in by)
