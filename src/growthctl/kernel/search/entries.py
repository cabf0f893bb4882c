"""Where attempts may start, and the journeys that are looked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import polars as pl

from growthctl.clock import LONG_AGO, NEVER, TimeRange
from growthctl.kernel.event_times import begins
from growthctl.kernel.plan import Plan
from growthctl.kernel.sorted_events import Events
from growthctl.stats.arrays import Bools, Ints


class EntryScope(NamedTuple):
    """Which entries may start attempts: those in a range.

    `period` maps a time to the period that it lies in; then an entity has a journey in each period that it enters.
    """

    range: TimeRange = TimeRange()
    period: Callable[[pl.Expr], pl.Expr] | None = None

    def inside(self, time: Ints) -> Bools:
        """Which times are in the range."""
        inside = np.ones(len(time), np.bool_)
        if self.range.since != LONG_AGO:
            inside &= time >= self.range.since
        if self.range.until != NEVER:
            inside &= time < self.range.until
        return inside

    def period_of(self, time: Ints) -> Ints:
        """The periods of some times."""
        assert self.period is not None
        return pl.select(self.period(pl.lit(pl.Series(time)))).to_series().cast(pl.Int64).to_numpy()


class Entries(NamedTuple):
    """The events at which attempts may start, and the journeys that these may be.

    A journey is an entity and one group of its entries: all of them, those of a period, or each time on its own.
    """

    at: Ints
    """The events, in the order of Events."""
    journey: Ints
    """Of each of these the number of the journey that it may start."""
    entity: Ints
    """(journeys,): whose each is, in the order of entity and group."""
    group: Ints
    """(journeys,): see `Journeys.group`."""
    first: Ints
    """(journeys,): the time of the first entry."""

    @property
    def journeys(self) -> int:
        """How many there may be."""
        return len(self.entity)


def find_entries(events: Events, held: Bools, plan: Plan, scope: EntryScope) -> Entries:
    """Where attempts may start; `held`: the events that hold all that must be held constant."""
    is_entry = events.stages > 0 if plan.order == "any" else (events.stages & 1) > 0
    at = np.flatnonzero(is_entry & held & scope.inside(events.time))
    entity, time = events.entity[at], events.time[at]
    if plan.count == "attempts":
        group = time
    elif scope.period:
        group = scope.period_of(time)
    else:
        group = np.zeros(len(at), np.int64)
    if plan.entry == "first":
        new = begins(entity) if plan.count == "attempts" else begins(entity, group)
        first = time == time[new][np.cumsum(new) - 1]
        at, entity, time, group = at[first], entity[first], time[first], group[first]
    new = begins(entity, group)
    return Entries(at, np.cumsum(new) - 1, entity[new], group[new], time[new])
