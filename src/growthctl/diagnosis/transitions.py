"""What the diagnosis reads: ripe counts of each transition, day by day, and the rate it is compared with."""

from __future__ import annotations

from typing import Literal, NamedTuple

from growthctl.clock import Micros
from growthctl.diagnosis.days import NO_DAYS, Days
from growthctl.stats.proportions import Proportion
from growthctl.stats.spread import CHANCE, Spread


class SegmentValues(NamedTuple):
    """The properties that a segment is of, and its values, in their order."""

    by: tuple[str, ...]
    values: tuple[object, ...]


class Reference(NamedTuple):
    """The rate (0 < rate ≤ 1) a transition is compared with, and where it comes from."""

    rate: float
    source: Literal["target", "history", "segment"]
    weeks: int | None = None
    """Of how many a history is; None where it is the rate before a change."""
    segment: SegmentValues | None = None
    """Whose rate that of a segment is."""
    doubted: bool = False
    """Does all history speak against a target?"""
    below: float | None = None
    """Of a history: how sure it is, all stages counted, that the last weeks are below what it foretells."""

    @property
    def is_promise(self) -> bool:
        """Is it a goal that somebody stands for? What the team once reached, or reaches elsewhere, is a hint."""
        return self.source == "target" and not self.doubted


class StageCapacity(NamedTuple):
    """How many can pass a stage on a day on which it works, and on how many days of the week it does."""

    per_day: float
    days_per_week: int


class Present(NamedTuple):
    """What a transition does of late."""

    since_at: Micros
    """From then on (µs since the epoch)."""
    counts: Proportion


class Transition(NamedTuple):
    """From one required stage to the next."""

    stage: str
    from_stage: str
    owner: str | None
    kind: str | None
    ripe: Proportion
    """Of the ripe entities, how many reached `from_stage`, and how many of them reached `stage`."""
    target: float | None = None
    cohorts: Days = NO_DAYS
    """The same by the day of the first entry, up to the last day of which all are ripe."""
    observed: bool = True
    """Does any event of the log match `stage` at all?"""
    capacity: StageCapacity | None = None
    """How many the stage can take; None for no limit."""
    is_young: bool = False
    """Are there fewer than three weeks of ripe entities, or too few conversions to say when they are ripe?"""
    spread: Spread = CHANCE
    """How restless its days and weeks are."""
    reference: Reference | None = None
    joining: float = 0.0
    """How many enter an open funnel at `stage` per 30 days, beside those who come from `from_stage`."""
    usual: Proportion | None = None
    """Where the rate fell and has not come back the counts before, where it did come back those of all other days."""
    now: Present | None = None
    """Those since; or, held against history, those of the last weeks."""

    @property
    def steady(self) -> Days:
        """The cohorts before a change that lasts, of a drift before its last weeks; all where there is none."""
        if self.usual is None or self.now is None:
            return self.cohorts
        return self.cohorts.until(self.now.since_at)

    @property
    def judged(self) -> Proportion:
        """What is held against the reference: the usual rate, that of the last weeks, or that of all ripe."""
        if self.usual is not None:
            return self.usual
        return self.present

    @property
    def present(self) -> Proportion:
        """What it does now."""
        if self.now is not None:
            return self.now.counts
        return self.ripe if self.usual is None else self.usual
