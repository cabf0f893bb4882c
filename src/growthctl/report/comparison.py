"""The contract of `compare`: what changed between two sides, where, and what it comes from.

`this` is the side that was asked about, `against` what it is held against. A difference is `this` minus `against`.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from growthctl.diagnosis.codes import Cause, ComparisonFinding
from growthctl.report.base import SCHEMA_VERSION, Answer, Number, Part, Rate
from growthctl.report.funnel import DataFacts, FunnelFacts, KnownChangeFacts, NearChangeFacts, Warning
from growthctl.report.health import FindingFacts
from growthctl.report.stages import CountedPeriod

PropertyValue = str | int | float | bool | None


class Side(Part):
    """One side of the comparison."""

    since: str | None
    until: str | None
    """Entries in [since, until)."""
    by: str | None
    """Of a segment, the property, and its value; null otherwise."""
    value: str | None
    """`(all others)` when only one value was named."""
    entered: int
    converted: int
    """Reached the last required stage, at the age at which both sides are judged."""


class Counted(Part):
    """One transition on one side."""

    entered: int
    """Reached the previous required stage."""
    converted: int
    """Those of them that reached this stage."""
    conversion_rate: Rate | None


class SpreadFacts(Part):
    """How much more than by chance alone something varies by itself, from day to day and from week to week."""

    factor: Number
    """φ, at least 1: so many times the variance."""
    degrees: int | None
    """Of freedom, of the days or weeks that φ is from; null where chance alone is enough."""


class FaultFacts(FindingFacts):
    """A silence of the log that the people of a side ran into."""

    side: Literal["this", "against"]


class AssignmentFacts(Part):
    """How the entrants of two arms of what looks like an experiment were assigned."""

    this: int
    against: int
    p_equal: Rate
    """How often chance alone would do this if each was to get half."""
    p_steady: Rate
    """How often it would if each was to get the same share on every day."""
    doubtful: bool
    """Is either under 0.001?"""


class Difference(Part):
    """Rate minus rate, with Newcombe's 95 % interval for two independent rates that vary as `spread` says."""

    this: Counted
    against: Counted
    difference: Number | None
    low: Number | None
    high: Number | None


class ComparedEntrants(Part):
    """How many reached the first stage."""

    name: str
    label: str
    owner: str | None
    this: int
    against: int
    against_scaled: Number
    """For as long as this side is."""
    contribution: Number
    """What their change did to the conversions."""
    p_value: Rate | None
    """How often they would be this far apart by how days and weeks vary, and if they went on to grow as they did; null
    where they cannot be compared.
    """
    changed: bool
    judged: bool
    """False where `faults` has a silence of the entries."""
    cause: Cause | None
    spread: SpreadFacts
    """Of how many enter a day."""


class ComparedStage(Part):
    """The transition to one required stage."""

    name: str
    label: str
    owner: str | None
    from_stage: str
    rate: Difference
    so_far: Difference | None
    """The same counted at whatever age each entity has; null where that is the same."""
    contribution: Number
    """What its change did to the conversions; those of all stages and of the entrants sum to their change."""
    p_value: Rate | None
    """How often rates that vary as `spread` says would be this far apart; null where they are not judged."""
    changed: bool
    """Beyond chance, given how many stages were tested (Benjamini and Hochberg, 3 %)."""
    judged: bool
    """False where `faults` has a silence of this stage: then nobody is credited or blamed."""
    offset: bool
    """Not changed, but the rates inside the segments of `mix` and who came are, beyond chance, against one another."""
    cause: Cause | None
    mix: str | None
    """With `traffic`, the property over whose values the entrants are spread otherwise."""
    spread: SpreadFacts
    slices_tested: int
    """How many segments, and pairs of segments, were large enough to be tested here."""


class ChangeFacts(Part):
    """Something that changed beyond chance, or in which two changes hide one another."""

    stage: str | None
    """The stage; null for the entrants."""
    cause: Cause
    contribution: Number
    near: list[NearChangeFacts] = Field(default=[])
    """Known changes of the day on which this side begins and the seven before, the nearest first."""


class SlicePart(Part):
    """What one segment did to the rate of a transition."""

    value: PropertyValue
    this: Counted
    against: Counted
    rate_effect: Number
    """Through its own rate."""
    mix_effect: Number
    """Through its share of the entrants."""


class DecompositionFacts(Part):
    """The change of a transition's rate, taken apart by one property: all effects sum to it."""

    stage: str
    by: str
    difference: Number
    rate_effect: Number
    mix_effect: Number
    reversal: bool
    """Do the rates inside the segments, taken together, go the other way than the whole?"""
    mix_dominated: bool
    """Do at least two thirds come from how the entrants are spread?"""
    segments: list[SlicePart]


class SliceFacts(Part):
    """A segment, or a pair of segments, whose rate changed, and otherwise than that of the others."""

    stage: str
    by: list[str]
    values: list[PropertyValue]
    rate: Difference
    others: Difference
    """Everybody else at this transition."""
    p_value: Rate
    """How often chance alone would change it this much, and otherwise than the others."""
    contribution: Number
    """What the change of its rate did to the conversions."""
    cause: Cause
    mix: str | None
    """With `traffic`, the property over whose values the segment's entrants are spread otherwise."""
    decomposition: DecompositionFacts | None
    """Its change by that property."""
    near: list[NearChangeFacts] = Field(default=[])
    """As that of a change."""


class DriverFacts(Part):
    """An event after which more, or fewer, went on to convert. It goes with converting; it need not cause it."""

    event: str
    exposed: Counted
    """Those with the event in that time, who had not converted by then."""
    others: Counted
    odds_ratio: Number
    low: Number
    high: Number
    p_value: Rate


class DriversFacts(Part):
    """What goes with reaching a stage, on this side."""

    stage: str
    from_stage: str
    seconds: Number
    """How long after the previous required stage events were looked at; only who had not converted by then counts."""
    still: Counted
    """Those, and how many of them went on later."""
    tested: int
    events: list[DriverFacts]


class CountedComparison(Part):
    """The ratio of the first stage's entries to the counted stage before it, on both sides: nobody was followed."""

    stage: str
    label: str
    owner: str | None
    source: str
    this: CountedPeriod
    against: CountedPeriod
    difference: Number | None
    low: Number | None
    """An approximate 95 % interval; null where one side has fewer than five days."""
    high: Number | None


class Comparison(Answer):
    """Why one funnel's conversions differ between two sides."""

    funnel: FunnelFacts
    data: DataFacts
    question: Literal["periods", "segments", "result"]
    finding: ComparisonFinding
    this: Side
    against: Side
    scale: Number = Field(gt=0)
    """How much longer this side is than the other."""
    age_seconds: Number | None
    """How long after an entry both sides are looked at; null is without limit."""
    ripe: bool
    """Is that the whole window?"""
    ripe_at: str | None
    """When the window of everybody compared has passed; null without a window."""
    conversions_to: str
    """The last stage that anybody reached: the final one, unless all are too young for it."""
    conversions: Number
    """How many of this side reached it."""
    conversions_against: Number
    """Those of the other side, for as long as this side is."""
    entrants: ComparedEntrants
    stages: list[ComparedStage]
    changes: list[ChangeFacts]
    """The largest contribution first."""
    slices: list[SliceFacts]
    """At most three, the largest contribution first."""
    slices_tested: int
    slices_survived: int
    decompositions: list[DecompositionFacts]
    drivers: DriversFacts | None
    """Only when asked for."""
    earlier_weeks: int
    """Whole weeks before both ranges."""
    weeks_known: bool
    """Do these, or the weeks inside of long ranges, tell how much rates vary from week to week? Three do."""
    counted: CountedComparison | None = None
    """Of two periods, where the stage before the first is counted: no finding rests on it."""
    faults: list[FaultFacts]
    """Silences of the log on either side."""
    assignment: AssignmentFacts | None
    """Of two segments whose names read like the arms of an experiment."""
    known_changes: list[KnownChangeFacts] = Field(default=[])
    """What somebody did from the beginning of the earlier side to the end of the later one."""
    warnings: list[Warning]


class ComparisonReport(Part):
    """What `compare -f json` prints."""

    schema_version: Literal["1.0"] = SCHEMA_VERSION
    kind: Literal["comparison"] = "comparison"
    comparisons: list[Comparison]
