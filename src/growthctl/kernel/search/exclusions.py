"""Events that must not lie between two stages."""

from __future__ import annotations

import numpy as np

from growthctl.clock import LONG_AGO, NEVER
from growthctl.kernel.event_times import Moments
from growthctl.kernel.plan import Plan
from growthctl.kernel.sorted_events import Events
from growthctl.stats.arrays import Ints


def excluded_moments(events: Events, plan: Plan) -> list[Moments]:
    """When the events of each exclusion are, entity by entity."""
    return [
        Moments.of(events.time, events.start, (events.excluded & (1 << number)) > 0)
        for number in range(len(plan.exclusions))
    ]


def fences(events: Events, moments: list[Moments]) -> list[Ints]:
    """For each exclusion and event the time of the next excluded event, strictly later; NEVER when there is none."""
    return [each.after(events.entity, events.time) for each in moments]


def last_excluded(entity: Ints, times: Ints, stage: int, plan: Plan, moments: list[Moments]) -> Ints:
    """For attempts that end at `stage`, the last event inside their window whose exclusion drops the entity.

    `times` (stages, attempts) end with those of that stage. LONG_AGO where none comes after it.
    """
    entry, last = times[0], times[-1]
    closing = np.full(len(entity), NEVER) if plan.window is None else entry + plan.window
    end = np.full(len(entity), LONG_AGO)
    for rule, excluded in zip(plan.exclusions, moments, strict=True):
        if rule.drop and rule.after <= stage < rule.before:
            end = np.maximum(end, excluded.until(entity, closing))
    return np.where(end > last, end, LONG_AGO)
