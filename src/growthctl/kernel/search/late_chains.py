"""Chains from given entries whose stages must not come too early, looked up in the cells that all entries share.

`chains` finds the earliest chain of every entry. What it says of two chains, that the earlier of both stage by stage is
one too, holds for the later of both as well. So where stages must not come before some instants, the earliest chain
within that is again the one of first successors; and the latest instant at which a chain from a cell can end never
falls from cell to cell of a stage, so that halving finds the first cell that leads late enough. Nothing is copied for
an entry: n entries among n cells take about n log n steps, however wide the window is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from growthctl.kernel.event_times import EventTimes, begins
from growthctl.kernel.search.chains import Limit
from growthctl.kernel.search.ties import Cells
from growthctl.stats.arrays import Bools, Ints


class Successors(NamedTuple):
    """The cells of one stage that may follow one of the stage before."""

    cells: Cells
    at: Ints
    """Which of `cells`."""
    latest: Ints
    """Up to which instant each is late enough; of those that start a run it never falls."""
    starting: Ints
    """Which of `at` start a run."""
    after: int
    """How long after the stage before they come at least."""

    @classmethod
    def of(cls, cells: Cells, at: Ints, latest: Ints, after: int) -> Successors:
        """The cells `at`, with `latest`."""
        return cls(cells, at, latest, np.flatnonzero(cells.first[at] == cells.stage[at]), after)

    def first(self, origin: Ints, least: Ints) -> tuple[Ints, Bools]:
        """The first successor of each cell `origin` that is late enough for the instant `least`; is there one?"""
        cells = self.cells
        beside = np.searchsorted(self.at, origin + 1)
        # The next cell of the own run lies at the same instant, so it comes before any other.
        own = np.append(self.at, 0)[beside]
        same_run = (own == origin + 1) & (cells.first[own] < cells.stage[own])
        same_run &= (np.append(self.latest, -1)[beside] >= least) & (self.after == 0)
        start = np.searchsorted(self.at[self.starting], cells.since(origin, self.after) if self.after else origin)
        start = np.maximum(start, np.searchsorted(self.latest[self.starting], least))
        later = np.append(self.at[self.starting], 0)[start]
        exists = (start < len(self.starting)) & (cells.event_group[later] == cells.event_group[origin])
        return np.where(same_run, own, later), same_run | exists


class Instants(NamedTuple):
    """The instants of some cells: group by group, numbered from 0."""

    cells: Cells
    number: Ints
    """(cells,): of each cell."""
    start: Ints
    """(event groups + 1,): where the cells of each group start."""

    @classmethod
    def of(cls, cells: Cells) -> Instants:
        """Those of `cells`."""
        groups = int(cells.event_group[-1]) + 1 if len(cells.at) else 0
        start = np.searchsorted(cells.event_group, np.arange(groups + 1))
        return cls(cells, np.cumsum(begins(cells.event_group, cells.time)) - 1, start)

    def since(self, event_group: Ints, time: Ints) -> Ints:
        """The first instant of each group that is not before a time; one of a later group where there is none."""
        at = EventTimes(self.cells.time, self.start).passed(event_group, time - 1)
        return np.append(self.number, len(self.cells.at))[at]

    def last(self, at: Ints) -> Ints:
        """The last instant of the group of each of the cells `at`."""
        return self.number[self.start[self.cells.event_group[at] + 1] - 1]

    def successors(self, stage: int, after: int = 0) -> Successors:
        """All cells of a stage, each late enough for its own instant."""
        at = np.flatnonzero(self.cells.stage == stage)
        return Successors.of(self.cells, at, self.number[at], after)


def late_chains(
    cells: Cells, depth: int, after: Sequence[int], limits: Sequence[Limit], entries: Ints, end: Ints
) -> tuple[Ints, Ints]:
    """Those of `entries`, cells of the first stage, that lead through the first `depth` stages (two or more) to a last
    one that is not before `end`; and the times (depth, entries) of the earliest such chain of each. `after` is that of
    each stage, see `chains`.
    """
    instants = Instants.of(cells)
    levels = [instants.successors(depth - 1, after[depth - 1])]
    for stage in range(depth - 2, 0, -1):
        levels.insert(0, _leading_on(instants, stage, after[stage], levels, limits))
    least = instants.since(cells.event_group[entries], end)
    path, holds = _first_chains(entries, 0, levels, [least] * len(levels), limits)
    return entries[holds], cells.time[path[:, holds]]


def pinned_chains(
    cells: Cells, event_group: Ints, least: Ints, pinned: Sequence[int], limits: Sequence[Limit]
) -> tuple[Ints, Ints]:
    """Which of some chains pass all stages, each of a group of events, and their times (stages, chains): the earliest
    whose stages are not before `least` (stages, chains); those `pinned` must be at that time.
    """
    instants = Instants.of(cells)
    first = instants.successors(0)
    levels = [instants.successors(stage) for stage in range(1, len(least))]
    since = [instants.since(event_group, time) for time in least]
    origin = first.at[np.searchsorted(first.latest, since[0])]
    path, holds = _first_chains(origin, 0, levels, since[1:], limits)
    holds &= (cells.time[path[pinned]] == least[pinned]).all(axis=0)
    passing = np.flatnonzero(holds)
    return passing, cells.time[path[:, passing]]


def _leading_on(
    instants: Instants, stage: int, after: int, levels: Sequence[Successors], limits: Sequence[Limit]
) -> Successors:
    """The cells of `stage` from which a chain leads through `levels`, and the latest instant at which one can end."""
    number = instants.number
    level = instants.successors(stage)
    path, holds = _first_chains(level.at, stage, levels, [level.latest] * len(levels), limits)
    at, low = level.at[holds], number[path[-1, holds]]
    high = instants.last(at)
    open_ = np.flatnonzero(low < high)
    while open_.size:
        middle = (low[open_] + high[open_] + 1) // 2
        path, holds = _first_chains(at[open_], stage, levels, [middle] * len(levels), limits)
        low[open_[holds]] = number[path[-1, holds]]
        high[open_[~holds]] = middle[~holds] - 1
        open_ = open_[low[open_] < high[open_]]
    return Successors.of(instants.cells, at, low, after)


def _first_chains(
    origin: Ints, stage: int, levels: Sequence[Successors], least: Sequence[Ints], limits: Sequence[Limit]
) -> tuple[Ints, Bools]:
    """The cells (stages, chains) of the first chain from each cell `origin` of `stage` through `levels`, at each late
    enough for the instants `least`; and whether there is one that keeps all limits that count from `stage` on.
    """
    cells, path, holds = levels[0].cells, [origin], np.ones(len(origin), np.bool_)
    for level, instant in zip(levels, least, strict=True):
        following, exists = level.first(path[-1], instant)
        path.append(following)
        holds &= exists
    for limit in limits:
        if limit.anchor >= stage:
            anchor, end = path[limit.anchor - stage], path[limit.stage - stage]
            holds &= limit.holds(cells.time[anchor], cells.time[end], cells.at[anchor])
    return np.array(path), holds
