"""Times of some events, entity by entity, and which of them comes next or last."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from growthctl.clock import LONG_AGO, NEVER
from growthctl.stats.arrays import Bools, Ints

Bits = npt.NDArray[np.unsignedinteger]


class EventTimes(NamedTuple):
    """The times of some events, entity by entity."""

    time: Ints
    """µs, rising within each entity."""
    start: Ints
    """(entities + 1,): the times of entity e are `time[start[e]:start[e + 1]]`."""

    @classmethod
    def of(cls, time: Ints, start: Ints, chosen: Bools) -> EventTimes:
        """Of the events that are `chosen`, out of those that lie in this order in `time`."""
        at = np.flatnonzero(chosen)
        return cls(time[at], np.searchsorted(at, start))

    def after(self, entity: Ints, time: Ints) -> Ints:
        """For each pair of an entity and a time its first time strictly later, or NEVER."""
        at = self.passed(entity, time)
        result = np.full(len(at), NEVER)
        exists = at < self.start[entity + 1]
        result[exists] = self.time[at[exists]]
        return result

    def until(self, entity: Ints, time: Ints) -> Ints:
        """For each pair of an entity and a time its last time that is not later, or LONG_AGO."""
        at = self.passed(entity, time) - 1
        result = np.full(len(at), LONG_AGO)
        exists = at >= self.start[entity]
        result[exists] = self.time[at[exists]]
        return result

    def passed(self, entity: Ints, time: Ints) -> Ints:
        """Where the times of the entity end that are not later: halving, for all pairs at once."""
        low, high = self.start[entity], self.start[entity + 1]
        open_ = np.flatnonzero(low < high)
        while open_.size:
            middle = (low[open_] + high[open_]) // 2
            passed = self.time[middle] <= time[open_]
            low[open_[passed]] = middle[passed] + 1
            high[open_[~passed]] = middle[~passed]
            open_ = open_[low[open_] < high[open_]]
        return low


def rank_in_run(start: Ints, sizes: Ints) -> Ints:
    """The numbers `start[i], start[i] + 1, …`, `sizes[i]` of them, one run after the other."""
    ends = np.cumsum(sizes)
    total = int(ends[-1]) if len(ends) else 0
    run: Ints = np.repeat(start - (ends - sizes), sizes)
    return np.arange(total) + run


def begins(*keys: npt.NDArray[np.generic]) -> Bools:
    """Where, in an order of all `keys`, another combination of them begins."""
    new = np.ones(len(keys[0]), np.bool_)
    if len(new):
        new[1:] = False
        for key in keys:
            new[1:] |= key[1:] != key[:-1]
    return new
