"""The report for a terminal, a pipe or a mail: stages, verdict, what to try, segments, warnings."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from growthctl.render import sentences
from growthctl.render.breakdown import Row, breakdown
from growthctl.render.layout import grid, natural_width, printed, prose, prose_width
from growthctl.render.numbers import day, duration, integer, interval, last_day, printable, span, target
from growthctl.report.model import Analysis, Report, Segment, Stage

SEGMENTS_SHOWN = 8
WIDEST_BAR, NARROWEST_BAR = 8, 4
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def render_table(report: Report, *, width: int | None, color: bool) -> str:
    """The whole report as text.

    `width` is that of the terminal; None is a file or a pipe, where nothing is cut or wrapped but prose.
    """
    return printed((_parts(analysis, width) for analysis in report.analyses), width=width, color=color)


def _parts(analysis: Analysis, width: int | None) -> Iterator[RenderableType]:
    readable = prose_width(width)
    yield _title(analysis)
    yield from prose(_scope(analysis), readable)
    yield ""
    yield _stages(analysis, width)
    yield from prose(_footnote(analysis), readable, style="dim")
    yield ""
    yield from prose(sentences.headline(analysis), readable, style="bold")
    for sentence in sentences.explanation(analysis):
        yield from prose(sentence, readable, indent=2)
    yield from _what_to_try(analysis, readable)
    for by, segments in groupby(analysis.segments, key=lambda segment: segment.by):
        yield ""
        heading = "By " + ", ".join(printable(name) for name in by)
        yield from breakdown(heading, analysis.stages, list(_rows(list(segments))), width)
    if analysis.warnings:
        yield ""
    for warning in analysis.warnings:
        yield from prose(f"Warning: {printable(warning.message)}", readable, style="yellow")


def _title(analysis: Analysis) -> Text:
    title = Text(printable(analysis.funnel.name), style="bold")
    if analysis.funnel.description:
        title.append(f": {printable(analysis.funnel.description)}", style="not bold")
    return title


def _scope(analysis: Analysis) -> str:
    data, funnel = analysis.data, analysis.funnel
    since = day(data.since or data.first_event_at, funnel.timezone)
    last = max(since, day(data.last_event_at, funnel.timezone))
    until = max(since, last_day(data.until, funnel.timezone)) if data.until else last
    window = funnel.window_seconds
    limit = "no window" if window is None else f"window {span(window)}"
    entered = analysis.stages[0].reached
    kind = "" if funnel.count == "entities" else f"{funnel.count.removesuffix('s' if entered == 1 else '')} "
    order = "" if funnel.order == "sequential" else f", order {funnel.order}"
    return f"{integer(entered)} {kind}entered, {since} to {until}, {limit}{order}, by {printable(funnel.entity)}"


def _stages(analysis: Analysis, width: int | None) -> Table:
    table = _stages_with_bars(analysis, WIDEST_BAR)
    too_wide = natural_width(table) - width if width else 0
    return _stages_with_bars(analysis, max(NARROWEST_BAR, WIDEST_BAR - too_wide)) if too_wide > 0 else table


def _stages_with_bars(analysis: Analysis, bar: int) -> Table:
    table = grid()
    table.add_column("", no_wrap=True)
    table.add_column("Stage", overflow="fold")
    table.add_column("Reached", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True, width=bar)
    for heading in ("Rate", "Ripe", "95% interval", "Target", "Median"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("Owner", overflow="fold")
    entered = analysis.stages[0].reached
    for stage in analysis.stages:
        leads = stage.name in analysis.bottleneck.contenders
        table.add_row(
            "▶" if leads else " ",
            Text(_label(stage, analysis)),
            integer(stage.reached),
            _bar(stage.reached, entered, bar),
            *_rates(stage),
            target(stage.target),
            duration(stage.seconds_from_previous.median) if stage.seconds_from_previous else "",
            Text(printable(stage.owner or "")),
            style="bold red" if leads and analysis.bottleneck.verdict in ("confirmed", "suspect", "tie") else "",
        )
    return table


def _label(stage: Stage, analysis: Analysis) -> str:
    absent = not stage.reached and ("event_not_in_log", stage.name) in ((w.code, w.stage) for w in analysis.warnings)
    remarks = [text for text, applies in (("optional", stage.optional), ("not in the log", absent)) if applies]
    return printable(stage.label) + (f" ({', '.join(remarks)})" if remarks else "")


def _rates(stage: Stage) -> tuple[str, str, str]:
    """Over all who entered; over the ripe; the interval of the latter, where there are enough of them."""
    if stage.ripe is None:
        return "", "", ""
    ripe = sentences.rate(stage.ripe.converted, stage.ripe.entered)
    bounds = interval(stage.ripe.low, stage.ripe.high) if ripe.endswith("%") else ""
    return sentences.rate(stage.reached, stage.reached + stage.dropped), ripe, bounds


def _bar(reached: int, entered: int, width: int) -> str:
    eighths = round(reached / entered * width * 8) if entered else 0
    if reached and not eighths:
        eighths = 1
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def _footnote(analysis: Analysis) -> str:
    """What the columns mean, and where those are that are neither reached nor lost."""
    ripe = "only of those whose window has passed" if sentences.has_limit(analysis) else "for there is no window"
    whole = "required stage" if any(stage.optional for stage in analysis.stages) else "stage"
    notes = [f"Rate: of the {whole} before. Ripe: the same, {ripe}."]
    if analysis.funnel.order == "any":
        notes.insert(0, "In any order, row by row: who did 1, 2, 3 … different stages, whichever they were.")
    required = [stage for stage in analysis.stages if not stage.optional]
    for text, counts in (
        ("Still open, not lost", [(stage.label, stage.open) for stage in required]),
        ("Kept out by an exclusion", [(stage.label, stage.excluded) for stage in required]),
    ):
        places = [f"{integer(count)} before {printable(label)}" for label, count in counts if count]
        if places:
            notes.append(f"{text}: {', '.join(places)}.")
    return " ".join(notes)


def _what_to_try(analysis: Analysis, width: int) -> Iterator[RenderableType]:
    if analysis.recommendations:
        yield ""
        yield Text("What to try", style="bold")
    for number, item in enumerate(analysis.recommendations, 1):
        action, test = sentences.recommendation(item, analysis)
        yield from prose(action, width, indent=2, bullet=f"{number}. ")
        yield from prose(test, width, indent=5)


def _rows(segments: list[Segment]) -> Iterator[Row]:
    """The largest segments, and one row for the rest: together they are the total."""
    for segment in segments[:SEGMENTS_SHOWN]:
        name = ", ".join(_value(value) for value in segment.values)
        yield Row(f"  {name}", [stage.reached for stage in segment.stages])
    rest = [[stage.reached for stage in segment.stages] for segment in segments[SEGMENTS_SHOWN:]]
    if rest:
        yield Row("  all others", [sum(column) for column in zip(*rest, strict=True)])


def _value(value: str | float | bool | None) -> str:
    if value is None:
        return "(none)"
    return str(value).lower() if isinstance(value, bool) else printable(str(value))
