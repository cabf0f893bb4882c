"""The answer of `trend`: one funnel per period."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from growthctl.report.base import SCHEMA_VERSION, Answer, Number, Part, Rate
from growthctl.report.funnel import DataFacts, FunnelFacts, KnownChangeFacts, Warning
from growthctl.report.stages import CountedPeriod


class PeriodStage(Part):
    """One stage in one period."""

    name: str
    reached: int
    conversion_rate: Rate | None
    overall_conversion_rate: Rate | None


class PeriodFacts(Part):
    """The funnel of the entries inside one period: what analyze says for that range."""

    period: str
    """Its first day in the funnel's timezone; of an hour, its first minute."""
    start_at: str
    end_at: str
    ripe: bool
    """Has the window passed for every entry of the period?"""
    stages: list[PeriodStage]
    counted: CountedPeriod | None = None
    """Where the stage before the first is counted, by day, week or month, and of everybody: how many there were."""


class TrendStage(Part):
    """A stage as it is declared."""

    name: str
    label: str
    optional: bool


class TrendCounted(Part):
    """A stage before the first that is counted, not followed."""

    name: str
    label: str
    source: str


class TrendSegment(Part):
    """The same of the entities that share the values of the properties `by`."""

    values: list[str | int | float | bool | None]
    """In the order of `by`, as the segments of an analysis have them."""
    periods: list[PeriodFacts]
    """The same periods."""


class Trend(Answer):
    """One funnel per period; periods without entries are there too."""

    funnel: FunnelFacts
    data: DataFacts
    stages: list[TrendStage]
    counted: TrendCounted | None = None
    every: Literal["hour", "day", "week", "month"]
    age_seconds: Number | None = None
    """For how long everybody is looked at after an entry; null is for their whole window."""
    periods: list[PeriodFacts]
    by: list[str] = Field(default=[])
    segments: list[TrendSegment] = Field(default=[])
    """The largest first."""
    changes: list[KnownChangeFacts] = Field(default=[])
    """What somebody did within the periods, from the funnel's `changes`, in order of time."""
    warnings: list[Warning]


class TrendReport(Part):
    """What `trend -f json` prints."""

    schema_version: Literal["1.0"] = SCHEMA_VERSION
    kind: Literal["trend"] = "trend"
    trends: list[Trend]
