"""When journeys reach the stages: small counts by hour, and per segment by day, which show where events are missing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import NamedTuple, Self

import numpy as np

from growthctl.clock import DAY, HOUR, NEVER, Micros
from growthctl.kernel.event_times import begins
from growthctl.kernel.journeys import Journeys
from growthctl.kernel.segment_values import Segments
from growthctl.kernel.tally.stage_counts import Counts
from growthctl.kernel.tally.sums import total
from growthctl.stats.arrays import Ints

LEAST_ENTERED = 100
MOST_SEGMENTS = 20
_MANY = 1 << 20
"""As many hours as may be counted in a table; more only where a time is far off."""


class Groups(NamedTuple):
    """Journeys in groups that do not overlap."""

    number: Ints
    """The group of each journey."""
    size: int
    """How many groups there are."""


class StageSeries(NamedTuple):
    """When journeys of some entities reached each required stage, by the hour or day and by group."""

    tables: tuple[tuple[Ints, ...], ...]
    """For each way to group and each required stage, in parts, so that a sum copies none: a row for each group and hour
    or day that has any. The group; the hour or day since the epoch on the local clock; journeys that reached the stage
    then, those of them that are ripe at the next required stage (of the last one, at it), those that also reached that,
    and those that did within its age.
    """
    stages: int
    """Required ones: the tables come in rounds of so many."""

    @classmethod
    def of(cls, journeys: Journeys, groupings: Sequence[Groups], counts: Counts, width: Micros, offset: Micros) -> Self:
        """Of marked journeys; `width` is HOUR or DAY, `offset` local time − UTC."""
        plan = counts.ripeness.plan
        tables: list[list[Ints]] = [[] for _ in groupings]
        for stage, following in zip_longest(plan.required, plan.required[1:]):
            bins, at = _bins((journeys.of_stage(stage, journeys.time[stage]) + offset) // width)
            # One count of all: a cell for those of an hour or day who are ripe or not, and went on, in time or at all.
            cell = 6 * at + 3 * journeys.of_stage(stage, journeys.ripe_at(stage if following is None else following))
            if following is not None:
                reached_at, previous_at = (journeys.of_stage(stage, journeys.time[k]) for k in (following, stage))
                went_on, age = reached_at != NEVER, counts.ages[following]
                cell += went_on
                cell += went_on if age is None else went_on & (reached_at - previous_at <= age)
            for grouping, by_stage in zip(groupings, tables, strict=True):
                by_stage.append(_table(cell, journeys.of_stage(stage, grouping.number), grouping.size, bins))
        return cls(tuple(tuple(by_stage) for by_stage in tables), len(plan.required))

    def __add__(self, other: Self) -> Self:  # type: ignore[override]
        tables = tuple(some + more for some, more in zip(self.tables, other.tables, strict=True))
        return type(self)(tables, self.stages)

    def by_group(self, grouping: int, size: int) -> list[Ints]:
        """For each of so many groups rows of (hour or day, position of the required stage, journeys that reached it
        then, ripe ones, those that went on, those that did within the age).
        """
        rows = []
        for position in range(self.stages):
            table = _summed(np.concatenate(self.tables[grouping][position :: self.stages]))
            rows.append(np.insert(table, 2, position, axis=1))
        together = np.concatenate(rows)
        return [together[together[:, 0] == group, 1:] for group in range(size)]


def hourly(parts: Sequence[Journeys], counts: Counts, offset: Micros) -> Ints:
    """The rows of all marked journeys, by the hour."""

    def of_part(journeys: Journeys) -> StageSeries:
        return StageSeries.of(journeys, [Groups(np.zeros(len(journeys), np.int64), 1)], counts, HOUR, offset)

    return total(of_part, parts).by_group(0, 1)[0]


def daily_by_segment(
    parts: Sequence[Journeys], splits: Sequence[Segments], counts: Counts, offset: Micros
) -> list[list[tuple[tuple[object, ...], Ints]]]:
    """For each split (values, rows by the day) of the largest segments, the largest first."""
    if not splits:
        return []
    largest = [_largest(segments) for segments in splits]
    # The group of each segment: those, and last all others.
    places = [_places(segments, numbers) for segments, numbers in zip(splits, largest, strict=True)]

    def of_part(part: int) -> StageSeries:
        groupings = [
            Groups(place[segments.numbers[part]], len(numbers) + 1)
            for segments, place, numbers in zip(splits, places, largest, strict=True)
        ]
        return StageSeries.of(parts[part], groupings, counts, DAY, offset)

    series = total(of_part, range(len(parts)))
    return [
        [
            (segments.values[number], rows)
            for number, rows in zip(numbers, series.by_group(split, len(numbers)), strict=True)
        ]
        for split, (segments, numbers) in enumerate(zip(splits, largest, strict=True))
    ]


def _largest(segments: Segments) -> list[int]:
    sizes = enumerate(segments.sizes.tolist())
    return [number for number, size in sizes if size >= LEAST_ENTERED and not segments.lacking[number]][:MOST_SEGMENTS]


def _places(segments: Segments, numbers: Sequence[int]) -> Ints:
    places = np.full(len(segments.sizes), len(numbers))
    places[list(numbers)] = np.arange(len(numbers))
    return places


def _summed(table: Ints) -> Ints:
    """One row of all that begin with the same two numbers."""
    if not len(table):
        return table
    at = table[:, 1] - table[:, 1].min()
    # One number is sorted faster than two.
    table = table[np.argsort(table[:, 0] * (at.max() + 1) + at)]
    new = np.flatnonzero(begins(table[:, 0], table[:, 1]))
    return np.hstack([table[new, :2], np.add.reduceat(table[:, 2:], new)])


def _table(cell: Ints, group: Ints, groups: int, bins: Ints) -> Ints:
    if groups > 1:
        cell = 6 * len(bins) * group + cell
    # (cells; unripe or ripe; did not go on, went on late, went on in time).
    of_cells = np.bincount(cell, minlength=6 * groups * len(bins)).reshape(-1, 2, 3)
    reached, ripe = of_cells.sum(axis=(1, 2)), of_cells[:, 1].sum(axis=1)
    having = np.flatnonzero(reached)
    counts = (reached, ripe, of_cells[:, :, 1:].sum(axis=(1, 2)), of_cells[:, :, 2].sum(axis=1))
    table = [having // len(bins), bins[having % len(bins)], *(numbers[having] for numbers in counts)]
    return np.stack(table, axis=1)


def _bins(values: Ints) -> tuple[Ints, Ints]:
    """The values that occur, or all from the first to the last; and the place of each among them."""
    first, last = (int(values.min()), int(values.max())) if len(values) else (0, 0)
    if last - first < _MANY:
        return np.arange(first, last + 1), values - first
    bins, at = np.unique(values, return_inverse=True)
    return bins, at
