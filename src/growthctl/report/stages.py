"""The stages of a funnel: how many reached each, how fast, at which rate."""

from __future__ import annotations

from typing import Literal

from growthctl.diagnosis.codes import Judgement
from growthctl.report.base import Number, Part, Rate


class DurationsFacts(Part):
    """Seconds over the entities that reached the stage."""

    median: Number
    p90: Number
    mean: Number


class RipeRate(Part):
    """The conversion of the entities that have had the time for it, with Wilson's 95 % interval for n ÷ φ, with t."""

    entered: int
    """Ripe entities that reached the previous required stage."""
    converted: int
    """Those of them that reached this stage."""
    conversion_rate: Rate | None
    low: Rate | None
    high: Rate | None


class Ripe(RipeRate):
    """The same of a stage, and the rate that the open ones have a part in."""

    spread: Number | None = None
    """φ: how many times as much as by chance alone its days or weeks vary."""
    degrees_of_freedom: Number | None = None
    """Of the days or weeks that φ is from; null where chance is enough."""
    kaplan_meier: Rate | None = None
    """The same rate from all who reached the previous required stage, the open ones as far as they have been seen:
    the Kaplan-Meier estimate at the end of the time that they have. Null for an optional stage, where that time is
    unknown, and while nobody was seen to its end."""
    kaplan_meier_low: Rate | None = None
    """Its 95 % interval (Greenwood, on the log-log scale); null while nobody or everybody has converted."""
    kaplan_meier_high: Rate | None = None
    first_ripe_at: str | None = None
    """When the first entity that reached the previous required stage is or was ripe."""
    after_seconds: Number | None = None
    """How long after its first entry an entity is ripe at the stage, where there is a window; else after it reached the
    previous required stage. Null is at once."""
    after: Literal["window", "within", "estimate", "unknown"] = "window"
    """Where that comes from: the funnel's window, the stage's own limit, or the time in which 95 % of its conversions
    come (estimated by Kaplan-Meier, as far as anybody was followed). Unknown with fewer than 20 conversions: everybody
    is ripe at once then, or when the stage's `after` has passed."""


class Overall(Part):
    """From the first stage to the last required one: of those who entered so long ago that they had all their time."""

    entered: int
    converted: int
    conversion_rate: Rate | None


class Now(Part):
    """The conversion of late: since the rate changed, if it did and has not come back; of the last two weeks, where it
    is held against its history; else of all ripe."""

    since_at: str | None
    entered: int
    converted: int
    """Where some are younger than the others, made up to their age."""
    conversion_rate: Rate | None
    low: Rate | None
    high: Rate | None


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
    """Of the dropped, those that are not ripe at the stage: they still may convert."""
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
    ripe_throughout: int
    """Of `reached`, those that entered so long ago that they are ripe at every stage."""
    capacity: CapacityFacts | None = None
    judgement: Judgement | None = None
    """What to think of it: what happened to it lately comes first, then how it stands against its reference. Null for
    the first stage and optional ones."""
    now: Now | None = None


class DeclaredStage(Part):
    """A stage of the funnel file, in any order."""

    name: str
    label: str
    reached: int
    """Journeys that have it inside the window, whichever others they have."""
    ripe_throughout: int
    """Of `reached`, those that entered so long ago that they are ripe at every row."""
    only_lacking: int
    """Journeys that have all others and not this one, though they have had the time for it."""


class InAnyOrder(Part):
    """Which stages they were: what the rows of `order: any`, who did k different ones, leave open.

    One event fills one stage. Where an event could fill several, of the choices that fill most stages the one with the
    stages declared earliest counts, so that `reached` sums to the same over stages as over rows.
    """

    stages: list[DeclaredStage]
    """In the order of the funnel file."""
    lacking_one: int
    """Journeys that lack exactly one stage, though they have had the time for it: `only_lacking` sums to it."""


class PhaseFacts(Part):
    """The transitions that follow each other in one phase, as one, with the Wilson 95 % interval."""

    phase: str
    from_stage: str
    stage: str
    """Its goal."""
    owners: list[str]
    entered: int
    """Entities that reached `from_stage` and are ripe at every stage."""
    converted: int
    """Those of them that reached `stage`."""
    conversion_rate: Rate | None
    low: Rate | None
    high: Rate | None
    share_of_shortfall: Rate | None


class CountRatioFacts(Part):
    """A count and how many entered on the same days: no rate, for nobody was followed between."""

    count: int | None
    """Null where there is no such day."""
    entered: int | None
    """Entities that first entered on these days."""
    ratio: Number | None
    """entered ÷ count. May exceed 1: people also come otherwise."""
    low: Number | None
    """An approximate 95 % interval, from how the days differ; null under five days."""
    high: Number | None


class CountedPeriod(CountRatioFacts):
    """The same of a range."""

    since: str | None
    """From the first day on that lies wholly in the range and in the log, and that the source has."""
    until: str | None
    """The end of the last one."""
    days: int
    """How many of the days between the source has: on the others neither count nor entries are looked at."""


class CountedSegment(CountRatioFacts):
    """The same of a value of a property that the counts are split by."""

    by: list[str]
    values: list[str | int | float | bool | None]
    """As `segments` of the analysis; `(other)` is all beyond the 50 largest."""


class UnmatchedFacts(Part):
    """Values of a property that occur on one side alone: a link that lacks its tag, or a name written in two ways."""

    by: str
    counted_values: int
    """With a count, on days on which nobody entered with them."""
    count: int
    entered_values: int
    """With entries and without a count, not counting null."""
    entered: int


class CountedFacts(CountedPeriod):
    """The stage before the first: counted, not followed. It has no window, and no verdict rests on it."""

    stage: str
    label: str
    kind: str | None
    phase: str | None
    owner: str | None
    runbook: str | None
    source: str
    """The name of its source."""
    spread: Number | None
    """How many times as much as Poisson's the ratio varies from day to day, or week to week."""
    degrees_of_freedom: Number | None
    """Of the days or weeks that the spread is from; null where chance is enough."""
    target: Number | None
    """The ratio that is wanted."""
    judgement: Judgement | None
    """At most `maybe_below`."""
    segments: list[CountedSegment]
    """The largest count first; empty where segments are not those of the entry, or the counts are not split."""
    unmatched: list[UnmatchedFacts]
