"""`count: attempts`: the attempts of an entity, one after the other."""

from __future__ import annotations

import numpy as np

from growthctl.clock import NEVER
from growthctl.kernel.event_times import EventTimes
from growthctl.kernel.plan import Plan
from growthctl.kernel.search.entries import Entries
from growthctl.kernel.search.event_groups import Attempts
from growthctl.stats.arrays import Bools, Ints


def successive_attempts(attempts: Attempts, entries: Entries, excluded: list[EventTimes], plan: Plan) -> Bools:
    """Which journeys an entity makes when a new one starts at the first entry after the running one converted, timed
    out, met an exclusion or, in strict order, was broken; those of different held values beside each other. `attempts`:
    one for each entry, in order; `excluded`: see `exclusions.excluded_times`.

    From each attempt a pointer leads to the next; those on the way from the first are marked by doubling: after n
    rounds the first 2ⁿ of every entity and held value.
    """
    entity, run = entries.entity[attempts.journey], attempts.event_group
    first = np.searchsorted(run, np.arange(int(run[-1]) + 2 if len(run) else 1))
    entry_times = EventTimes(entries.group[attempts.journey], first)
    following = entry_times.passed(run, _ends(attempts, entity, excluded, plan))
    # The end of the run is the end of the way: a pointer to itself, behind the last attempt.
    nowhere = len(run)
    jumps = np.append(np.where(following < first[run + 1], following, nowhere), nowhere)
    marked = np.append(first[:-1][np.diff(first) > 0], nowhere)
    while (jumps != nowhere).any():
        marked = np.unique(np.append(marked, jumps[marked]))
        jumps = jumps[jumps]
    made = np.zeros(entries.journeys, np.bool_)
    made[attempts.journey[marked[:-1]]] = True
    return made


def _ends(attempts: Attempts, entity: Ints, excluded: list[EventTimes], plan: Plan) -> Ints:
    """The time after which the next attempt may start; NEVER when the attempt never ends."""
    # In strict order nothing may lie between, so an optional stage's event belongs to the attempt like any other.
    counted = list(range(plan.stages) if plan.order == "strict" else plan.required)
    time = attempts.time[counted]
    last = np.where(time == NEVER, time[0], time).max(axis=0)
    ends = np.full(len(entity), NEVER) if plan.give_up is None else attempts.time[0] + plan.give_up
    for rule, event_times in zip(plan.exclusions, excluded, strict=True):
        running = np.flatnonzero((attempts.time[rule.after] != NEVER) & (attempts.time[rule.before] == NEVER))
        met = event_times.after(entity[running], attempts.time[rule.after, running])
        ends[running] = np.minimum(ends[running], met)
    if plan.order == "strict":
        ends = np.minimum(ends, last)
    return np.where(attempts.depth == len(plan.required), last, ends)
