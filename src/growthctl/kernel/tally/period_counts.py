"""How far the journeys of each period got."""

from __future__ import annotations

from typing import NamedTuple, Self

import numpy as np

from growthctl.clock import Micros
from growthctl.kernel.journeys import Journeys
from growthctl.kernel.tally.sums import earliest, latest


class PeriodCounts(NamedTuple):
    """How many journeys of some entities include each stage, by the period of their entries."""

    reached: dict[int, tuple[int, ...]]
    """By the group of the period; see `periods.Period`."""
    first_entry_at: Micros | None
    last_entry_at: Micros | None

    @classmethod
    def of(cls, journeys: Journeys) -> Self:
        """Of journeys that are found for each period by itself."""
        if not len(journeys):
            return cls({}, None, None)
        groups, group = np.unique(journeys.group, return_inverse=True)
        stages = range(len(journeys.time))
        reached = [np.bincount(journeys.of_stage(stage, group), minlength=len(groups)).tolist() for stage in stages]
        ends = int(journeys.first_entry.min()), int(journeys.first_entry.max())
        return cls(dict(zip(groups.tolist(), zip(*reached, strict=True), strict=True)), *ends)

    def __add__(self, other: Self) -> Self:  # type: ignore[override]
        reached = dict(self.reached)
        for group, counts in other.reached.items():
            reached[group] = tuple(map(sum, zip(reached[group], counts, strict=True))) if group in reached else counts
        first = earliest(self.first_entry_at, other.first_entry_at)
        return type(self)(reached, first, latest(self.last_entry_at, other.last_entry_at))
