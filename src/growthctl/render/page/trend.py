"""The page of a trend: a row per period."""

from __future__ import annotations

from collections.abc import Iterator

from growthctl.render.page.blocks import Page, Prose, RateTable, Sentences, Title, WarningList
from growthctl.report.trend import Trend, TrendReport
from growthctl.words.numbers import printable
from growthctl.words.rates import columns
from growthctl.words.trend import NOBODY, notes, row, title


def pages(report: TrendReport) -> Iterator[Page]:
    """A page for each funnel."""
    return map(_page, report.trends)


def _page(trend: Trend) -> Page:
    yield Title(title(trend))
    if trend.periods:
        lines = [row(period) for period in trend.periods]
        yield RateTable(trend.every.capitalize(), [line.name for line in lines], list(columns(trend.stages, lines)))
    else:
        yield Prose(NOBODY, is_apart=True)
    yield Sentences(list(notes(trend)))
    yield WarningList([printable(warning.message) for warning in trend.warnings], is_apart=False)
