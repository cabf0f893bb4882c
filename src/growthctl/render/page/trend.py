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
from growthctl.words.trend import (
    HEADINGS,
    MOST_PERIODS,
    NOBODY,
    changes,
    counted,
    counted_columns,
    courses,
    notes,
    rows,
    title,
)
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
    number = len(trend.periods) if look.details else min(MOST_PERIODS, len(trend.periods))
    lines = list(rows(trend, number))
    counts = counted_columns(trend, trend.periods[-number:])
    shown = [*counts, *columns(trend.stages, lines, counted(trend))]
    yield RateTable(trend.every.capitalize(), [line.name for line in lines], shown)
    yield Prose(" ".join(notes(trend, number)), is_quiet=True)
    yield Labelled("CHANGES", changes(trend, number, in_full=look.details))
    if look.details:
        yield WarningList([with_hint(warning) for warning in trend.warnings])
    else:
        yield Labelled("LOG", [sentence_of(warning) for warning in trend.warnings])
