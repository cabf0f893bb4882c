"""A trend as a table: a row per period."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from growthctl.render.breakdown import Row, breakdown
from growthctl.render.layout import printed, prose, prose_width
from growthctl.render.numbers import printable
from growthctl.report.model import Period, Trend, TrendReport


def render_trend(report: TrendReport, *, width: int | None, color: bool) -> str:
    """The trends as text; `width` None is a file or a pipe."""
    return printed((_parts(trend, width) for trend in report.trends), width=width, color=color)


def _parts(trend: Trend, width: int | None) -> Iterator[RenderableType]:
    readable = prose_width(width)
    yield Text(f"{printable(trend.funnel.name)} by {trend.every}, {trend.funnel.timezone}", style="bold")
    yield ""
    if trend.periods:
        yield from breakdown(trend.every.capitalize(), trend.stages, [_row(period) for period in trend.periods], width)
    else:
        yield "Nobody entered in this log and range."
    if len(trend.periods) > 1 and trend.funnel.count != "attempts":
        yield from prose(f"Who enters in several {trend.every}s counts in each of them.", readable)
    if not all(period.ripe for period in trend.periods):
        yield from prose(
            "open: the window of its last entries has not passed yet; these rates can still rise.", readable
        )
    for warning in trend.warnings:
        yield from prose(f"Warning: {printable(warning.message)}", readable, style="yellow")


def _row(period: Period) -> Row:
    return Row(period.period, [stage.reached for stage in period.stages], "" if period.ripe else "open")
