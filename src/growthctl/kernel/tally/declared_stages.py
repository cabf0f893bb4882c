"""In any order: which of the declared stages journeys have, and which one those lack who have all others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, Self

import numpy as np

from growthctl.kernel.journeys import Journeys
from growthctl.kernel.ripeness import Ripeness


class DeclaredStages(NamedTuple):
    """Of the marked journeys of some entities; a place for each stage, in the order of the funnel."""

    reached: tuple[int, ...]
    """How many have it inside the window."""
    ripe_throughout: tuple[int, ...]
    """Those of them that entered so long ago that they are ripe at every row."""
    only_lacking: tuple[int, ...]
    """How many lack it alone and have had the time for it."""

    @classmethod
    def of(cls, journeys: Journeys, ripeness: Ripeness) -> Self:
        """Of journeys in any order."""
        assert journeys.filled is not None
        stages, bit = range(ripeness.plan.stages), np.uint64(1)
        has = [(journeys.filled >> np.uint64(stage) & bit).astype(np.bool_) for stage in stages]
        ripe = ripeness.throughout(journeys)
        all_but_one = (journeys.depth == len(stages) - 1) & journeys.ripe_at(len(stages) - 1)
        return cls(
            reached=_counts(has),
            ripe_throughout=_counts(each & ripe for each in has),
            only_lacking=_counts(all_but_one & ~each for each in has),
        )

    def __add__(self, other: Self) -> Self:  # type: ignore[override]
        return type(self)(*(tuple(map(sum, zip(*counts, strict=True))) for counts in zip(self, other, strict=True)))


def _counts(chosen: Iterable[np.ndarray]) -> tuple[int, ...]:
    return tuple(int(np.count_nonzero(each)) for each in chosen)
