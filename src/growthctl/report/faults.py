"""What is broken now: before the lasting bottleneck, in the same money."""

from __future__ import annotations

from growthctl.report.base import Part, Rate
from growthctl.report.bottleneck import RecoverableFacts
from growthctl.report.segments import SegmentName


class BrokenNowFacts(Part):
    """A stage whose rate fell and has not come back, or that has gone silent."""

    stage: str
    from_stage: str
    owner: str | None
    segment: SegmentName | None
    """The segment that it is about; null for all."""
    since_at: str | None
    """Since when; null: from the beginning of the log on."""
    silent: bool
    """Are there no events of the stage at all?"""
    usual_rate: Rate
    """The conversion rate before."""
    rate: Rate
    """That since the change was noticeable, made up to the age that the usual one has."""
    probability: Rate
    """That the rate is below the usual one."""
    recoverable: RecoverableFacts
    """What the usual rate would bring at the present flow."""
    change: None = None
    """The nearest known change."""
