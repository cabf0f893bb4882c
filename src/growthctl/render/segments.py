"""The funnel by segment as tables."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rich.console import RenderableType

from growthctl.render.breakdown import breakdown
from growthctl.render.layout import prose, prose_width
from growthctl.report.analysis import Analysis
from growthctl.words.numbers import printable
from growthctl.words.segments import footnote, rows


def segments(analysis: Analysis, width: int | None) -> Iterator[RenderableType]:
    """A table for each split, and what its marks mean."""
    for by, group in groupby(analysis.segments, key=lambda segment: segment.by):
        yield ""
        heading = "By " + ", ".join(printable(name) for name in by)
        yield from breakdown(heading, analysis.stages, list(rows(list(group), analysis)), width)
    yield from prose(footnote(analysis), prose_width(width), style="dim")
