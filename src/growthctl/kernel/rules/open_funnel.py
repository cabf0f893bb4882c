"""Open funnels: an attempt may start at any required stage, and goes on in order from there.

For each stage where it may start, the stages from there on are a funnel of their own, which the search knows. Of what
these find, the journey is the attempt that gets furthest, then the one with the most stages: two that end and begin at
the same stages are of one such funnel.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from growthctl.clock import NEVER
from growthctl.kernel.plan import Plan
from growthctl.kernel.search.best_attempt import least
from growthctl.kernel.search.entries import Entries
from growthctl.kernel.search.event_groups import Attempts, EventGroups, together
from growthctl.kernel.search.sequential import sequential_journeys
from growthctl.stats.arrays import Ints


def open_journeys(event_groups: EventGroups, entries: Entries, plan: Plan) -> Attempts:
    """The journeys of those that may start at any required stage of an open `plan`."""
    parts, start = [], []
    for stage in plan.required:
        at_stage = (event_groups.events.stages[entries.at] & (1 << stage)) > 0
        starting = entries._replace(at=entries.at[at_stage], journey=entries.journey[at_stage])
        own = sequential_journeys(_from_stage(event_groups, stage), starting, plan_from(plan, stage))
        before = np.full((stage, len(own.journey)), NEVER)
        parts.append(own._replace(time=np.concatenate([before, own.time])))
        start.append(np.full(len(own.journey), stage))
    attempts = together(parts)
    return attempts.only(least(attempts.journey, [-_furthest(attempts, plan), np.concatenate(start)]))


def plan_from(plan: Plan, stage: int) -> Plan:
    """The funnel of the stages from a required one on; nothing is asked of the time before its entry.

    An exclusion that begins before it keeps nobody away: no event of the stage where it begins is part of the attempt.
    """
    return replace(
        plan,
        stages=plan.stages - stage,
        required=tuple(k - stage for k in plan.required if k >= stage),
        within=(None, *plan.within[stage + 1 :]),
        after=(0, *plan.after[stage + 1 :]),
        exclusions=tuple(
            rule._replace(after=rule.after - stage, before=rule.before - stage) for rule in plan.exclusions
        ),
        entry="any",
    )


def kept_from(attempts: Attempts, free: Attempts, plan: Plan) -> list[int]:
    """For each stage, the journeys that exclusions keep from coming to it; `free`: those that there would be without.

    Who would get further is kept from the stage behind the last one; who would get as far from an earlier start, from
    the stage where they start now.
    """
    counts = [0] * plan.stages
    # An entry alone is an attempt, so that every journey is in both.
    now, without = attempts.only(np.argsort(attempts.journey)), free.only(np.argsort(free.journey))
    last, begins = _furthest(now, plan), _furthest(now, plan) - now.depth + 1
    further = _furthest(without, plan) > last
    longer = ~further & (without.depth > now.depth)
    for place in (last[further] + 1, begins[longer]):
        for position, number in enumerate(np.bincount(place).tolist()):
            counts[plan.required[position]] += number
    return counts


def _from_stage(event_groups: EventGroups, stage: int) -> EventGroups:
    events, shift = event_groups.events, event_groups.stages.dtype.type(stage)
    shifted = events._replace(stages=events.stages >> shift)
    return event_groups._replace(events=shifted, stages=event_groups.stages >> shift)


def _furthest(attempts: Attempts, plan: Plan) -> Ints:
    """The place, among the required stages, of the last one that each attempt has."""
    having = attempts.time[list(plan.required)] != NEVER
    last: Ints = len(plan.required) - 1 - having[::-1].argmax(axis=0)
    return last
