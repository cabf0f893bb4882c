"""Strict order: the very next event of the entity, of whatever name, must be the next stage.

From an entry there is one way to go, once it is chosen which optional stages are taken: stage by stage through the
events that follow. Each choice is tried.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from growthctl.clock import NEVER
from growthctl.kernel.plan import Plan, choices
from growthctl.kernel.search.best_attempt import deepest
from growthctl.kernel.search.entries import Entries
from growthctl.kernel.search.event_groups import Attempts, EventGroups, together
from growthctl.kernel.search.exclusions import excluded_times, next_excluded
from growthctl.stats.arrays import Bools, Ints


def strict_journeys(event_groups: EventGroups, entries: Entries, plan: Plan) -> Attempts:
    """The journeys of those that may start; `event_groups.events` are all events of the entities, as in the log."""
    walk = _Walk(event_groups, entries, plan)
    tried = [walk.along(sorted((*plan.required, *taken))) for taken in choices(plan.optional)]
    attempts = together([attempts for attempts, _ in tried])
    met = np.zeros(entries.journeys, np.int64)
    np.maximum.at(met, attempts.journey, np.concatenate([depth for _, depth in tried]))
    attempts = attempts.only((attempts.depth > 0) & (met[attempts.journey] <= attempts.depth))
    return deepest(attempts, plan)


class _Walk:
    """What the ways through all choices of stages share."""

    def __init__(self, event_groups: EventGroups, entries: Entries, plan: Plan) -> None:
        self.event_groups, self.entries, self.plan = event_groups, entries, plan
        self.next_excluded = next_excluded(event_groups.events, excluded_times(event_groups.events, plan))

    def along(self, path: Sequence[int]) -> tuple[Attempts, Ints]:
        """The attempt of each start, and how deep its sequence goes that meets an event whose exclusion drops the
        entity; 0 when none does.
        """
        entries, time = self.entries, self.event_groups.events.time
        number = len(entries.at)
        depth, met, steps = (np.zeros(number, np.int64) for _ in range(3))
        going = np.arange(number)
        for step in range(len(path)):
            if step:
                going = going[self._follows(path, step, entries.at[going])]
            stopped, dropped = self._between(path, step, entries.at[going])
            going, dropped = going[~stopped], dropped[~stopped]
            reached = sum(stage in self.plan.required for stage in path[: step + 1])
            tainted = dropped | self._afterwards(path, step, entries.at[going])
            depth[going[~tainted]], steps[going[~tainted]] = reached, step + 1
            met[going[tainted]] = reached
            going = going[~dropped]
        full = np.full((self.plan.stages, number), NEVER)
        for step, stage in enumerate(path):
            reaching = np.flatnonzero(steps > step)
            full[stage, reaching] = time[entries.at[reaching] + step]
        return Attempts(entries.journey, self.event_groups.of_event[entries.at], depth, full), met

    def _follows(self, path: Sequence[int], step: int, entry: Ints) -> Bools:
        """Is the event `step` after the entry's one of the entity that may be stage `path[step]`?"""
        events, of_event, plan = self.event_groups.events, self.event_groups.of_event, self.plan
        follows = entry + step < events.start[events.entity[entry] + 1]
        entry = entry[follows]
        at = entry + step
        fits = ((events.stages[at] >> path[step]) & 1 > 0) & (of_event[at] == of_event[entry])
        now = events.time[at]
        if plan.ties == "later":
            fits &= now > events.time[at - 1]
        if plan.window is not None:
            fits &= now - events.time[entry] <= plan.window
        within, after = plan.within[path[step]], plan.after[path[step]]
        if within is not None or after:
            elapsed = now - events.time[entry + path.index(plan.anchor(path[step]))]
            fits &= elapsed >= after
            if within is not None:
                fits &= elapsed <= within
        follows[follows] = fits
        return follows

    def _between(self, path: Sequence[int], step: int, entry: Ints) -> tuple[Bools, Bools]:
        """Does an excluded event lie before the event of `step` where it must not: (of effect stop, of drop)?"""
        stop, drop = np.zeros(len(entry), np.bool_), np.zeros(len(entry), np.bool_)
        for rule, next_time in zip(self.plan.exclusions, self.next_excluded, strict=True):
            if rule.after < path[step] <= rule.before:
                hit = self.event_groups.events.time[entry + step] > next_time[entry + path.index(rule.after)]
                if rule.drop:
                    drop |= hit
                else:
                    stop |= hit
        return stop, drop

    def _afterwards(self, path: Sequence[int], step: int, entry: Ints) -> Bools:
        """Does a sequence whose last required stage is the one up to `step` meet an excluded event later, in its
        window?
        """
        end = max(position for position in range(step + 1) if path[position] in self.plan.required)
        met = np.zeros(len(entry), np.bool_)
        for rule, next_time in zip(self.plan.exclusions, self.next_excluded, strict=True):
            if rule.drop and rule.after <= path[end] < rule.before:
                following = next_time[entry + end]
                window = self.plan.window
                met |= (
                    (following < NEVER)
                    if window is None
                    else following <= self.event_groups.events.time[entry] + window
                )
        return met
