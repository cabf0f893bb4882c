"""What is odd about the log."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from growthctl.diagnosis.codes import Cause, FindingCode, Weekday
from growthctl.report.base import Number, Part, Rate
from growthctl.report.funnel import NearChangeFacts
from growthctl.report.segments import SegmentName


class FindingFacts(Part):
    """Something odd about the log that a number may rest on. What does not apply to its code is null."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

    code: FindingCode
    cause: Cause = Field(alias="class")
    """What is behind it."""
    stage: str | None
    source: str | None = None
    """Of several sources, which one."""
    segment: SegmentName | None
    """The segment that it is about; null for all."""
    since_at: str | None
    """When it began; null: with the log."""
    until_at: str | None
    """When it was over; null: it lasts to the end of the log."""
    observed: int | None
    """How many journeys, entries, rows or events."""
    expected: Number | None
    """How many of them are usual."""
    upstream: int | None
    """How many reached the previous required stage meanwhile; of a source, how many it has."""
    share: Rate | None
    """observed ÷ all that might be so."""
    conversion_rate: Rate | None
    usual_rate: Rate | None
    """The conversion rate at other times, or on other weekdays."""
    median_seconds: Number | None
    """How long the stage comes before the previous one."""
    weekdays: list[Weekday]
    missing_conversions: Number
    """Ripe conversions that the stage would have more of, were it as usual."""
    probability: Rate | None
    """Of such a thing by chance alone, anywhere where it was looked for."""
    material: bool
    """Would the verdict be another one without it?"""
    near: list[NearChangeFacts] = Field(default=[])
    """Known changes of the day on which it began and the seven before, the nearest first; see `broken_now`."""


class HealthFacts(Part):
    """Data health before blame: what is odd about the log, and whether the verdict rests on it."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

    cause: Cause | None = Field(alias="class")
    """What the material findings, or `explained_by_mix`, say is behind the verdict's gap; null where nothing does."""
    findings: list[FindingFacts]
    """Material ones first, then what misleads most."""
