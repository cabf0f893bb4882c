"""Whose events may be chained: those of an entity, or of an entity that hold the same values constant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from growthctl.kernel.event_times import Bits, Moments
from growthctl.kernel.sorted_events import Events
from growthctl.stats.arrays import Bools, Ints


class Units(NamedTuple):
    """The events of `events` that belong to a unit: `at`, in the order of unit and time; `unit`, `time`, `stages` of
    each. `entity` (units,): whose unit it is; `start` (units + 1,): where its events start.

    `of_event`: the unit of every event, -1 where it has a null and so holds nothing.
    """

    events: Events
    at: Ints
    unit: Ints
    time: Ints
    stages: Bits
    entity: Ints
    start: Ints
    of_event: Ints

    @classmethod
    def of(cls, events: Events, held: pl.DataFrame | None = None) -> Units:
        """The entities; or, with the values `held` by each event, the entities with these values, in their order."""
        if held is None:
            at = np.arange(len(events.entity))
            everybody = np.arange(events.entities)
            unit, time, stages = events.entity, events.time, events.stages
            return cls(events, at, unit, time, stages, everybody, events.start, unit)
        values = held.select(
            pl.when(pl.all_horizontal(pl.all().is_not_null())).then(pl.struct(pl.all()).rank("dense")).fill_null(0)
        )
        number = values.to_series().to_numpy().astype(np.int64)
        pairs = events.entity * (number.max(initial=0) + 1) + number
        different, unit = np.unique(pairs[number > 0], return_inverse=True)
        of_event = np.full(len(number), -1)
        of_event[number > 0] = unit
        at = np.flatnonzero(number > 0)
        at = at[np.argsort(unit, kind="stable")]
        sizes = np.bincount(unit, minlength=len(different))
        start = np.concatenate([[0], np.cumsum(sizes)])
        entity = different // (number.max(initial=0) + 1)
        return cls(events, at, of_event[at], events.time[at], events.stages[at], entity, start, of_event)

    @property
    def is_held(self) -> Bools:
        """Which events belong to a unit."""
        return self.of_event >= 0

    @property
    def moments(self) -> Moments:
        """When the events of each unit are."""
        return Moments(self.time, self.start)


class Attempts(NamedTuple):
    """Attempts, or of each journey the one that it is.

    `journey`: its number, see `starts.Starts`; `depth`: how many required stages; `time` (stages, attempts): µs, NEVER
    where a stage was not reached.
    """

    journey: Ints
    unit: Ints
    depth: Ints
    time: Ints

    def only(self, chosen: Ints | Bools) -> Attempts:
        """Some of them."""
        return Attempts(self.journey[chosen], self.unit[chosen], self.depth[chosen], self.time[:, chosen])


def together(parts: Sequence[Attempts]) -> Attempts:
    """All of several."""
    return Attempts(
        np.concatenate([part.journey for part in parts]),
        np.concatenate([part.unit for part in parts]),
        np.concatenate([part.depth for part in parts]),
        np.concatenate([part.time for part in parts], axis=1),
    )
