"""Chains of events through a list of stages, all of which must be passed, found by looking backwards.

For a depth d, call a cell of stage k *alive* when a chain of cells leads from it to stage d within every limit that
counts from stage k or later. Going back from stage d, the successor of a cell is the first alive cell of the next
stage: the following cell of its own run when that is alive, else the first alive start of a run at a later instant.
Where that stage has an `after`, it is the first alive start of a run that is late enough.

Why that is exact. Every rule bounds the time of a later stage, from below or above, by a non-decreasing function of the
time of an earlier one (order: t_j ≥ t_i, after: t_k ≥ t_i + A, window: t_j ≤ t_1 + W, within: t_k ≤ t_i + D, exclusion:
t_j ≤ the first excluded event after t_i). Such constraints are closed under taking the earlier of two chains stage by
stage, so among all chains from a cell there is one that is earliest at *every* stage. An `after` counts from the stage
before, so bounds from below are all met by the choice of the successor, and the earliest chain is that of first alive
successors. If that one breaks a limit that counts from the cell, every other does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from growthctl.kernel.search.ties import Cells
from growthctl.stats.arrays import Bools, Ints


class Limit(NamedTuple):
    """A stage comes not too long after another one, or not after an event that is excluded."""

    anchor: int
    stage: int
    most: int | None = None
    """How many microseconds after the anchor."""
    next_excluded: Ints | None = None
    """For every event (see `Cells.at`) the time up to which the stage may follow it as its anchor."""

    def holds(self, anchor: Ints, stage: Ints, at: Ints) -> Bools:
        """For times of both, and the events of the anchor."""
        if self.next_excluded is not None:
            return stage <= self.next_excluded[at]
        assert self.most is not None
        return stage - anchor <= self.most


def chains(cells: Cells, depth: int, after: Sequence[int], limits: Sequence[Limit]) -> tuple[Ints, Ints]:
    """The entries that lead through the first `depth` stages, as positions in `cells`, and the times (depth, entries)
    of the earliest chain of each. Limits on deeper stages do not apply; `after` is how long after the stage before each
    stage comes at least.
    """
    alive = np.flatnonzero(cells.stage == depth - 1)
    times = [cells.time[alive]]
    for stage in range(depth - 2, -1, -1):
        origin = np.flatnonzero(cells.stage == stage)
        successor, has_successor = _successors(cells, origin, alive, stage, after[stage + 1])
        origin, successor = origin[has_successor], successor[has_successor]
        times = [cells.time[origin], *(time[successor] for time in times)]
        held = np.ones(len(origin), np.bool_)
        for limit in limits:
            if limit.anchor == stage and limit.stage < depth:
                held &= limit.holds(times[0], times[limit.stage - stage], cells.at[origin])
        alive, times = (origin, times) if held.all() else (origin[held], [time[held] for time in times])
    return alive, np.array(times)


def _successors(cells: Cells, origin: Ints, alive: Ints, stage: int, after: int) -> tuple[Ints, Bools]:
    """For each cell of `origin` (one stage) its successor as a position in `alive`, and whether it has one."""
    starting = np.flatnonzero(cells.first[alive] == stage + 1)
    following = np.searchsorted(alive[starting], cells.since(origin, after) if after else origin)
    successor = starting[np.minimum(following, len(starting) - 1)] if len(starting) else np.zeros(len(origin), np.int64)
    has_successor = following < len(starting)
    has_successor[has_successor] = (
        cells.event_group[alive[successor[has_successor]]] == cells.event_group[origin[has_successor]]
    )
    if len(starting) < len(alive) and not after:
        # The next cell of the own run lies at the same instant, so it comes before any other.
        beside = np.minimum(np.searchsorted(alive, origin + 1), len(alive) - 1)
        same_run = (alive[beside] == origin + 1) & (cells.first[alive[beside]] <= stage)
        successor, has_successor = np.where(same_run, beside, successor), has_successor | same_run
    return successor, has_successor
