"""The journey of every entity: the deepest attempt; of several the earliest entry, then the earliest next stage …

Read this first: entries are chosen, the order of the funnel finds the attempts, and the best of them are the journeys.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from growthctl.events.rows import ENTITY
from growthctl.kernel.any_order import any_order_journeys
from growthctl.kernel.exclusions import excluded_moments
from growthctl.kernel.moments import NEVER, Ints
from growthctl.kernel.names import DEPTH, FIRST_ENTRY, GROUP, SESSION
from growthctl.kernel.one_after_the_other import one_after_the_other
from growthctl.kernel.ordered import Events, Order, joined
from growthctl.kernel.plan import Plan, times, without_drop
from growthctl.kernel.sequential import sequential_journeys
from growthctl.kernel.starts import Entries, Starts, starts
from growthctl.kernel.strict import strict_journeys
from growthctl.kernel.units import Attempts, Units


def journeys(frame: pl.DataFrame, plan: Plan, entries: Entries) -> pl.DataFrame:
    """A row per journey: ENTITY (and SESSION), GROUP, DEPTH, FIRST_ENTRY, time_0 … time_{K−1}, `plan.hold`.

    `frame` holds events: see `match.matched_events`. Times are microseconds since the epoch, null where the journey
    lacks the stage; DEPTH counts required stages; GROUP is the period, the entry's time for `count: attempts`, else 0.
    In `order: any`, time_k is when the journey had k + 1 different stages. In the order of entity and group.
    """
    order = Order.of(frame.rechunk(), plan)
    events = joined([order.events(*chunk) for chunk in order.chunks()], plan)
    search = Search.of(events, frame, plan, entries)
    return search.frame(search.found())


@dataclass(frozen=True)
class Search:
    """The search for the journeys of the entities of `events`, which come from `source`."""

    events: Events
    source: pl.DataFrame
    plan: Plan
    units: Units
    starts: Starts

    @classmethod
    def of(cls, events: Events, source: pl.DataFrame, plan: Plan, entries: Entries) -> Search:
        """The beginning of every search: whose events may be chained, and where attempts may start."""
        units = Units.of(events, source.select(plan.hold)[events.row] if plan.hold else None)
        return cls(events, source, plan, units, starts(events, units.is_held, plan, entries))

    def found(self) -> Attempts:
        """The journeys, in the order of their numbers; see Starts."""
        found = self._deepest(self.plan)
        if self.plan.count != "attempts":
            return found
        running = found
        if any(rule.drop for rule in self.plan.exclusions):
            # An attempt that leaves the counts still ends where it met the exclusion.
            running = self._deepest(without_drop(self.plan))
        made = one_after_the_other(running, self.starts, excluded_moments(self.events, self.plan), self.plan)
        return found.only(made[found.journey])

    def excluded(self, found: Attempts) -> list[int]:
        """For each stage, the journeys that an exclusion keeps from it, or takes out of the count before it."""
        counts = [0] * self.plan.stages
        if not self.plan.exclusions:
            return counts
        stopped = self._depths(replace(self, plan=without_drop(self.plan)).found())
        free = self._depths(replace(self, plan=replace(self.plan, exclusions=())).found())
        astray = (free > 0) & (stopped > 0) & (stopped < free)
        astray |= (stopped > 0) & (self._depths(found) == 0)
        for depth, number in enumerate(np.bincount(stopped[astray]).tolist()):
            if number:
                counts[self.plan.required[depth]] = number
        return counts

    def entity(self, found: Attempts) -> Ints:
        """Whose journeys they are."""
        return self.starts.entity[found.journey]

    def frame(self, found: Attempts) -> pl.DataFrame:
        """As `journeys` gives them."""
        entity = self.entity(found)
        group, first = self.starts.group[found.journey], self.starts.first[found.journey]
        known = as_frame(self.events, self.source, entity, group, found.depth, first, found.time)
        if not self.plan.hold:
            return known
        of_unit = self.events.row[self.units.at[self.units.start[found.unit]]]
        return known.hstack(self.source.select(self.plan.hold)[of_unit])

    def _deepest(self, plan: Plan) -> Attempts:
        if plan.order == "sequential":
            return sequential_journeys(self.units, self.starts, plan)
        if plan.order == "any":
            return any_order_journeys(self.units, self.starts, plan)
        return strict_journeys(self.units, self.starts, plan)

    def _depths(self, found: Attempts) -> Ints:
        """By the number of the journey; 0 where there is none."""
        depths = np.zeros(self.starts.journeys, np.int64)
        depths[found.journey] = found.depth
        return depths


def as_frame(
    events: Events, source: pl.DataFrame, entity: Ints, group: Ints, depth: Ints, first: Ints, time: Ints
) -> pl.DataFrame:
    """Journeys as a frame, without what they hold constant; see `journeys`."""
    keys = [name for name in (ENTITY, SESSION) if name in source.columns]
    session = [] if events.session is None else [pl.Series(SESSION, events.session[entity])]
    columns = [pl.Series(name, column) for name, column in zip(times(range(len(time))), time, strict=True)]
    found = source.select(keys)[events.row[events.start[entity]]].hstack(
        [*session, pl.Series(GROUP, group), pl.Series(DEPTH, depth, pl.UInt8), pl.Series(FIRST_ENTRY, first), *columns]
    )
    moments = pl.col([column.name for column in columns])
    return found.with_columns(pl.when(moments != NEVER).then(moments))
