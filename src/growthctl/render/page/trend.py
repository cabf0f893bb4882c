"""The page of a trend: how each rate went, and a row per period."""

from __future__ import annotations

from collections.abc import Iterator

from growthctl.render.formats import Look
from growthctl.render.page.blocks import (
    Labelled,
    Page,
    Prose,
    RateTable,
    Table,
    TableColumn,
    TableRow,
    Title,
    WarningList,
)
from growthctl.report.trend import Trend, TrendReport
from growthctl.words.rates import columns
from growthctl.words.trend import HEADINGS, MOST_PERIODS, NOBODY, counted, courses, notes, row, title
from growthctl.words.warnings import sentence_of, with_hint


def pages(report: TrendReport, look: Look) -> Iterator[Page]:
    """A page for each funnel."""
    return (_page(trend, look) for trend in report.trends)


def _page(trend: Trend, look: Look) -> Page:
    yield Title(title(trend))
    if not trend.periods:
        yield Prose(NOBODY, is_apart=True)
        return
    yield Table(
        columns=[TableColumn(heading, is_text=place < 2) for place, heading in enumerate(HEADINGS)],
        rows=[TableRow(cells) for cells in courses(trend)],
        has_marks=False,
    )
    periods = trend.periods if look.details else trend.periods[-MOST_PERIODS:]
    lines = [row(period, trend) for period in periods]
    shown = list(columns(trend.stages, lines, counted(trend)))
    yield RateTable(trend.every.capitalize(), [line.name for line in lines], shown)
    yield Prose(" ".join(notes(trend, len(periods))), is_quiet=True)
    if look.details:
        yield WarningList([with_hint(warning) for warning in trend.warnings])
    else:
        yield Labelled("LOG", [sentence_of(warning) for warning in trend.warnings])
