"""Signs that the log itself is off: events written twice, in one instant, or where the funnel does not want them."""

from __future__ import annotations

import numpy as np

from growthctl.clock import LONG_AGO, NEVER
from growthctl.kernel.event_times import EventTimes, begins
from growthctl.kernel.plan import Plan
from growthctl.kernel.sorted_events import Events
from growthctl.stats.arrays import Ints

CLOSE = 900_000_000
"""Two clocks differ by minutes; who did two things in another order did so hours or days apart."""


def repeats(events: Events) -> Ints:
    """The events of a stage that repeat another one: same entity, stages and time."""
    of_stage = np.flatnonzero(events.stages)
    new = begins(events.entity[of_stage], events.time[of_stage])
    if new.all():
        return of_stage[:0]
    crowded = np.flatnonzero(~new | np.append(~new[1:], False))
    instant, stages = np.cumsum(new)[crowded], events.stages[of_stage[crowded]]
    order = np.lexsort((stages, instant))
    again = ~begins(instant[order], stages[order])
    return of_stage[crowded[order[again]]]


def out_of_order(entity: Ints, time: Ints, events: Events, plan: Plan) -> tuple[list[int], list[Ints]]:
    """For each stage how many journeys without it have an event of it before the previous required stage; and how long
    before, where that is a matter of clocks. Each journey is looked at on its own, so that parts of a log add up.

    `entity` and `time` (stages, journeys) of the journeys. Where the previous stage is missing too, an event at any
    time counts, unless the previous stage's event is there as well: then it is that one that is out of order, or lacks
    the one before. And only events at most a window away from the entry, so that who merely came too late is not among
    them. How long: µs, at most CLOSE, a journey each; with `ties: later` 0 where it is in the very instant. In
    `order: any` there is none.
    """
    counts = [0] * plan.stages
    gaps = [np.empty(0, np.int64)] * plan.stages
    for stage in range(1, plan.stages) if plan.order != "any" else ():
        without = np.flatnonzero(time[stage] == NEVER)
        anchor = plan.anchor(stage)
        entry, before = time[0, without], time[anchor, without]
        event_times, anchor_times = (
            EventTimes.of(events.time, events.start, (events.stages & (1 << each)) > 0) for each in (stage, anchor)
        )
        reach = plan.give_up
        latest = before - 1 if reach is None else np.minimum(before - 1, entry + reach)
        earliest = np.full(len(entry), LONG_AGO + 1) if reach is None else entry - reach
        early = event_times.until(entity[without], latest) >= earliest
        headless = np.flatnonzero(early & (before == NEVER))
        anchor_at = anchor_times.until(entity[without[headless]], latest[headless])
        early[headless] = anchor_at < earliest[headless]
        counts[stage] = int(early.sum())
        least = 0 if plan.ties == "later" else 1
        known = (before != NEVER) & (early | (plan.ties == "later"))
        gap = before[known] - event_times.until(entity[without[known]], before[known] - least)
        gaps[stage] = gap[(gap >= least) & (gap <= CLOSE)]
    return counts, gaps


def usual_gap(gaps: Ints) -> float | None:
    """Their median, in seconds; None where there are none."""
    return float(np.median(gaps)) / 1e6 if len(gaps) else None
