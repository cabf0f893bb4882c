"""The contract: one declaration gives the JSON, its JSON Schema and the docs.

Minor versions of SCHEMA_VERSION only add; a major one may break. Facts, slugs and numbers: `_rate` is 0..1,
`_seconds` a duration, `_at` a time (ISO 8601, UTC), a bare plural is a count, null is unknown.
"""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from growthctl.diagnosis.codes import Cause, FindingCode, Unresolvable, Verdict, Weekday
from growthctl.funnel.levers import Trigger
from growthctl.kernel.trace.reasons import Reason
from growthctl.report.base import SCHEMA_VERSION, Answer, Number, Part, Rate


class FunnelFacts(Part):
    """What was asked."""

    name: str
    description: str | None
    entity: str
    """The column whose values move through the funnel."""
    count: Literal["entities", "sessions", "attempts"]
    order: Literal["sequential", "strict", "any"]
    window_seconds: Number | None
    """How long after its entry an attempt may go on; null is no limit."""
    ripe_after_seconds: Number | None
    """How long after its first entry an entity is ripe: the window, else the stages' own limits; null is at once."""
    entry: Literal["any", "first"]
    ties: Literal["any", "later"]
    attribution: str
    """Which event of the journey gives a segment its value."""
    timezone: str
    target: Rate | None = None
    """The conversion wanted from the first stage to the last required one."""


class RowsRejected(Part):
    """Rows that were not used, by reason."""

    null_entity: int
    bad_time: int
    duplicate: int
    unreadable: int


class DataFacts(Part):
    """What was read."""

    rows_read: int
    rows_used: int
    rows_rejected: RowsRejected
    entities: int
    """Distinct entities with an event of any stage."""
    first_event_at: str | None
    last_event_at: str | None
    as_of: str | None
    """The instant up to which the log is taken to be complete."""
    since: str | None
    until: str | None


class Durations(Part):
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


class Capacity(Part):
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


class Stage(Part):
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
    seconds_from_previous: Durations | None
    seconds_from_entry: Durations | None
    ripe: Ripe | None
    """Null for the first stage, which nothing converts to."""
    capacity: Capacity | None = None


class Phase(Part):
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


class SegmentStage(Part):
    """One stage of one segment."""

    name: str
    reached: int
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


class Segment(Part):
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


class Explained(Part):
    """A segment that holds more of the gap between the reference and the ripe rate than of the entrants."""

    by: list[str]
    values: list[str | int | float | bool | None]
    share_of_entered: Rate
    """Of the ripe that reached the previous required stage."""
    share_of_entered_earlier: Rate | None
    """The same of those whose first entry is in the earlier half of all ripe ones."""
    share_of_entered_later: Rate | None
    share_of_gap: Number
    """The shares of all segments of `by` sum to 1; above 1 where all others together are above the reference."""
    conversion_rate: Rate
    rest_conversion_rate: Rate
    """That of all other segments together."""
    q: Rate


class ExplainedByMix(Part):
    """Properties along which the gap came with entrants who moved to segments that convert less."""

    by: list[str]
    share_of_gap: Number
    """How much of the gap of the later half of the ripe came so since the earlier half."""


class Reference(Part):
    """The rate that a transition is compared with, and where it comes from."""

    rate: Rate
    source: Literal["target", "history", "segment"]
    weeks: int | None = None
    """Of how many weeks a history is the 75th percentile."""
    segment: SegmentName | None = None
    """Whose rate that of a segment is."""


class Recoverable(Part):
    """Final conversions per 30 days that closing the gap to the reference would bring, with a 90 % interval."""

    conversions_per_30_days: Number
    low: Number
    high: Number
    value: Number | None
    """In money: conversions × value per conversion × margin."""
    value_low: Number | None = None
    value_high: Number | None = None
    currency: str | None


class Interview(Part):
    """Too few for statistics: ask them."""

    stage: str
    owner: str | None
    entities: list[str]
    """The ripe entities that reached the previous required stage and not this one."""


class Bottleneck(Part):
    """The widest bottleneck, and how sure that is."""

    verdict: Verdict
    stage: str | None
    """The stage that the transition leads to; with `no_reference` the widest leak, with `cannot_tell` the suspect."""
    from_stage: str | None
    owner: str | None
    contenders: list[str]
    """With `tie`, the stages between which the log cannot decide."""
    reference: Reference | None
    probability_gap: Rate | None
    """That the rate is below its reference."""
    probability_widest: Rate | None
    """That no other transition loses more final conversions against its reference."""
    recoverable: Recoverable | None
    explained_by: list[Explained]
    """Where the gap is, if it is one with at least 90 % probability: only segments that differ by more than chance."""
    explained_by_mix: list[ExplainedByMix]
    """Properties whose segments differ and are not blamed, because most of the gap came with who entered."""
    more_entrants_needed: int | None
    """With `cannot_tell`: how many more must reach the previous stage for about an even chance of a verdict."""
    days_needed: int | None
    unresolvable: Unresolvable | None
    """With `cannot_tell`: why waiting for more entrants will not bring a verdict; null when it will."""
    largest_drop: str | None
    """The stage before which most entities are lost: what a naive rule would name."""
    lowest_rate: str | None
    """The stage with the lowest rate: what another naive rule would name."""
    leader_if_marginal_converts_worse: str | None
    """The stage that leads when recovered entrants convert 20 % worse at every later transition."""
    conversions_per_30_days: Number | None
    """Final conversions at the present rates."""
    first_ripe_at: str | None
    """When the first entity is or was ripe."""
    queue: str | None = None
    """The stage that is so full that people wait for a place: if it is `stage`, the bottleneck is the queue."""
    interview: Interview | None = None
    """Where fewer than 30 ripe entities entered the transition: who was lost."""


class Ranked(Part):
    """One transition among the others, the largest expected recovery first."""

    stage: str
    conversion_rate: Rate | None
    reference: Reference | None
    probability_gap: Rate | None
    probability_widest: Rate | None
    recoverable: Recoverable | None
    share_of_shortfall: Rate | None
    """Its share of what all transitions together lose against their references; the shares sum to 1."""
    leverage: Number | None
    """Final conversions per 30 days that +0.2 in log-odds of this rate would bring: comparable without a reference."""


class Measure(Part):
    """A test that gives the change to half of those who come: with 80 % power at the 5 % level."""

    from_rate: Rate
    to_rate: Rate
    """The reference; where there is none below it, what +0.2 in log-odds gives."""
    per_group: int
    """How many people each half needs."""
    days: int | None
    """How long that takes at the present traffic."""


class Recommendation(Part):
    """What to try: the stage's owner decides."""

    stage: str
    owner: str | None
    kind: str | None
    lever: str
    """A slug of the playbook."""
    action: str
    trigger: Trigger
    """What called for it."""
    evidence: dict[str, int | Number | None]
    """The numbers of that, and of the gap."""
    worth: Recoverable | None
    """What closing the gap would bring; null where the log is to be mended first."""
    next_test: str
    """The cheapest next test."""
    measure: Measure | None
    """How large and how long a test of it must be; null where that is unknown."""


class Warning(Part):
    """Something that a careful reader must know."""

    code: str
    stage: str | None
    """The stage that it is about, if it is about one."""
    message: str


class Finding(Part):
    """Something odd about the log that a number may rest on. What does not apply to its code is null."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

    code: FindingCode
    cause: Cause = Field(alias="class")
    """What is behind it."""
    stage: str | None
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
    """How many reached the previous required stage meanwhile."""
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


class Health(Part):
    """Data health before blame: what is odd about the log, and whether the verdict rests on it."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True, serialize_by_alias=True)

    cause: Cause | None = Field(alias="class")
    """What the material findings, or `explained_by_mix`, say is behind the verdict's gap; null where nothing does."""
    findings: list[Finding]
    """Material ones first, then what misleads most."""


class Analysis(Answer):
    """The answer for one funnel."""

    funnel: FunnelFacts
    data: DataFacts
    stages: list[Stage]
    phases: list[Phase] = Field(default=[])
    segments: list[Segment]
    differences: Differences
    bottleneck: Bottleneck
    health: Health
    ranking: list[Ranked]
    recommendations: list[Recommendation]
    warnings: list[Warning]


class PeriodStage(Part):
    """One stage in one period."""

    name: str
    reached: int
    conversion_rate: Rate | None
    overall_conversion_rate: Rate | None


class Period(Part):
    """The funnel of the entries inside one period: what analyze says for that range."""

    period: str
    """Its first day in the funnel's timezone; of an hour, its first minute."""
    start_at: str
    end_at: str
    ripe: bool
    """Has the window passed for every entry of the period?"""
    stages: list[PeriodStage]


class TrendStage(Part):
    """A stage as it is declared."""

    name: str
    label: str
    optional: bool


class Trend(Answer):
    """One funnel per period; periods without entries are there too."""

    funnel: FunnelFacts
    data: DataFacts
    stages: list[TrendStage]
    every: Literal["hour", "day", "week", "month"]
    periods: list[Period]
    warnings: list[Warning]


class ExplainedEvent(Part):
    """One event of the entity, and what it is to the journey."""

    at: str
    event: str | None
    matches: list[str]
    """The stages that it matches."""
    named: list[str]
    """The stages whose event it is, whether or not their `where` is true."""
    fills: str | None
    """The stage that it fills."""
    journey: int | None
    """Which of the journeys, from 1."""
    reason: Reason | None
    """Why it fills none."""


class ExplainedJourney(Part):
    """One journey: how far it got, and until when it could have gone on."""

    entry_at: str
    window_closes_at: str | None
    reached: list[str]


class Explanation(Answer):
    """The events of one entity, and which of them filled which stage."""

    funnel: FunnelFacts
    entity: str
    journeys: list[ExplainedJourney]
    """None when the entity never entered, or an exclusion took it out."""
    excluded: bool
    """Did an exclusion take it out of every count?"""
    events: list[ExplainedEvent]


class Report(Part):
    """What `analyze -f json` prints: always a list, so that the shape never depends on how many funnels there are."""

    schema_version: Literal["1.0"] = SCHEMA_VERSION
    kind: Literal["analysis"] = "analysis"
    analyses: list[Analysis]


class TrendReport(Part):
    """What `trend -f json` prints."""

    schema_version: Literal["1.0"] = SCHEMA_VERSION
    kind: Literal["trend"] = "trend"
    trends: list[Trend]


class ExplanationReport(Part):
    """What `explain -f json` prints."""

    schema_version: Literal["1.0"] = SCHEMA_VERSION
    kind: Literal["explanation"] = "explanation"
    explanations: list[Explanation]
