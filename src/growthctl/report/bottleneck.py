"""The widest bottleneck, what it rests on, and the ranking of all transitions."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from growthctl.diagnosis.codes import Unresolvable, Verdict
from growthctl.report.base import Number, Part, Rate
from growthctl.report.funnel import NearChangeFacts
from growthctl.report.segments import SegmentName


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


class ReferenceFacts(Part):
    """The rate that a transition is compared with, and where it comes from."""

    rate: Rate
    source: Literal["target", "history", "segment"]
    weeks: int | None = None
    """Of how many weeks before the last two a history is the 75th percentile; null where it is the rate before a change
    that lasts."""
    segment: SegmentName | None = None
    """Whose rate that of a segment is."""
    doubted: bool = False
    """Does all history speak against a target? Then it confirms nothing."""


class RecoverableFacts(Part):
    """Final conversions per 30 days that closing a gap would bring, up to, with a 95 % interval: whoever is regained is
    assumed to go on like the others, and at its low end 20 % worse at every later transition.
    """

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

    verdict: Verdict | None
    """Null in any order, where no stage is to blame."""
    stage: str | None
    """The stage that the transition leads to; with `no_reference` the widest leak, with `cannot_tell` the suspect."""
    from_stage: str | None
    owner: str | None
    contenders: list[str]
    """With `tie`, the stages between which the log cannot decide."""
    reference: ReferenceFacts | None
    probability_gap: Rate | None
    """That the rate is below its reference."""
    probability_widest: Rate | None
    """That no other transition loses more final conversions against its reference."""
    recoverable: RecoverableFacts | None
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
    """When the first entity is or was ripe at the first transition."""
    queue: str | None = None
    """The stage that is so full that people wait for a place: if it is `stage`, the bottleneck is the queue."""
    interview: Interview | None = None
    """Where fewer than 30 ripe entities entered the transition: who was lost."""


class Ranked(Part):
    """One transition among the others, the largest expected recovery first."""

    stage: str
    conversion_rate: Rate | None
    reference: ReferenceFacts | None
    probability_gap: Rate | None
    probability_widest: Rate | None
    recoverable: RecoverableFacts | None
    share_of_shortfall: Rate | None
    """Its share of what all transitions together lose against their references; the shares sum to 1."""
    leverage: Number | None
    """Final conversions per 30 days that +0.2 in log-odds of this rate would bring: comparable without a reference."""


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
    change: NearChangeFacts | None = None
    """The nearest known change: the first of `near`."""
    near: list[NearChangeFacts] = Field(default=[])
    """Known changes of that day and the seven before: first those that name the stage and the segment, then the
    latest."""
