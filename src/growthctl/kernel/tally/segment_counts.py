"""How far the journeys of each segment got: all of them, the ripe, and the later half of these."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np

from growthctl.kernel.journeys import Journeys
from growthctl.kernel.plan import Plan
from growthctl.kernel.segment_values import Segments
from growthctl.kernel.tally.sums import total
from growthctl.stats.arrays import Ints
from growthctl.stats.proportions import Proportion

MOST_SEGMENTS = 50
OTHER = "(other)"
NOT_REACHED = "(not reached)"


class SegmentCounts(NamedTuple):
    """How many journeys of a segment include each stage."""

    values: tuple[object, ...]
    reached: tuple[int, ...]
    through: tuple[int, ...]
    """Those of them that came from the required stage before: all but in an open funnel."""
    ripe: tuple[Proportion, ...]
    """For each stage, who reached the required one before and is ripe at it, and who of them reached it."""
    later: tuple[Proportion, ...]
    """The same of those of the ripe that first entered after half of all the ripe had."""
    is_value: bool = True
    """False for NOT_REACHED and OTHER, which no journey has as a value."""


class SegmentTally(NamedTuple):
    """How many of the marked journeys of some entities include each stage, by segment."""

    counts: Ints
    """(before the stage, come from there, at it; all, ripe, later; stages; segments). Before it is at the required
    stage before.
    """

    @classmethod
    def of(cls, journeys: Journeys, plan: Plan, segment: Ints, segments: int, halves: Sequence[float]) -> Self:
        """`segment`: the number of each journey's, of so many `segments`; `halves`: see `median_ripe_entries`."""
        # One count of all: a cell for those of a segment who are not ripe, for the ripe of the earlier half, of the
        # later.
        cells = [
            3 * segment + ripe + (ripe & (journeys.first_entry > half))
            for ripe, half in zip(journeys.ripe, halves, strict=True)
        ]

        def by_cell(cell: Ints) -> Ints:
            return np.bincount(cell, minlength=3 * segments)

        def counted(at: int, stage: int) -> Ints:
            return by_cell(journeys.of_stage(at, cells[min(stage, len(cells) - 1)]))

        anchors = [plan.anchor(stage) if stage else 0 for stage in range(plan.stages)]
        after = [counted(stage, stage) for stage in range(plan.stages)]
        # Where a window decides, who is ripe at one stage is ripe at all.
        before = [after[anchor] if len(cells) == 1 else counted(anchor, stage) for stage, anchor in enumerate(anchors)]
        through = after
        if plan.is_open:
            through = [by_cell(journeys.through(k, cells[min(k, len(cells) - 1)], plan)) for k in range(plan.stages)]
        counts = np.array([before, through, after]).reshape(3, plan.stages, segments, 3)
        open_, earlier, later = np.moveaxis(counts, 3, 0)
        return cls(np.stack([open_ + earlier + later, earlier + later, later], axis=1))

    def __add__(self, other: Self) -> Self:  # type: ignore[override]
        return type(self)(self.counts + other.counts)

    def by_size(self, segments: Segments) -> list[SegmentCounts]:
        """The segments, the largest first.

        Beyond MOST_SEGMENTS the smaller ones are one segment OTHER, so that the segments always sum to the total.
        """
        nothing = (NOT_REACHED,) * segments.properties
        counts = [
            _segment_counts(nothing if lacking else values, self.counts[..., number], is_value=not lacking)
            for number, (values, lacking) in enumerate(zip(segments.values, segments.lacking, strict=True))
        ]
        if len(counts) <= MOST_SEGMENTS:
            return counts
        rest = self.counts[..., MOST_SEGMENTS:].sum(axis=3)
        return [*counts[:MOST_SEGMENTS], _segment_counts((OTHER,) * segments.properties, rest, is_value=False)]


def _segment_counts(values: tuple[object, ...], counts: Ints, *, is_value: bool) -> SegmentCounts:
    (_, *before), (through, *converted), (reached, *_) = counts.tolist()
    ripe, later = (tuple(map(Proportion, *each)) for each in zip(before, converted, strict=True))
    return SegmentCounts(values, tuple(reached), tuple(through), ripe, later, is_value)


def median_ripe_entries(parts: Sequence[Journeys]) -> list[float]:
    """When half of those of all parts who are ripe at a stage had entered first, 0 where nobody is; for each row of
    `Journeys.ripe`.
    """
    return [_median([part.first_entry[part.ripe[row]] for part in parts]) for row in range(len(parts[0].ripe))]


def _median(times: Sequence[Ints]) -> float:
    together = np.concatenate(times)
    return float(np.median(together)) if len(together) else 0.0


def by_segment(
    parts: Sequence[Journeys], plan: Plan, segments: Segments, halves: Sequence[float]
) -> list[SegmentCounts]:
    """The segments of several marked parts, the largest first."""

    def of_part(part: int) -> SegmentTally:
        return SegmentTally.of(parts[part], plan, segments.numbers[part], len(segments.sizes), halves)

    return total(of_part, range(len(parts))).by_size(segments)
