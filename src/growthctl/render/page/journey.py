"""The page of one entity: which of its events filled which stage, and why each other one did not."""

from __future__ import annotations

from collections.abc import Iterator

from growthctl.render.formats import Look
from growthctl.render.page.blocks import Page, Sentences, Table, TableColumn, TableRow, Title
from growthctl.report.journey import Explanation, ExplanationReport
from growthctl.words.journey import event_cells, journeys, title


def pages(report: ExplanationReport, look: Look) -> Iterator[Page]:
    """A page for each funnel."""
    return map(_page, report.explanations)


def _page(explanation: Explanation) -> Page:
    yield Title(title(explanation))
    yield Sentences(list(journeys(explanation)))
    yield Table(
        columns=[
            TableColumn(f"Time ({explanation.funnel.timezone})", is_text=True),
            TableColumn("Event", is_text=True, is_broken=True),
            *([TableColumn("Source", is_text=True, is_broken=True)] if explanation.events[0].source else []),
            TableColumn("Fills", is_text=True, is_broken=True, is_strong=True),
            TableColumn("Why not", is_text=True, is_broken=True),
        ],
        rows=[TableRow(event_cells(event, explanation)) for event in explanation.events],
        has_marks=False,
    )
