"""How far the journeys of each period got, in each segment."""

from __future__ import annotations

from typing import NamedTuple, Self, TypeVar

import numpy as np

from growthctl.clock import NEVER, Micros
from growthctl.kernel.journeys import Journeys
from growthctl.kernel.plan import Plan
from growthctl.kernel.tally.sums import earliest, latest
from growthctl.stats.arrays import Ints

Key = TypeVar("Key")
StagesReached = tuple[int, ...]
"""How many journeys include each stage; in an open funnel behind that how many of them came from the required stage
before it, and how many from the first one.
"""


class PeriodCounts(NamedTuple):
    """How many journeys of some entities include each stage, by segment and by the period of their entries."""

    reached: dict[tuple[int, int], StagesReached]
    """By the number of the segment and the group of the period; see `periods.Period`."""
    first_entry_at: Micros | None
    last_entry_at: Micros | None

    @classmethod
    def of(cls, journeys: Journeys, plan: Plan, segment: Ints | None = None) -> Self:
        """Of journeys that are found for each period by itself; `segment`: the number of each one's, else 0."""
        if not len(journeys):
            return cls({}, None, None)
        groups, place = np.unique(journeys.group, return_inverse=True)
        number = np.zeros(len(journeys), np.int64) if segment is None else segment
        cells, cell = np.unique(number * len(groups) + place, return_inverse=True)
        stages = range(len(journeys.time))
        including = [journeys.of_stage(stage, cell) for stage in stages]
        if plan.is_open:
            including += [journeys.through(stage, cell, plan) for stage in stages]
            including += [cell[(journeys.time[0] != NEVER) & (journeys.time[stage] != NEVER)] for stage in stages]
        counts = [np.bincount(each, minlength=len(cells)).tolist() for each in including]
        keys = zip((cells // len(groups)).tolist(), groups[cells % len(groups)].tolist(), strict=True)
        ends = int(journeys.first_entry.min()), int(journeys.first_entry.max())
        return cls(dict(zip(keys, zip(*counts, strict=True), strict=True)), *ends)

    def __add__(self, other: Self) -> Self:  # type: ignore[override]
        first = earliest(self.first_entry_at, other.first_entry_at)
        return type(self)(added(self.reached, other.reached), first, latest(self.last_entry_at, other.last_entry_at))

    def of_segment(self, number: int) -> dict[int, StagesReached]:
        """By the group of the period."""
        return {group: counts for (segment, group), counts in self.reached.items() if segment == number}


def added(left: dict[Key, StagesReached], right: dict[Key, StagesReached]) -> dict[Key, StagesReached]:
    """The counts of both, those under one key as one."""
    both = dict(left)
    for key, counts in right.items():
        both[key] = tuple(map(sum, zip(both[key], counts, strict=True))) if key in both else counts
    return both
