"""What the diagnosis reads: ripe counts of each transition and the rate it is compared with."""

from __future__ import annotations

from typing import Literal, NamedTuple


class SegmentValues(NamedTuple):
    """The properties that a segment is of, and its values, in their order."""

    by: tuple[str, ...]
    values: tuple[object, ...]


class Reference(NamedTuple):
    """The rate (0 < rate ≤ 1) a transition is compared with, and where it comes from.

    `weeks` is of how many weeks a history is, `segment` whose rate that of a segment is.
    """

    rate: float
    source: Literal["target", "history", "segment"]
    weeks: int | None = None
    segment: SegmentValues | None = None


class StageCapacity(NamedTuple):
    """How many can pass a stage on a day on which it works, and on how many days of the week it does."""

    per_day: float
    days_per_week: int


class Transition(NamedTuple):
    """From one required stage to the next, counted over ripe entities only.

    `entered` reached `from_stage`, `converted` of them reached `stage`. `weeks` holds the same two counts per
    weekly cohort of entries; with six or more of them the spread between weeks widens the uncertainty.
    `capacity`: how many the stage can take, None for no limit.
    `observed`: does any event of the log match `stage` at all?
    """

    stage: str
    from_stage: str
    owner: str | None
    kind: str | None
    entered: int
    converted: int
    reference: Reference | None
    weeks: tuple[tuple[int, int], ...] = ()
    observed: bool = True
    capacity: StageCapacity | None = None

    @property
    def rate(self) -> float | None:
        """Converted ÷ entered; None where nobody entered."""
        return self.converted / self.entered if self.entered else None

    @property
    def dropped(self) -> int:
        """Ripe entities that reached `from_stage` and not `stage`."""
        return self.entered - self.converted
