"""The report for a terminal, a pipe or a mail: stages, verdict, what to try, segments, warnings."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from itertools import groupby

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from growthctl.render import sentences
from growthctl.render.numbers import day, duration, integer, interval, percent, printable, span, target
from growthctl.report.model import Analysis, Report, Segment, Stage

PROSE_WIDTH = 80
UNBOUNDED = 10_000
SEGMENTS_SHOWN = 8
BAR_WIDTH = 8
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def render_table(report: Report, *, width: int | None, color: bool) -> str:
    """The whole report as text.

    `width` is that of the terminal; None is a file or a pipe, where nothing is cut or wrapped but prose.
    """
    stream = StringIO()
    console = Console(
        file=stream,
        width=width or UNBOUNDED,
        force_terminal=color,
        no_color=not color,
        color_system="standard" if color else None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    for position, analysis in enumerate(report.analyses):
        if position:
            console.print()
        for part in _parts(analysis, min(width or PROSE_WIDTH, 100)):
            console.print(part)
    return "\n".join(line.rstrip() for line in stream.getvalue().split("\n"))


def _parts(analysis: Analysis, prose_width: int) -> Iterator[RenderableType]:
    yield _title(analysis)
    yield from _prose(_scope(analysis), prose_width)
    yield ""
    yield _stages(analysis)
    yield from _prose(_still_open(analysis), prose_width, style="dim")
    yield ""
    yield from _prose(sentences.headline(analysis), prose_width, style="bold")
    for sentence in sentences.explanation(analysis):
        yield from _prose(sentence, prose_width, indent=2)
    yield from _what_to_try(analysis, prose_width)
    for by, segments in groupby(analysis.segments, key=lambda segment: segment.by):
        yield ""
        yield from _segments(analysis, by, list(segments))
    if analysis.warnings:
        yield ""
    for warning in analysis.warnings:
        yield from _prose(f"Warning: {printable(warning.message)}", prose_width, style="yellow")


def _prose(text: str, width: int, *, indent: int = 0, style: str = "") -> Iterator[RenderableType]:
    if not text:
        return
    console = Console(width=UNBOUNDED)
    for line in Text(text, style=style).wrap(console, width - indent):
        yield Padding(line, (0, 0, 0, indent), expand=False)


def _title(analysis: Analysis) -> Text:
    title = Text(printable(analysis.funnel.name), style="bold")
    if analysis.funnel.description:
        title.append(f": {printable(analysis.funnel.description)}", style="not bold")
    return title


def _scope(analysis: Analysis) -> str:
    data = analysis.data
    since, until = day(data.since or data.first_event_at), day(data.until or data.last_event_at)
    window = analysis.funnel.window_seconds
    limit = "no window" if window is None else f"window {span(window)}"
    entered = analysis.stages[0].reached
    return f"{integer(entered)} entered, {since} to {until}, {limit}, by {printable(analysis.funnel.entity)}"


def _stages(analysis: Analysis) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="dim")
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


def _still_open(analysis: Analysis) -> str:
    waiting = [f"{integer(stage.open)} before {printable(stage.label)}" for stage in analysis.stages if stage.open]
    if not waiting:
        return ""
    return f"Still open, not lost: {', '.join(waiting)}. Ripe: only those whose window has passed."


def _what_to_try(analysis: Analysis, width: int) -> Iterator[RenderableType]:
    if analysis.recommendations:
        yield ""
        yield Text("What to try", style="bold")
    for number, item in enumerate(analysis.recommendations, 1):
        action, test = sentences.recommendation(item, analysis)
        yield from _prose(f"{number}. {action}", width, indent=2)
        yield from _prose(test, width, indent=5)


def _segments(analysis: Analysis, by: list[str], segments: list[Segment]) -> Iterator[RenderableType]:
    title = "By " + ", ".join(printable(name) for name in by)
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="dim")
    table.add_column(title, overflow="fold", min_width=10)
    table.add_column("Entered", justify="right", no_wrap=True)
    for stage in analysis.stages[1:]:
        table.add_column(printable(stage.label), justify="right", overflow="fold")
    table.add_column("Overall", justify="right", no_wrap=True)
    for segment in segments[:SEGMENTS_SHOWN]:
        entered, last = segment.stages[0].reached, segment.stages[-1].reached
        rates = [
            sentences.rate(here.reached, before.reached)
            for before, here in zip(segment.stages, segment.stages[1:], strict=False)
        ]
        name = ", ".join("(none)" if value is None else printable(str(value)) for value in segment.values)
        table.add_row(Text(f"  {name}"), integer(entered), *rates, percent(last / entered if entered else None))
    yield table
    if len(segments) > SEGMENTS_SHOWN:
        yield Text(
            f"  and {integer(len(segments) - SEGMENTS_SHOWN)} smaller ones (all of them with -f json)", style="dim"
        )
