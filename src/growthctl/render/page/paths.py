"""The page of paths: the event next to a stage, and the most frequent paths."""

from __future__ import annotations

from collections.abc import Iterator

from growthctl.render.formats import Look
from growthctl.render.page.blocks import (
    Labelled,
    Page,
    Prose,
    Sentences,
    Table,
    TableColumn,
    TableRow,
    Title,
    WarningList,
)
from growthctl.report.paths import Paths, PathsReport
from growthctl.words.paths import event_rows, headings, more_options, notes, path_headings, path_rows, scope, title
from growthctl.words.warnings import sentence_of, with_hint


def pages(report: PathsReport, look: Look) -> Iterator[Page]:
    """A page for each funnel."""
    return (_page(paths, look) for paths in report.paths)


def _page(paths: Paths, look: Look) -> Page:
    yield Title(title(paths))
    yield Sentences(list(scope(paths)))
    if paths.journeys:
        yield Table(
            columns=[_column(heading, place) for place, heading in enumerate(headings(paths))],
            rows=[TableRow(cells, bar=share) for cells, share in event_rows(paths)],
            has_marks=False,
            has_bars=True,
        )
    if paths.paths:
        yield Table(
            columns=[_column(heading, place) for place, heading in enumerate(path_headings(paths))],
            rows=[TableRow(cells) for cells in path_rows(paths)],
            has_marks=False,
        )
    if paths.journeys:
        yield Prose(" ".join(notes(paths)), is_quiet=True)
    if look.details:
        yield WarningList([with_hint(warning) for warning in paths.warnings])
    else:
        yield Labelled("LOG", [sentence_of(warning) for warning in paths.warnings])
        yield Labelled("MORE", list(more_options(paths)), is_code=True)


def _column(heading: str, place: int) -> TableColumn:
    return TableColumn(heading, is_text=place == 0, is_broken=place == 0)
