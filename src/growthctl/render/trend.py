"""A trend as a table: a row per period."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from growthctl.render.layout import grid, printed, prose, prose_width
from growthctl.render.numbers import integer, printable
from growthctl.render.sentences import rate
from growthctl.report.model import Period, Trend, TrendReport


def render_trend(report: TrendReport, *, width: int | None, color: bool) -> str:
    """The trends as text; `width` None is a file or a pipe."""
    parts: list[RenderableType] = []
    for position, trend in enumerate(report.trends):
        if position:
            parts.append("")
        parts.extend(_parts(trend, prose_width(width)))
    return printed(parts, width=width, color=color)


def _parts(trend: Trend, width: int) -> Iterator[RenderableType]:
    yield Text(f"{printable(trend.funnel.name)} by {trend.every}, {trend.funnel.timezone}", style="bold")
    yield ""
    table = grid()
    table.add_column(trend.every.capitalize(), no_wrap=True)
    table.add_column("Entered", justify="right", no_wrap=True)
    labels = [printable(stage.label) for stage in trend.stages]
    for label in labels[1:]:
        table.add_column(label, justify="right", overflow="fold")
    table.add_column("Overall", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for period in trend.periods:
        table.add_row(period.period, *_cells(period, trend), "" if period.ripe else "open")
    yield table
    if any(not period.ripe for period in trend.periods):
        yield from prose("open: the window of the last entries has not passed; the rates will still rise.", width)
    for warning in trend.warnings:
        yield from prose(f"Warning: {printable(warning.message)}", width, style="yellow")


def _cells(period: Period, trend: Trend) -> Iterator[str]:
    reached = [stage.reached for stage in period.stages]
    yield integer(reached[0])
    for position in range(1, len(reached)):
        before = max(k for k in range(position) if not trend.stages[k].optional)
        yield rate(reached[position], reached[before])
    yield rate(reached[-1], reached[0])
