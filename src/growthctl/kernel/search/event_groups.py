"""Whose events may be chained: those of an entity, or of an entity that hold the same values constant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from growthctl.kernel.event_times import Bits
from growthctl.kernel.sorted_events import Events
from growthctl.stats.arrays import Bools, Ints


class EventGroups(NamedTuple):
    """Events by the group within which they may be chained."""

    events: Events
    at: Ints
    """Which of `events` belong to a group, in the order of group and time."""
    event_group: Ints
    """The number of the group of each of these."""
    time: Ints
    stages: Bits
    entity: Ints
    """(groups,): whose group it is."""
    start: Ints
    """(groups + 1,): where the events of each group start."""
    of_event: Ints
    """The group of every one of `events`; -1 where it has a null and so holds nothing."""

    @classmethod
    def of(cls, events: Events, held: pl.DataFrame | None = None) -> EventGroups:
        """The entities; or, with the values `held` by each event, the entities with these values, in their order."""
        if held is None:
            at = np.arange(len(events.entity))
            everybody = np.arange(events.entities)
            event_group, time, stages = events.entity, events.time, events.stages
            return cls(events, at, event_group, time, stages, everybody, events.start, event_group)
        values = held.select(
            pl.when(pl.all_horizontal(pl.all().is_not_null())).then(pl.struct(pl.all()).rank("dense")).fill_null(0)
        )
        number = values.to_series().to_numpy().astype(np.int64)
        pairs = events.entity * (number.max(initial=0) + 1) + number
        different, event_group = np.unique(pairs[number > 0], return_inverse=True)
        of_event = np.full(len(number), -1)
        of_event[number > 0] = event_group
        at = np.flatnonzero(number > 0)
        at = at[np.argsort(event_group, kind="stable")]
        sizes = np.bincount(event_group, minlength=len(different))
        start = np.concatenate([[0], np.cumsum(sizes)])
        entity = different // (number.max(initial=0) + 1)
        return cls(events, at, of_event[at], events.time[at], events.stages[at], entity, start, of_event)

    @property
    def is_held(self) -> Bools:
        """Which events belong to a group."""
        return self.of_event >= 0


class Attempts(NamedTuple):
    """Attempts, or of each journey the one that it is."""

    journey: Ints
    """Its number, see `entries.Entries`."""
    event_group: Ints
    """Within which it lies."""
    depth: Ints
    """How many required stages it has."""
    time: Ints
    """(stages, attempts): µs, NEVER where a stage was not reached."""
    filled: Bits | None = None
    """In `order: any`, the bit set of the declared stages that it has; else its times say it."""

    def only(self, chosen: Ints | Bools) -> Attempts:
        """Some of them."""
        filled = None if self.filled is None else self.filled[chosen]
        return Attempts(
            self.journey[chosen], self.event_group[chosen], self.depth[chosen], self.time[:, chosen], filled
        )


def together(parts: Sequence[Attempts]) -> Attempts:
    """All of several."""
    return Attempts(
        np.concatenate([part.journey for part in parts]),
        np.concatenate([part.event_group for part in parts]),
        np.concatenate([part.depth for part in parts]),
        np.concatenate([part.time for part in parts], axis=1),
    )
