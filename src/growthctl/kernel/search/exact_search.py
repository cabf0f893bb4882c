"""The journey of every entity: the deepest attempt; of several the earliest entry, then the earliest next stage …

Read this first: entries are chosen, the order of the funnel finds the attempts, and the best of them are the journeys.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import polars as pl

from growthctl.events.column_names import ENTITY, SESSION
from growthctl.kernel.journeys import Journeys
from growthctl.kernel.passed_stages import passed_stages, with_passed
from growthctl.kernel.plan import Plan, without_drop
from growthctl.kernel.search.entries import Entries, EntryScope, find_entries
from growthctl.kernel.search.event_groups import Attempts, EventGroups
from growthctl.kernel.search.exclusions import excluded_times
from growthctl.kernel.search.sequential import sequential_journeys
from growthctl.kernel.sorted_events import Events, Order, joined
from growthctl.kernel.taken_back import keeping_all, without_taken_back
from growthctl.stats.arrays import Ints


def search_journeys(frame: pl.DataFrame, plan: Plan, scope: EntryScope) -> Journeys:
    """All journeys of a frame of events (see `stage_flags.matched_events`), in the order of entity, value, group."""
    order = Order.of(frame, plan)
    events = joined([order.events(*chunk) for chunk in order.chunks()])
    if plan.skipped == "passed":
        events = with_passed(events, frame, plan)
    search = JourneySearch.of(events, frame, plan, scope)
    return search.journeys(search.best_attempts())


class JourneySearch(NamedTuple):
    """The search for the journeys of some entities."""

    events: Events
    source: pl.DataFrame
    """The frame that the events come from."""
    plan: Plan
    event_groups: EventGroups
    entries: Entries

    @classmethod
    def of(cls, events: Events, source: pl.DataFrame, plan: Plan, scope: EntryScope) -> JourneySearch:
        """The beginning of every search: whose events may be chained, and where attempts may start."""
        held = source.select(plan.hold)[events.row] if plan.hold else None
        event_groups = EventGroups.of(without_taken_back(events, plan), held)
        return cls(events, source, plan, event_groups, find_entries(event_groups, plan, scope))

    def keeping_all(self) -> JourneySearch:
        """The same search where nothing takes the last stage back."""
        if not self.plan.takes_back:
            return self
        held = self.source.select(self.plan.hold)[self.events.row] if self.plan.hold else None
        return self._replace(plan=keeping_all(self.plan), event_groups=EventGroups.of(self.events, held))

    def best_attempts(self) -> Attempts:
        """The journeys, in the order of their numbers; see Entries."""
        attempts = self._deepest(self.plan)
        if self.plan.count != "attempts":
            return attempts
        running = attempts
        if any(rule.drop for rule in self.plan.exclusions):
            # An attempt that leaves the counts still ends where it met the exclusion.
            running = self._deepest(without_drop(self.plan))
        if self.plan.takes_back:
            # An attempt that is taken back ended when it converted.
            kept = self.keeping_all()
            converting = kept._deepest(without_drop(kept.plan))
            converts = running.depth == len(self.plan.required)
            running = running._replace(
                depth=np.where(converts, running.depth, converting.depth),
                time=np.where(converts, running.time, converting.time),
            )
        from growthctl.kernel.search.successive_attempts import successive_attempts

        made = successive_attempts(running, self.entries, excluded_times(self.events, self.plan), self.plan)
        return attempts.only(made[attempts.journey])

    def excluded(self, attempts: Attempts) -> list[int]:
        """For each stage, the journeys that an exclusion keeps from it, or takes out of the count before it."""
        counts = [0] * self.plan.stages
        if not self.plan.exclusions:
            return counts
        stopped = self._depths(self._replace(plan=without_drop(self.plan)).best_attempts())
        unstopped = self.keeping_all()._replace(plan=replace(self.plan, exclusions=()))
        free = self._depths(unstopped.best_attempts())
        astray = (free > 0) & (stopped > 0) & (stopped < free)
        astray |= (stopped > 0) & (self._depths(attempts) == 0)
        for depth, number in enumerate(np.bincount(stopped[astray]).tolist()):
            if number:
                counts[self.plan.required[depth]] = number
        return counts

    def entity(self, attempts: Attempts) -> Ints:
        """Whose journeys they are."""
        return self.entries.entity[attempts.journey]

    def journeys(self, attempts: Attempts) -> Journeys:
        """Attempts as journeys, with the names of their entities."""
        entity = self.entity(attempts)
        row = self.events.row[self.event_groups.at[self.event_groups.start[attempts.event_group]]]
        session = None if self.events.session is None else self.events.session[entity]
        first = self.entries.first[attempts.journey]
        names = names_in(self.source, self.plan)
        group = self.entries.group[attempts.journey]
        passed = passed_stages(attempts, self.event_groups, self.plan) if self.plan.skipped == "passed" else None
        return Journeys(
            names, row, session, group, attempts.depth, first, attempts.time, filled=attempts.filled, passed=passed
        )

    def _deepest(self, plan: Plan) -> Attempts:
        # A funnel has one order: the search for another one need not be loaded.
        if plan.order == "sequential":
            return sequential_journeys(self.event_groups, self.entries, plan)
        if plan.order == "any":
            from growthctl.kernel.search.any_order import any_order_journeys

            return any_order_journeys(self.event_groups, self.entries, plan)
        from growthctl.kernel.search.strict import strict_journeys

        return strict_journeys(self.event_groups, self.entries, plan)

    def _depths(self, attempts: Attempts) -> Ints:
        """By the number of the journey; 0 where there is none."""
        depths = np.zeros(self.entries.journeys, np.int64)
        depths[attempts.journey] = attempts.depth
        return depths


def names_in(source: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """The columns that say whose a journey is."""
    return source[[name for name in (ENTITY, SESSION, *plan.hold) if name in source.columns]]
