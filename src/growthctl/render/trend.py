"""A trend as a table: a row per period."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from growthctl.render.breakdown import Row, breakdown
from growthctl.render.layout import printed, prose, prose_width
from growthctl.render.numbers import printable
from growthctl.report.model import Period, Trend, TrendReport

NOBODY = "Nobody entered in this log and range."


def render_trend(report: TrendReport, *, width: int | None, color: bool) -> str:
    """The trends as text; `width` None is a file or a pipe."""
    return printed((_parts(trend, width) for trend in report.trends), width=width, color=color)


def _parts(trend: Trend, width: int | None) -> Iterator[RenderableType]:
    readable = prose_width(width)
    yield Text(title(trend), style="bold")
    yield ""
    if trend.periods:
        yield from breakdown(trend.every.capitalize(), trend.stages, [row(period) for period in trend.periods], width)
    else:
        yield NOBODY
    for note in notes(trend):
        yield from prose(note, readable)
    for warning in trend.warnings:
        yield from prose(f"Warning: {printable(warning.message)}", readable, style="yellow")


def title(trend: Trend) -> str:
    """Which funnel, by which periods on whose clock."""
    return f"{printable(trend.funnel.name)} by {trend.every}, {trend.funnel.timezone}"


def notes(trend: Trend) -> Iterator[str]:
    """What a reader must know to read the rows right."""
    if len(trend.periods) > 1 and trend.funnel.count != "attempts":
        yield f"Who enters in several {trend.every}s counts in each of them."
    if not all(period.ripe for period in trend.periods):
        yield "open: the window of its last entries has not passed yet; these rates can still rise."


def row(period: Period) -> Row:
    """One period."""
    return Row(period.period, [stage.reached for stage in period.stages], "" if period.ripe else "open")
