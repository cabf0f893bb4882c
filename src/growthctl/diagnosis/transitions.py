"""What the diagnosis reads: ripe counts of each transition and the rate it is compared with."""

from __future__ import annotations

from typing import Literal, NamedTuple

from growthctl.stats.proportions import Proportion


class SegmentValues(NamedTuple):
    """The properties that a segment is of, and its values, in their order."""

    by: tuple[str, ...]
    values: tuple[object, ...]


class Reference(NamedTuple):
    """The rate (0 < rate ≤ 1) a transition is compared with, and where it comes from."""

    rate: float
    source: Literal["target", "history", "segment"]
    weeks: int | None = None
    """Of how many a history is."""
    segment: SegmentValues | None = None
    """Whose rate that of a segment is."""


class StageCapacity(NamedTuple):
    """How many can pass a stage on a day on which it works, and on how many days of the week it does."""

    per_day: float
    days_per_week: int


class Transition(NamedTuple):
    """From one required stage to the next."""

    stage: str
    from_stage: str
    owner: str | None
    kind: str | None
    ripe: Proportion
    """Of the ripe entities, how many reached `from_stage`, and how many of them reached `stage`."""
    reference: Reference | None
    weeks: tuple[Proportion, ...] = ()
    """The same for each weekly cohort of entries; with six or more the spread between weeks widens the uncertainty."""
    observed: bool = True
    """Does any event of the log match `stage` at all?"""
    capacity: StageCapacity | None = None
    """How many the stage can take; None for no limit."""
