"""A trend in words: a row per period."""

from __future__ import annotations

from collections.abc import Iterator

from growthctl.report.trend import PeriodFacts, Trend
from growthctl.words.numbers import printable
from growthctl.words.rates import RateRow

NOBODY = "Nobody entered in this log and range."


def title(trend: Trend) -> str:
    """Which funnel, by which periods on whose clock."""
    return f"{printable(trend.funnel.name)} by {trend.every}, {trend.funnel.timezone}"


def notes(trend: Trend) -> Iterator[str]:
    """What a reader must know to read the rows right."""
    if len(trend.periods) > 1 and trend.funnel.count != "attempts":
        yield f"Who enters in several {trend.every}s counts in each of them."
    if not all(period.ripe for period in trend.periods):
        yield "open: the window of its last entries has not passed yet; these rates can still rise."


def row(period: PeriodFacts) -> RateRow:
    """One period."""
    return RateRow(period.period, [stage.reached for stage in period.stages], "" if period.ripe else "open")
