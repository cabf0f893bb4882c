"""A trend as a table: a row per period."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from growthctl.render.breakdown import breakdown
from growthctl.render.layout import printed, prose, prose_width
from growthctl.report.trend import Trend, TrendReport
from growthctl.words.numbers import printable
from growthctl.words.trend import NOBODY, notes, row, title


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
