"""Events that must not lie between two stages."""

from __future__ import annotations

import numpy as np

from growthctl.clock import LONG_AGO, NEVER
from growthctl.kernel.event_times import EventTimes
from growthctl.kernel.plan import Plan
from growthctl.kernel.sorted_events import Events
from growthctl.stats.arrays import Ints


def excluded_times(events: Events, plan: Plan) -> list[EventTimes]:
    """When the events of each exclusion are, entity by entity."""
    return [
        EventTimes.of(events.time, events.start, (events.excluded & (1 << number)) > 0)
        for number in range(len(plan.exclusions))
    ]


def next_excluded(events: Events, excluded: list[EventTimes]) -> list[Ints]:
    """For each exclusion and event the time of the next excluded event, strictly later; NEVER when there is none."""
    return [event_times.after(events.entity, events.time) for event_times in excluded]


def last_excluded(entity: Ints, times: Ints, stage: int, plan: Plan, excluded: list[EventTimes]) -> Ints:
    """For attempts that end at `stage`, the last event inside their window whose exclusion drops the entity.

    `times` (stages, attempts) end with those of that stage. LONG_AGO where none comes after it.
    """
    entry, last = times[0], times[-1]
    closing = np.full(len(entity), NEVER) if plan.window is None else entry + plan.window
    end = np.full(len(entity), LONG_AGO)
    for rule, event_times in zip(plan.exclusions, excluded, strict=True):
        if rule.drop and rule.after <= stage < rule.before:
            end = np.maximum(end, event_times.until(entity, closing))
    return np.where(end > last, end, LONG_AGO)
