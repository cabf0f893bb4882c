"""Entities that have a stage, but not where the funnel wants it."""

from __future__ import annotations

import numpy as np

from growthctl.clock import LONG_AGO, NEVER
from growthctl.kernel.event_times import Moments
from growthctl.kernel.plan import Plan
from growthctl.kernel.sorted_events import Events
from growthctl.stats.arrays import Ints

CLOSE = 900_000_000
"""Two clocks differ by minutes; who did two things in another order did so hours or days apart."""


def out_of_order(entity: Ints, time: Ints, events: Events, plan: Plan) -> tuple[list[int], list[Ints]]:
    """For each stage how many journeys without it have an event of it before the previous required stage; and how long
    before, where that is a matter of clocks.

    `entity` and `time` (stages, journeys) of the journeys. Where the previous stage is missing too, an event at any
    time counts; but only events at most a window away from the entry, so that who merely came too late is not among
    them. How long: µs, at most CLOSE, a journey each; with `ties: later` 0 where it is in the very instant. In
    `order: any` there is none.
    """
    counts = [0] * plan.stages
    gaps = [np.empty(0, np.int64)] * plan.stages
    for stage in range(1, plan.stages) if plan.order != "any" else ():
        without = np.flatnonzero(time[stage] == NEVER)
        entry, before = time[0, without], time[plan.anchor(stage), without]
        moments = Moments.of(events.time, events.start, (events.stages & (1 << stage)) > 0)
        reach = None if plan.give_up is None else plan.give_up
        latest = before - 1 if reach is None else np.minimum(before - 1, entry + reach)
        last = moments.until(entity[without], latest)
        early = last > LONG_AGO if reach is None else last >= entry - reach
        counts[stage] = int(early.sum())
        if counts[stage] or plan.ties == "later":
            known = before != NEVER
            least = 0 if plan.ties == "later" else 1
            gap = before[known] - moments.until(entity[without[known]], before[known] - least)
            gaps[stage] = gap[(gap >= least) & (gap <= CLOSE)]
    return counts, gaps


def usual_gap(gaps: Ints) -> float | None:
    """Their median, in seconds; None where there are none."""
    return float(np.median(gaps)) / 1e6 if len(gaps) else None
