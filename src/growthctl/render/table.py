"""The report for a terminal, a pipe or a mail: stages, verdict, what to try, segments, warnings."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from growthctl.render import sentences
from growthctl.render.layout import grid, printed, prose, prose_width
from growthctl.render.numbers import day, duration, integer, interval, percent, printable, span, target
from growthctl.report.model import Analysis, Report, Segment, Stage

SEGMENTS_SHOWN = 8
BAR_WIDTH = 8
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def render_table(report: Report, *, width: int | None, color: bool) -> str:
    """The whole report as text.

    `width` is that of the terminal; None is a file or a pipe, where nothing is cut or wrapped but prose.
    """
    parts: list[RenderableType] = []
    for position, analysis in enumerate(report.analyses):
        if position:
            parts.append("")
        parts.extend(_parts(analysis, prose_width(width)))
    return printed(parts, width=width, color=color)


def _parts(analysis: Analysis, width: int) -> Iterator[RenderableType]:
    yield _title(analysis)
    yield from prose(_scope(analysis), width)
    yield ""
    yield _stages(analysis)
    yield from prose(_footnote(analysis), width, style="dim")
    yield ""
    yield from prose(sentences.headline(analysis), width, style="bold")
    for sentence in sentences.explanation(analysis):
        yield from prose(sentence, width, indent=2)
    yield from _what_to_try(analysis, width)
    for by, segments in groupby(analysis.segments, key=lambda segment: segment.by):
        yield ""
        yield from _segments(analysis, by, list(segments))
    if analysis.warnings:
        yield ""
    for warning in analysis.warnings:
        yield from prose(f"Warning: {printable(warning.message)}", width, style="yellow")


def _title(analysis: Analysis) -> Text:
    title = Text(printable(analysis.funnel.name), style="bold")
    if analysis.funnel.description:
        title.append(f": {printable(analysis.funnel.description)}", style="not bold")
    return title


def _scope(analysis: Analysis) -> str:
    data, funnel = analysis.data, analysis.funnel
    since = day(data.since or data.first_event_at, funnel.timezone)
    until = day(data.until or data.last_event_at, funnel.timezone)
    window = funnel.window_seconds
    limit = "no window" if window is None else f"window {span(window)}"
    kind = {"entities": "", "sessions": "sessions ", "attempts": "attempts "}[funnel.count]
    order = "" if funnel.order == "sequential" else f", order {funnel.order}"
    entered = integer(analysis.stages[0].reached)
    return f"{entered} {kind}entered, {since} to {until}, {limit}{order}, by {printable(funnel.entity)}"


def _stages(analysis: Analysis) -> Table:
    table = grid()
    table.add_column("Stage", overflow="fold", min_width=8)
    table.add_column("Reached", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True, width=BAR_WIDTH)
    for heading in ("Rate", "Ripe", "95% interval", "Target", "Median"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("Owner", overflow="fold")
    entered = analysis.stages[0].reached
    for stage in analysis.stages:
        leads = stage.name in analysis.bottleneck.contenders
        table.add_row(
            Text(("▶ " if leads else "  ") + printable(stage.label)),
            integer(stage.reached),
            _bar(stage.reached, entered),
            *_rates(stage),
            target(stage.target),
            duration(stage.seconds_from_previous.median) if stage.seconds_from_previous else "",
            Text(printable(stage.owner or "")),
            style="bold red" if leads and analysis.bottleneck.verdict in ("confirmed", "suspect", "tie") else "",
        )
    return table


def _rates(stage: Stage) -> tuple[str, str, str]:
    """Over all who entered; over the ripe; the interval of the latter, where there are enough of them."""
    if stage.ripe is None:
        return "", "", ""
    ripe = sentences.rate(stage.ripe.converted, stage.ripe.entered)
    bounds = interval(stage.ripe.low, stage.ripe.high) if ripe.endswith("%") else ""
    return percent(stage.conversion_rate), ripe, bounds


def _bar(reached: int, entered: int) -> str:
    eighths = round(reached / entered * BAR_WIDTH * 8) if entered else 0
    if reached and not eighths:
        eighths = 1
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def _footnote(analysis: Analysis) -> str:
    """What the columns mean, and where those are that are neither reached nor lost."""
    notes = []
    if analysis.funnel.window_seconds is not None:
        notes.append("Rate: of the stage before. Ripe: the same, only of those whose window has passed.")
    for text, counts in (
        ("Still open, not lost", {stage.label: stage.open for stage in analysis.stages}),
        ("Kept out by an exclusion", {stage.label: stage.excluded for stage in analysis.stages}),
    ):
        places = [f"{integer(count)} before {printable(label)}" for label, count in counts.items() if count]
        if places:
            notes.append(f"{text}: {', '.join(places)}.")
    return " ".join(notes)


def _what_to_try(analysis: Analysis, width: int) -> Iterator[RenderableType]:
    if analysis.recommendations:
        yield ""
        yield Text("What to try", style="bold")
    for number, item in enumerate(analysis.recommendations, 1):
        action, test = sentences.recommendation(item, analysis)
        yield from prose(f"{number}. {action}", width, indent=2, hanging=3)
        yield from prose(test, width, indent=5)


def _segments(analysis: Analysis, by: list[str], segments: list[Segment]) -> Iterator[RenderableType]:
    title = "By " + ", ".join(printable(name) for name in by)
    table = grid()
    table.add_column(title, overflow="fold", min_width=10)
    table.add_column("Entered", justify="right", no_wrap=True)
    for stage in analysis.stages[1:]:
        table.add_column(printable(stage.label), justify="right", overflow="fold")
    table.add_column("Overall", justify="right", no_wrap=True)
    for values, reached in _shown(segments):
        rates = [
            sentences.rate(reached[k], reached[sentences.before(analysis, k)]) for k in range(1, len(analysis.stages))
        ]
        name = ", ".join("(none)" if value is None else printable(str(value)) for value in values)
        overall = sentences.rate(reached[-1], reached[0])
        table.add_row(Text(f"  {name}"), integer(reached[0]), *rates, overall)
    yield table


def _shown(segments: list[Segment]) -> Iterator[tuple[list[object], list[int]]]:
    """The largest segments, and one row for the rest: together they are the total."""
    counted = [(list[object](s.values), [stage.reached for stage in s.stages]) for s in segments]
    yield from counted[:SEGMENTS_SHOWN]
    rest = counted[SEGMENTS_SHOWN:]
    if rest:
        yield [f"{integer(len(rest))} others"], [sum(column) for column in zip(*(r for _, r in rest), strict=True)]
