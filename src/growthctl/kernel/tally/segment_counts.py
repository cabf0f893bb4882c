"""How far the journeys of each segment got: all of them, the ripe, and the later half of these."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from growthctl.kernel.journeys import Journeys
from growthctl.kernel.segment_values import Segments
from growthctl.kernel.threads import parallel_map
from growthctl.stats.arrays import Ints

MOST_SEGMENTS = 50
OTHER = "(other)"
NOT_REACHED = "(not reached)"


class SegmentCounts(NamedTuple):
    """How many journeys of a segment include each stage; `ripe` of them, and `later` of the ripe.

    `later` are those that first entered after half of the ripe had. `is_value`: false for NOT_REACHED and OTHER, which
    no journey has as a value.
    """

    values: tuple[object, ...]
    reached: tuple[int, ...]
    ripe: tuple[int, ...]
    later: tuple[int, ...]
    is_value: bool = True


def by_segment(parts: Sequence[Journeys], segments: Segments) -> list[SegmentCounts]:
    """The segments of marked journeys, the largest first.

    Beyond MOST_SEGMENTS the smaller ones are one segment OTHER, so that the segments always sum to the total.
    """
    ripe_entries = np.concatenate([part.first_entry[part.ripe] for part in parts])
    half = np.median(ripe_entries) if len(ripe_entries) else 0
    work = partial(_counted, half=half, segments=len(segments.sizes))
    counted = parallel_map(work, list(zip(parts, segments.numbers, strict=True)))
    sums = np.sum(counted, axis=0)
    reached, ripe, late = ([tuple(stages) for stages in kind.T.tolist()] for kind in sums)
    nothing = (NOT_REACHED,) * segments.properties
    found = [
        SegmentCounts(nothing if segments.lacking[k] else segments.values[k], *counts, is_value=not segments.lacking[k])
        for k, counts in enumerate(zip(reached, ripe, late, strict=True))
    ]
    if len(found) <= MOST_SEGMENTS:
        return found
    rest = [tuple(map(sum, zip(*counts[MOST_SEGMENTS:], strict=True))) for counts in (reached, ripe, late)]
    other = SegmentCounts((OTHER,) * segments.properties, rest[0], rest[1], rest[2], is_value=False)
    return [*found[:MOST_SEGMENTS], other]


def _counted(part: tuple[Journeys, Ints], half: float, segments: int) -> Ints:
    """(all, ripe, later; stages; segments): how many journeys include each stage."""
    journeys, number = part
    stages = range(len(journeys.time))
    # One count of all: a cell for those of a segment who are not ripe, for the ripe of the earlier half, of the later.
    cell = 3 * number + journeys.ripe + (journeys.ripe & (journeys.first_entry > half))
    counts = np.array([np.bincount(journeys.of_stage(stage, cell), minlength=3 * segments) for stage in stages])
    open_, earlier, late = np.moveaxis(counts.reshape(len(stages), segments, 3), 2, 0)
    return np.array([open_ + earlier + late, earlier + late, late])
