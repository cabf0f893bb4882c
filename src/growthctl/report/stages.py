"""The stages of a funnel: how many reached each, how fast, at which rate."""

from __future__ import annotations

from growthctl.report.base import Number, Part, Rate


class DurationsFacts(Part):
    """Seconds over the entities that reached the stage."""

    median: Number
    p90: Number
    mean: Number


class RipeRate(Part):
    """The conversion of the entities whose window has passed, with the Wilson 95 % interval."""

    entered: int
    """Ripe entities that reached the previous required stage."""
    converted: int
    """Those of them that reached this stage."""
    conversion_rate: Rate | None
    low: Rate | None
    high: Rate | None


class Ripe(RipeRate):
    """The same of a stage, and the rate that the open ones have a part in."""

    kaplan_meier: Rate | None = None
    """The same rate from all who reached the previous required stage, the open ones as far as they have been seen:
    the Kaplan-Meier estimate at the end of the window. Null for an optional stage, without a window, and while nobody
    was seen to its end."""
    kaplan_meier_low: Rate | None = None
    """Its 95 % interval (Greenwood, on the log-log scale); null while nobody or everybody has converted."""
    kaplan_meier_high: Rate | None = None
    first_ripe_at: str | None = None
    """When the first entity that reached the previous required stage is or was ripe."""


class CapacityFacts(Part):
    """How full a stage is. Null is unknown: nobody is ripe there."""

    per_day: Number
    days_per_week: int | None
    """The weekdays on which the stage works."""
    flow_per_day: Number | None
    """How many pass it on a working day at the present rates, never more than its capacity."""
    utilisation: Rate | None
    """flow_per_day ÷ per_day."""
    bound: bool | None
    """Is it so full (0.85) that people wait for a place?"""
    room: Number | None
    """Final conversions per 30 days that can still pass it: what an earlier stage gains beyond that waits."""


class StageFacts(Part):
    """One stage of the funnel."""

    name: str
    label: str
    kind: str | None
    phase: str | None
    owner: str | None
    optional: bool = False
    reached: int
    """Entities whose journey includes the stage."""
    dropped: int
    """Reached the previous required stage, not this one."""
    excluded: int
    """Journeys that an exclusion kept from this stage, or took out of every count before it."""
    out_of_order: int
    """Journeys without the stage whose entity has an event of it, but before the previous required stage."""
    open: int
    """Of the dropped, those whose window has not passed: they still may convert."""
    conversion_rate: Rate | None
    """reached ÷ reached of the previous required stage, over all who entered."""
    overall_conversion_rate: Rate | None
    """reached ÷ entered."""
    target: Rate | None
    runbook: str | None
    seconds_from_previous: DurationsFacts | None
    seconds_from_entry: DurationsFacts | None
    ripe: Ripe | None
    """Null for the first stage, which nothing converts to."""
    capacity: CapacityFacts | None = None


class PhaseFacts(Part):
    """The transitions that follow each other in one phase, as one: ripe entities, with the Wilson 95 % interval."""

    phase: str
    from_stage: str
    stage: str
    """Its goal."""
    owners: list[str]
    entered: int
    """Ripe entities that reached `from_stage`."""
    converted: int
    """Those of them that reached `stage`."""
    conversion_rate: Rate | None
    low: Rate | None
    high: Rate | None
    share_of_shortfall: Rate | None
