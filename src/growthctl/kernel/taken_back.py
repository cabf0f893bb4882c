"""What takes the last stage back: an excluded event after it, such as a refund.

Whether an event of the last stage is taken back depends on its time alone. So the search needs no other rule: such
events are not of that stage.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from growthctl.clock import NEVER
from growthctl.kernel.event_times import EventTimes
from growthctl.kernel.plan import Plan
from growthctl.kernel.sorted_events import Events


def without_taken_back(events: Events, plan: Plan) -> Events:
    """`events`; those of the last required stage that are taken back are not of that stage.

    Those that an excluded event follows: strictly later and, with a limit, at most so much later.
    """
    if not plan.takes_back:
        return events
    stages, bit = events.stages.copy(), 1 << plan.required[-1]
    at = np.flatnonzero(stages & bit)
    for number, rule in enumerate(plan.exclusions):
        if rule.takes_back:
            excluded = EventTimes.of(events.time, events.start, (events.excluded & (1 << number)) > 0)
            following = excluded.after(events.entity[at], events.time[at])
            until = NEVER - 1 if rule.follows_within is None else events.time[at] + rule.follows_within
            stages[at[following <= until]] &= ~stages.dtype.type(bit)
    return events._replace(stages=stages)


def keeping_all(plan: Plan) -> Plan:
    """The plan in which nothing takes the last stage back."""
    return replace(plan, exclusions=tuple(rule._replace(takes_back=False) for rule in plan.exclusions))
