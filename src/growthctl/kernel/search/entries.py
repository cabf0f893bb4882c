"""Where attempts may start, and the journeys that are looked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import polars as pl

from growthctl.clock import LONG_AGO, NEVER, TimeRange
from growthctl.kernel.event_times import begins
from growthctl.kernel.plan import Plan
from growthctl.kernel.search.event_groups import EventGroups
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

    A journey is an entity and one group of its entries: all of them, those of a period, or for `count: attempts` each
    time and held value on its own.
    """

    at: Ints
    """The events, in the order of Events."""
    journey: Ints
    """Of each of these the number of the journey that it may start."""
    entity: Ints
    """(journeys,): whose each is, in the order of entity, held value and group."""
    group: Ints
    """(journeys,): see `Journeys.group`."""
    first: Ints
    """(journeys,): the time of the first entry."""

    @property
    def journeys(self) -> int:
        """How many there may be."""
        return len(self.entity)


def held_events(events: Events, source: pl.DataFrame, plan: Plan) -> Bools:
    """The events, of `source`, that hold all that must be held constant."""
    if not plan.hold:
        return np.ones(len(events.time), np.bool_)
    values = source.select(plan.hold)[events.row]
    held: Bools = values.select(pl.all_horizontal(pl.all().is_not_null())).to_series().to_numpy()
    return held


def entities_entering(events: Events, held: Bools, plan: Plan, scope: EntryScope) -> int:
    """How many entities have an entry in the range, whatever else they do."""
    at = np.flatnonzero(_is_entry(events, plan) & held)
    at = at[scope.inside(events.time[at])]
    return int(np.count_nonzero(begins(events.entity[at])))


def find_entries(event_groups: EventGroups, plan: Plan, scope: EntryScope) -> Entries:
    """Where attempts may start: at events that hold all that must be held constant."""
    events = event_groups.events
    at = np.flatnonzero(_is_entry(events, plan) & event_groups.is_held & scope.inside(events.time))
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
    run = entity
    if plan.count == "attempts":
        # Those of different held values run beside each other.
        order = np.argsort(event_groups.of_event[at], kind="stable")
        at, entity, time, group = at[order], entity[order], time[order], group[order]
        run = event_groups.of_event[at]
    new = begins(run, group)
    return Entries(at, np.cumsum(new) - 1, entity[new], group[new], time[new])


def _is_entry(events: Events, plan: Plan) -> Bools:
    entry_stages = plan.required if plan.is_open else (0,)
    at_entry = events.stages & sum(1 << stage for stage in entry_stages)
    is_entry: Bools = events.stages > 0 if plan.order == "any" else at_entry > 0
    return is_entry
