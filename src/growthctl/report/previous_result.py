"""What a later question needs of an analysis that was written before; keys added since may be missing."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from growthctl.report.comparison import PropertyValue


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class EarlierFunnel(_Kept):
    """Its rules."""

    name: str
    count: str
    order: str
    window_seconds: float | None
    ripe_after_seconds: float | None
    entry: str
    ties: str
    attribution: str
    taken_back: list[dict[str, Any]] = []


class EarlierData(_Kept):
    """Its range."""

    as_of: str | None
    since: str | None
    until: str | None


class EarlierRipe(_Kept):
    """Entities that had had the time."""

    entered: int
    converted: int


class EarlierSegmentStage(_Kept):
    """One stage of a segment."""

    name: str
    ripe: EarlierRipe | None


class EarlierStageRipe(EarlierRipe):
    """And when they had."""

    after_seconds: float | None = None
    after: str = "window"


class EarlierStage(EarlierSegmentStage):
    """One stage."""

    optional: bool
    ripe: EarlierStageRipe | None
    ripe_throughout: int | None = None


class EarlierSegment(_Kept):
    """One segment."""

    by: list[str]
    values: list[PropertyValue]
    stages: list[EarlierSegmentStage]


class EarlierBottleneck(_Kept):
    """When its first entity was ripe."""

    first_ripe_at: str | None


class EarlierAnalysis(_Kept):
    """An analysis."""

    funnel: EarlierFunnel
    data: EarlierData
    stages: list[EarlierStage]
    segments: list[EarlierSegment]
    bottleneck: EarlierBottleneck


class _EarlierReport(_Kept):
    analyses: list[EarlierAnalysis]


def earlier_analyses(text: str) -> list[EarlierAnalysis]:
    """Those of what `analyze -f json` wrote. Raises ValueError for anything else."""
    return _EarlierReport.model_validate_json(text).analyses
