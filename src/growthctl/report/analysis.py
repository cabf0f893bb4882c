"""The answer of `analyze`.

Minor versions of SCHEMA_VERSION only add; a major one may break. Facts, codes and numbers: `_rate` is 0..1,
`_seconds` a duration, `_at` a time (ISO 8601, UTC), a bare plural is a count, null is unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Literal

from pydantic import Field

from growthctl.report.advice import RecommendationFacts
from growthctl.report.base import SCHEMA_VERSION, Answer, Part
from growthctl.report.bottleneck import Bottleneck, BrokenNowFacts, Ranked
from growthctl.report.funnel import DataFacts, FunnelFacts, KnownChangeFacts, SourceFacts, Warning
from growthctl.report.health import HealthFacts
from growthctl.report.segments import Differences, SegmentFacts
from growthctl.report.stages import CountedFacts, InAnyOrder, Overall, PhaseFacts, StageFacts


class Analysis(Answer):
    """The answer for one funnel."""

    funnel: FunnelFacts
    data: DataFacts
    sources: list[SourceFacts] = Field(default=[])
    """Where there are several."""
    headline: str = ""
    """The one sentence to post as it is: what is broken now or the bottleneck, whichever costs more."""
    open: int = 0
    """Journeys that have not got to the end and, as far as the log knows, still may: those of all stages together."""
    overall: Overall | None = None
    """Null where nothing follows the first stage."""
    stages: list[StageFacts]
    """In the order of the funnel; with `order: any` rows of who did 1, 2, 3 … different stages."""
    counted: CountedFacts | None = None
    """The stage before the first of `stages`, where it is counted and not followed."""
    any_order: InAnyOrder | None = None
    """Only with `order: any`."""
    broken_now: list[BrokenNowFacts] = Field(default=[])
    """The dearest first."""
    phases: list[PhaseFacts] = Field(default=[])
    segments: list[SegmentFacts]
    differences: Differences
    bottleneck: Bottleneck
    health: HealthFacts
    ranking: list[Ranked]
    recommendations: list[RecommendationFacts]
    changes: list[KnownChangeFacts] = Field(default=[])
    """What somebody did within the range, from the funnel's `changes`, in order of time."""
    warnings: list[Warning]
    framed_by: ClassVar[tuple[Callable[[Analysis], Any], ...] | None] = None
    """What makes frames of its stages, its segments and its counted stage; see `shown_by`."""

    def stages_frame(self) -> Any:
        """A polars frame with a row a stage, flat, in the names of the JSON: `reached`, `ripe.conversion_rate` …"""
        return self._framed(0)

    def segments_frame(self) -> Any:
        """A polars frame with a row for each segment and stage: `by`, `values`, and the names of the JSON."""
        return self._framed(1)

    def counted_frame(self) -> Any:
        """A polars frame with a row for each value that the counts of a counted stage are split by: `by`, `values`, and
        the names of the JSON.
        """
        return self._framed(2)

    def _framed(self, part: int) -> Any:
        if self.framed_by is None:
            raise RuntimeError("from growthctl import analyze, so that answers can become frames")
        return self.framed_by[part](self)


class Report(Part):
    """What `analyze -f json` prints: always a list, so that the shape never depends on how many funnels there are."""

    schema_version: Literal["1.0"] = SCHEMA_VERSION
    kind: Literal["analysis"] = "analysis"
    analyses: list[Analysis]
