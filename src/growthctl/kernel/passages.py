"""When journeys pass the stages: small counts by hour, and per segment by day, which show where events are missing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import zip_longest

import numpy as np

from growthctl.kernel.journeys import Journeys
from growthctl.kernel.moments import NEVER, Ints, begins
from growthctl.kernel.plan import Plan
from growthctl.kernel.segments import Segments
from growthctl.kernel.side_by_side import each

HOUR = 3_600_000_000
DAY = 24 * HOUR
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
    return _counted(parts, everybody, 1, plan, HOUR, offset)[0]


def passages_by_segment(
    parts: Sequence[Journeys], segments: Segments, plan: Plan, offset: int
) -> list[tuple[tuple[object, ...], list[Passage]]]:
    """(values, passages by the day) of the largest segments, the largest first."""
    largest = [
        number
        for number, size in enumerate(segments.sizes.tolist())
        if size >= LEAST_ENTERED and not segments.lacking[number]
    ][:MOST_SEGMENTS]
    place = np.full(len(segments.sizes), len(largest))
    place[largest] = np.arange(len(largest))
    groups = [place[number] for number in segments.numbers]
    counted = _counted(parts, groups, len(largest) + 1, plan, DAY, offset)
    return [(segments.values[number], rows) for number, rows in zip(largest, counted[:-1], strict=True)]


def _counted(
    parts: Sequence[Journeys], group: Sequence[Ints], groups: int, plan: Plan, width: int, offset: int
) -> list[list[Passage]]:
    """The passages of each group of journeys."""
    found: list[list[Passage]] = [[] for _ in range(groups)]
    work = partial(_tables, groups=groups, plan=plan, width=width, offset=offset)
    for position, tables in enumerate(zip(*each(work, list(zip(parts, group, strict=True))), strict=True)):
        for number, at, reached, ripe, went_on in _summed(np.concatenate(tables)).tolist():
            found[number].append((at, position, reached, ripe, went_on))
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


def _tables(part: tuple[Journeys, Ints], groups: int, plan: Plan, width: int, offset: int) -> list[Ints]:
    """For each required stage a row for each group and hour or day: these, then the three counts of a passage."""
    journeys, group = part
    tables = []
    for stage, following in zip_longest(plan.required, plan.required[1:]):
        different, at = _told_apart((journeys.of_stage(stage, journeys.time[stage]) + offset) // width)
        bins = len(different)
        cell = at if groups == 1 else journeys.of_stage(stage, group) * bins + at
        # One count of all: a cell for those of an hour who are ripe or not, and went on or not.
        cell = 4 * cell + 2 * journeys.of_stage(stage, journeys.ripe)
        if following is not None:
            cell += journeys.of_stage(stage, journeys.time[following]) != NEVER
        neither, on, ripe, both = np.bincount(cell, minlength=4 * groups * bins).reshape(-1, 4).T
        reached = neither + on + ripe + both
        having = np.flatnonzero(reached)
        counts = (reached, ripe + both, on + both)
        table = [having // bins, different[having % bins], *(numbers[having] for numbers in counts)]
        tables.append(np.stack(table, axis=1))
    return tables


def _told_apart(values: Ints) -> tuple[Ints, Ints]:
    """The values that occur, or all from the first to the last; and the place of each among them."""
    first, last = (int(values.min()), int(values.max())) if len(values) else (0, 0)
    if last - first < _MANY:
        return np.arange(first, last + 1), values - first
    different, at = np.unique(values, return_inverse=True)
    return different, at
