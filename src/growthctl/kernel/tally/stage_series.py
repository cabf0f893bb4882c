"""When journeys pass the stages: small counts by hour, and per segment by day, which show where events are missing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import zip_longest
from typing import Any

import numpy as np

from growthctl.clock import DAY, HOUR, NEVER
from growthctl.kernel.event_times import begins
from growthctl.kernel.journeys import Journeys
from growthctl.kernel.plan import Plan
from growthctl.kernel.segment_values import Segments
from growthctl.kernel.threads import parallel_map
from growthctl.stats.arrays import Ints

LEAST_ENTERED = 100
MOST_SEGMENTS = 20
_MANY = 1 << 20
"""As many hours as may be counted in a table; more only where a time is far off."""

Passage = tuple[int, int, int, int, int]
"""(hour or day since the epoch on the local clock, position among the required stages, journeys that reached it then,
the ripe ones of them, those of them that also reached the next required stage)"""


def passages(parts: Sequence[Journeys], plan: Plan, offset: int) -> list[Passage]:
    """Passages of marked journeys by the hour, in no order; `offset` is local time − UTC, in microseconds."""
    everybody = [np.zeros(len(part), np.int64) for part in parts]
    [[found]] = _counted(parts, [(everybody, 1)], plan, HOUR, offset)
    return found


def passages_by_segment(
    parts: Sequence[Journeys], splits: Sequence[Segments], plan: Plan, offset: int
) -> list[list[tuple[tuple[object, ...], list[Passage]]]]:
    """For each split (values, passages by the day) of the largest segments, the largest first."""
    largest = [_largest(segments) for segments in splits]
    groups = [_in_groups(segments, numbers) for segments, numbers in zip(splits, largest, strict=True)]
    counted = _counted(parts, groups, plan, DAY, offset)
    return [
        [(segments.values[number], rows) for number, rows in zip(numbers, found[:-1], strict=True)]
        for segments, numbers, found in zip(splits, largest, counted, strict=True)
    ]


def _largest(segments: Segments) -> list[int]:
    sizes = enumerate(segments.sizes.tolist())
    return [number for number, size in sizes if size >= LEAST_ENTERED and not segments.lacking[number]][:MOST_SEGMENTS]


def _in_groups(segments: Segments, numbers: Sequence[int]) -> tuple[list[Ints], int]:
    """For each part of the journeys the group of each: those segments, and last all others; how many there are."""
    place = np.full(len(segments.sizes), len(numbers))
    place[list(numbers)] = np.arange(len(numbers))
    return [place[number] for number in segments.numbers], len(numbers) + 1


def _counted(
    parts: Sequence[Journeys], splits: Sequence[tuple[Sequence[Ints], int]], plan: Plan, width: int, offset: int
) -> list[list[list[Passage]]]:
    """For each split into groups (of each part whose is which, and how many there are) the passages of each group."""
    if not splits:
        return []
    found: list[list[list[Passage]]] = [[[] for _ in range(number)] for _, number in splits]
    work = partial(_tables, sizes=[number for _, number in splits], plan=plan, width=width, offset=offset)
    by_part = parallel_map(work, list(zip(parts, *(groups for groups, _ in splits), strict=True)))
    for position, of_stage in enumerate(zip(*by_part, strict=True)):
        for split, tables in zip(found, zip(*of_stage, strict=True), strict=True):
            for number, at, reached, ripe, went_on in _summed(np.concatenate(tables)).tolist():
                split[number].append((at, position, reached, ripe, went_on))
    return found


def _summed(table: Ints) -> Ints:
    """One row of all that begin with the same two numbers."""
    if not len(table):
        return table
    at = table[:, 1] - table[:, 1].min()
    # One number is sorted faster than two.
    table = table[np.argsort(table[:, 0] * (at.max() + 1) + at)]
    new = np.flatnonzero(begins(table[:, 0], table[:, 1]))
    return np.hstack([table[new, :2], np.add.reduceat(table[:, 2:], new)])


def _tables(part: Sequence[Any], sizes: Sequence[int], plan: Plan, width: int, offset: int) -> list[list[Ints]]:
    """For each required stage and split a row for each group and hour or day: these, then the counts of a passage.

    `part`: journeys, and for each split their groups.
    """
    journeys, *splits = part
    tables = []
    for stage, following in zip_longest(plan.required, plan.required[1:]):
        different, at = _told_apart((journeys.of_stage(stage, journeys.time[stage]) + offset) // width)
        # One count of all: a cell for those of an hour or day who are ripe or not, and went on or not.
        cell = 4 * at + 2 * journeys.of_stage(stage, journeys.ripe)
        if following is not None:
            cell += journeys.of_stage(stage, journeys.time[following]) != NEVER
        groups = (journeys.of_stage(stage, group) for group in splits)
        tables.append([_table(cell, *each_split, different) for each_split in zip(groups, sizes, strict=True)])
    return tables


def _table(cell: Ints, group: Ints, groups: int, different: Ints) -> Ints:
    bins = len(different)
    if groups > 1:
        cell = 4 * bins * group + cell
    neither, on, ripe, both = np.bincount(cell, minlength=4 * groups * bins).reshape(-1, 4).T
    reached = neither + on + ripe + both
    having = np.flatnonzero(reached)
    counts = (reached, ripe + both, on + both)
    table = [having // bins, different[having % bins], *(numbers[having] for numbers in counts)]
    return np.stack(table, axis=1)


def _told_apart(values: Ints) -> tuple[Ints, Ints]:
    """The values that occur, or all from the first to the last; and the place of each among them."""
    first, last = (int(values.min()), int(values.max())) if len(values) else (0, 0)
    if last - first < _MANY:
        return np.arange(first, last + 1), values - first
    different, at = np.unique(values, return_inverse=True)
    return different, at
