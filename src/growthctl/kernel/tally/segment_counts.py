"""How far the journeys of each segment got: all of them, the ripe, and the later half of these."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np

from growthctl.kernel.journeys import Journeys
from growthctl.kernel.segment_values import Segments
from growthctl.kernel.tally.sums import total
from growthctl.stats.arrays import Ints

MOST_SEGMENTS = 50
OTHER = "(other)"
NOT_REACHED = "(not reached)"


class SegmentCounts(NamedTuple):
    """How many journeys of a segment include each stage."""

    values: tuple[object, ...]
    reached: tuple[int, ...]
    ripe: tuple[int, ...]
    """The ripe of these."""
    later: tuple[int, ...]
    """Those of the ripe that first entered after half of all the ripe had."""
    is_value: bool = True
    """False for NOT_REACHED and OTHER, which no journey has as a value."""


class SegmentTally(NamedTuple):
    """How many of the marked journeys of some entities include each stage, by segment."""

    counts: Ints
    """(all, ripe, later; stages; segments)."""

    @classmethod
    def of(cls, journeys: Journeys, segment: Ints, segments: int, half: float) -> Self:
        """`segment`: the number of each journey's, of so many `segments`; `half`: see `median_ripe_entry`."""
        stages = range(len(journeys.time))
        # One count of all: a cell for those of a segment who are not ripe, for the ripe of the earlier half, of the
        # later.
        cell = 3 * segment + journeys.ripe + (journeys.ripe & (journeys.first_entry > half))
        counts = np.array([np.bincount(journeys.of_stage(stage, cell), minlength=3 * segments) for stage in stages])
        open_, earlier, later = np.moveaxis(counts.reshape(len(stages), segments, 3), 2, 0)
        return cls(np.array([open_ + earlier + later, earlier + later, later]))

    def __add__(self, other: Self) -> Self:  # type: ignore[override]
        return type(self)(self.counts + other.counts)

    def by_size(self, segments: Segments) -> list[SegmentCounts]:
        """The segments, the largest first.

        Beyond MOST_SEGMENTS the smaller ones are one segment OTHER, so that the segments always sum to the total.
        """
        nothing = (NOT_REACHED,) * segments.properties
        counts = [
            _segment_counts(nothing if lacking else values, self.counts[:, :, number], is_value=not lacking)
            for number, (values, lacking) in enumerate(zip(segments.values, segments.lacking, strict=True))
        ]
        if len(counts) <= MOST_SEGMENTS:
            return counts
        rest = self.counts[:, :, MOST_SEGMENTS:].sum(axis=2)
        return [*counts[:MOST_SEGMENTS], _segment_counts((OTHER,) * segments.properties, rest, is_value=False)]


def _segment_counts(values: tuple[object, ...], counts: Ints, *, is_value: bool) -> SegmentCounts:
    reached, ripe, later = map(tuple, counts.tolist())
    return SegmentCounts(values, reached, ripe, later, is_value)


def median_ripe_entry(parts: Sequence[Journeys]) -> float:
    """When half of the ripe of all parts had entered first; 0 where nobody is ripe."""
    ripe_entries = np.concatenate([part.first_entry[part.ripe] for part in parts])
    return float(np.median(ripe_entries)) if len(ripe_entries) else 0.0


def by_segment(parts: Sequence[Journeys], segments: Segments, half: float) -> list[SegmentCounts]:
    """The segments of several marked parts, the largest first."""

    def of_part(part: int) -> SegmentTally:
        return SegmentTally.of(parts[part], segments.numbers[part], len(segments.sizes), half)

    return total(of_part, range(len(parts))).by_size(segments)
