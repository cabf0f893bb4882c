"""The page of a log: what is in it, column by column and event by event."""

from __future__ import annotations

from collections.abc import Iterator

from growthctl.render.formats import Look
from growthctl.render.page.blocks import Labelled, Page, Prose, Sentences, Table, TableColumn, TableRow, Title
from growthctl.report.inspection import Inspection, InspectionReport
from growthctl.words.inspection import (
    COLUMN_HEADINGS,
    EVENT_HEADINGS,
    column_rows,
    event_rows,
    next_commands,
    oddities,
    parts_note,
    scope,
    title,
)


def pages(report: InspectionReport, look: Look) -> Iterator[Page]:
    """A page for each log."""
    return (_page(inspection, look) for inspection in report.inspections)


def _page(inspection: Inspection, look: Look) -> Page:
    yield Title(title(inspection))
    yield Sentences(list(scope(inspection)))
    yield Table(
        columns=[_column(heading, ("Column", "Holds", "Such as", "May be")) for heading in COLUMN_HEADINGS],
        rows=[TableRow(cells) for cells in column_rows(inspection, look.details)],
        has_marks=False,
    )
    yield Table(
        columns=[_column(heading, ("Event", "Rows over time")) for heading in EVENT_HEADINGS],
        rows=[TableRow(cells) for cells in event_rows(inspection, look.details)],
        has_marks=False,
    )
    yield Prose(parts_note(inspection), is_quiet=True)
    yield Labelled("LOG", list(oddities(inspection)))
    yield Labelled("NEXT", next_commands(inspection), is_code=True)


def _column(heading: str, texts: tuple[str, ...]) -> TableColumn:
    return TableColumn(heading, is_text=heading in texts, is_broken=heading in ("Column", "Event", "Such as"))
