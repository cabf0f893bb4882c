"""The funnel by segment, and which segments differ."""

from __future__ import annotations

from growthctl.report.base import Part, Rate
from growthctl.report.stages import RipeRate


class SegmentStage(Part):
    """One stage of one segment."""

    name: str
    reached: int
    entered_here: int | None = None
    """As in the stages of an analysis."""
    came_through: int | None = None
    """As in the stages of an analysis."""
    conversion_rate: Rate | None
    """reached ÷ reached of the previous required stage, over all who entered."""
    ripe: RipeRate | None
    """Null for the first stage."""
    differs: bool | None
    """Do the ripe convert otherwise than those of all other segments of the same properties, by more than chance?
    Null where that is not tested: where too few entered or converted, and where the segment may depend on the outcome.
    """
    q: Rate | None
    """The share of chance findings to expect if this difference, and all that are as sure, are believed."""


class SegmentFacts(Part):
    """The funnel of the entities that share the values of the properties `by`."""

    by: list[str]
    values: list[str | int | float | bool | None]
    """In the order of `by`; null is a null value, `(not reached)` a journey without the attributed stage."""
    stages: list[SegmentStage]


class SegmentName(Part):
    """Which segment."""

    by: list[str]
    values: list[str | int | float | bool | None]


class StageDifference(Part):
    """Whether the segments of a split convert alike at one transition."""

    name: str
    """The stage that the transition leads to."""
    differs: bool | None
    q: Rate | None


class SplitDifferences(Part):
    """A split as a whole, transition by transition; only those that segments can be compared at."""

    by: list[str]
    stages: list[StageDifference]


class Differences(Part):
    """Which segments differ by more than chance: χ² tests of the ripe, q-values of Benjamini and Hochberg over all."""

    tests: int
    """How many tests were made: of all segments of a split at once, and of each against all others."""
    splits: list[SplitDifferences]
