"""Events that share an instant may be used in whatever order helps: what one instant can contribute to an attempt.

An attempt spends distinct events, one per stage. Inside one instant of one entity it therefore uses a *run* of
consecutive stages `first … last` that can be matched one to one with events of that instant. Every part of a run is
a run too, so for each first stage the longest run says all. A *cell* is one stage of one longest run; the cells
replace the events, and what remains to be found is a chain of cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from growthctl.kernel.event_times import Bits, EventTimes, begins, rank_in_run
from growthctl.kernel.search.bipartite import distinct_representatives
from growthctl.stats.arrays import Bools, Ints


class Cells(NamedTuple):
    """Cells in the order in which chains are looked up: by event group and time; inside an instant runs that start
    later come first, so that whatever follows the cells of a run, and starts a run itself, lies at a later instant.
    """

    event_group: Ints
    time: Ints
    first: Ints
    """The stage with which the cell's run starts."""
    stage: Ints
    at: Ints
    """An event of the cell's instant: the first of all that were given."""

    def only(self, chosen: Ints | Bools) -> Cells:
        """Some of them."""
        return Cells(
            self.event_group[chosen], self.time[chosen], self.first[chosen], self.stage[chosen], self.at[chosen]
        )

    def since(self, origin: Ints, after: int) -> Ints:
        """Where, behind each of the cells `origin`, those begin that are at least `after` later, or the next group."""
        start = np.searchsorted(self.event_group, np.arange(self.event_group.max(initial=-1) + 2))
        return EventTimes(self.time, start).passed(self.event_group[origin], self.time[origin] + after - 1)


def cells(event_group: Ints, time: Ints, stages: Bits, count: int, *, ties: str, passed: Bools | None = None) -> Cells:
    """The cells of events in the order of event_group and time; `stages` are sets of the numbers below `count`. With
    `ties: later` stages that were `passed`, and only these, share an instant with the stage after them.
    """
    instant = np.flatnonzero(begins(event_group, time))
    number = np.repeat(np.arange(len(instant)), np.diff(np.append(instant, len(event_group))))
    if ties == "later" and passed is not None:
        where, first, stage = _passing_runs(number, stages, passed, count)
    elif ties == "later":
        where, first = _each_stage(number, stages, count)
        stage = first
    else:
        where, first, stage = _runs(number, stages, count)
    if not bool((where[1:] > where[:-1]).all()):
        order = np.lexsort((stage, -first, where))
        where, first, stage = where[order], first[order], stage[order]
    return Cells(event_group[instant][where], time[instant][where], first, stage, instant[where])


def _each_stage(number: Ints, stages: Bits, count: int) -> tuple[Ints, Ints]:
    """A run of one for every stage of every instant: the instant and the stage."""
    runs = []
    for stage in range(count):
        instants = number[(stages & (1 << stage)) > 0]
        instants = instants[begins(instants)]
        runs.append((instants, np.full(len(instants), stage)))
    return np.concatenate([instants for instants, _ in runs]), np.concatenate([stage for _, stage in runs])


def _passing_runs(number: Ints, stages: Bits, passed: Bools, count: int) -> tuple[Ints, Ints, Ints]:
    """Runs that go on from passed stages only: the instant, the first stage and each stage."""
    matched, skipped = (np.zeros(len(number) and int(number[-1]) + 1, stages.dtype) for _ in range(2))
    np.bitwise_or.at(matched, number, stages)
    np.bitwise_or.at(skipped, number[passed], stages[passed])
    runs = []
    for first in range(count):
        going = np.flatnonzero(matched & (1 << first))
        for stage in range(first, count):
            runs.append((going, np.full(len(going), first), np.full(len(going), stage)))
            going = going[skipped[going] & (1 << stage) > 0]
            if stage + 1 == count or not len(going):
                break
            going = going[matched[going] & (1 << (stage + 1)) > 0]
    where, begins_with, at_stage = (np.concatenate(part) for part in zip(*runs, strict=True))
    return where, begins_with, at_stage


def _runs(number: Ints, stages: Bits, count: int) -> tuple[Ints, Ints, Ints]:
    """The longest runs: the instant, the first stage and each stage."""
    tied = ~begins(number)
    crowded = tied | np.append(tied[1:], False) | (np.bitwise_count(stages) > 1)
    alone, bits = number[~crowded], stages[~crowded]
    alone, bits = alone[bits > 0], bits[bits > 0]
    stage = np.bitwise_count(bits - 1).astype(np.int64)
    if not crowded.any():
        return alone, stage, stage
    where, first, of_crowd = _longest_runs(number[crowded], stages[crowded], count)
    return np.append(alone, where), np.append(stage, first), np.append(stage, of_crowd)


def _longest_runs(number: Ints, stages: Bits, count: int) -> tuple[Ints, Ints, Ints]:
    """The longest runs of crowded instants, worked out once for each different crowd.

    Instants with the same multiset of matched stages can contribute the same, and a real log has few such multisets;
    more copies of one bit set than there are stages add nothing.
    """
    order = np.lexsort((stages, number))
    number, stages = number[order], stages[order]
    different = begins(number, stages)
    copies = np.minimum(np.diff(np.append(np.flatnonzero(different), len(number))), count)
    number, stages = number[different], stages[different]
    instant = np.flatnonzero(begins(number))
    crowd = _crowds(np.diff(np.append(instant, len(number))), instant, stages, copies)
    example = instant[np.unique(crowd, return_index=True)[1]]
    sizes, first, stage = [], [], []
    ends = np.append(instant, len(number))[np.searchsorted(instant, example) + 1]
    for begin, end in zip(example, ends, strict=True):
        events = np.repeat(stages[begin:end], copies[begin:end]).tolist()
        runs = [(a, k) for a, last in longest_runs(events, count) for k in range(a, last + 1)]
        sizes.append(len(runs))
        first += [a for a, _ in runs]
        stage += [k for _, k in runs]
    sizes_of = np.array(sizes)
    start = np.cumsum(sizes_of) - sizes_of
    at = rank_in_run(start[crowd], sizes_of[crowd])
    where = np.repeat(number[instant], sizes_of[crowd])
    return where, np.array(first, np.int64)[at], np.array(stage, np.int64)[at]


def _crowds(sizes: Ints, start: Ints, stages: Bits, copies: Ints) -> Ints:
    """A number, without gaps from 0, for each different multiset: set after set, what came before and it are one."""
    code = np.unique(stages, return_inverse=True)[1] * (copies.max() + 1) + copies
    code = np.unique(code, return_inverse=True)[1]
    crowd = np.zeros(len(sizes), np.int64)
    for position in range(int(sizes.max())):
        longer = sizes > position
        following = np.zeros(len(sizes), np.int64)
        following[longer] = code[start[longer] + position] + 1
        crowd = np.unique(crowd * (code.max() + 2) + following, return_inverse=True)[1]
    return crowd


def longest_runs(events: Sequence[int], stages: int) -> Iterator[tuple[int, int]]:
    """For each stage that one of `events` (bit sets) matches, the longest run that starts there: (first, last)."""
    for first in range(stages):
        length = len(distinct_representatives(range(first, stages), events))
        if length:
            yield first, first + length - 1
