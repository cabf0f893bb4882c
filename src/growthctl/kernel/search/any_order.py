"""Any order: how many different stages can be filled from an entry on, inside the window.

An attempt starts at the earliest of its events. Which sets of events can fill different stages one to one is a
transversal matroid, so taking events in the order of time, each that still adds a stage, gives the most stages and the
earliest times at once (greedy is optimal on matroids: Rado 1957). What an event can add depends only on which bit sets
were taken before; a real log has few such collections, and each is worked out once.

Which stages an attempt has is its matching: of several that are as large the one whose stages are declared earliest
(stage by stage, each that can be added is). Every largest set of stages can be filled by the events that the greedy
takes (Mendelsohn & Dulmage 1958), so that this does not depend on which of equally good events they are.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from growthctl.clock import NEVER
from growthctl.kernel.event_times import Bits, begins
from growthctl.kernel.plan import Plan
from growthctl.kernel.search.best_attempt import least
from growthctl.kernel.search.bipartite import filled_stages
from growthctl.kernel.search.entries import Entries
from growthctl.kernel.search.event_groups import Attempts, EventGroups
from growthctl.stats.arrays import Ints


def any_order_journeys(event_groups: EventGroups, entries: Entries, plan: Plan) -> Attempts:
    """The journeys of those that may start; the times are those of the first, second … different stage."""
    journey = np.full(len(event_groups.events.time), -1)
    journey[entries.at] = entries.journey
    event_group, time, stages, journey = _ordered(event_groups, journey[event_groups.at], plan)
    start = np.flatnonzero(journey >= 0)
    times = np.full((plan.stages, len(start)), NEVER)
    depth, collected = np.zeros(len(start), np.int64), np.zeros(len(start), np.int64)
    collections = _Collections(plan.stages)
    going, at = np.arange(len(start)), start
    taken = collections.with_more(np.zeros(len(start), np.int64), stages[start])
    for reached in range(plan.stages):
        times[reached, going] = time[at]
        depth[going], collected[going] = reached + 1, taken
        following = _next_useful(at, collections.wanted(taken), stages)
        inside = following < len(stages)
        inside[inside] = event_group[following[inside]] == event_group[at[inside]]
        if plan.window is not None:
            inside[inside] = time[following[inside]] - times[0, going[inside]] <= plan.window
        going, at = going[inside], following[inside]
        taken = collections.with_more(taken[inside], stages[at])
    best = least(journey[start], [-depth, *times])
    attempts = Attempts(journey[start], event_group[start], depth, times).only(best)
    return attempts._replace(filled=collections.filled(collected[best]))


def _ordered(event_groups: EventGroups, journey: Ints, plan: Plan) -> tuple[Ints, Ints, Bits, Ints]:
    """The events of stages by event group, time and stages: these, and the journey that may start there, or -1."""
    event_group, time, stages = event_groups.event_group, event_groups.time, event_groups.stages
    if not stages.all():
        matching = stages > 0
        event_group, time, stages, journey = event_group[matching], time[matching], stages[matching], journey[matching]
    new = begins(event_group, time)
    if new.all():
        return event_group, time, stages, journey
    if plan.ties == "later":
        # Of one instant only one event may be used: whichever helps.
        first = np.flatnonzero(new)
        return (
            event_group[first],
            time[first],
            np.bitwise_or.reduceat(stages, first),
            np.maximum.reduceat(journey, first),
        )
    order = np.lexsort((stages, np.cumsum(new)))
    return event_group, time, stages[order], journey[order]


def _next_useful(at: Ints, wanted: Bits, stages: Bits) -> Ints:
    """For each event `at` the next one that matches a stage that is `wanted` there; len(stages) where there is none."""
    following = np.full(len(at), len(stages))
    for useful in np.unique(wanted):
        waiting = np.flatnonzero(wanted == useful)
        positions = np.append(np.flatnonzero(stages & useful.astype(stages.dtype)), len(stages))
        following[waiting] = positions[np.searchsorted(positions[:-1], at[waiting], side="right")]
    return following


class _Collections:
    """The collections of bit sets that have been taken, each with a number; 0 is the empty one."""

    def __init__(self, stages: int) -> None:
        self.stages = stages
        self.known: dict[tuple[int, ...], int] = {(): 0}
        self.wants = [_wanted((), stages)]
        self.fills = [0]

    def with_more(self, taken: Ints, bits: Bits) -> Ints:
        """The numbers of the collections `taken` with one more bit set each."""
        which, number = np.unique(bits, return_inverse=True)
        steps, step = np.unique(taken * len(which) + number, return_inverse=True)
        before = list(self.known)
        results = [
            self._number(tuple(sorted((*before[each // len(which)], int(which[each % len(which)])))))
            for each in steps.tolist()
        ]
        return np.array(results, np.int64)[step]

    def _number(self, collection: tuple[int, ...]) -> int:
        if collection not in self.known:
            self.known[collection] = len(self.wants)
            self.wants.append(_wanted(collection, self.stages))
            self.fills.append(sum(1 << stage for stage in filled_stages(collection, self.stages).values()))
        return self.known[collection]

    def wanted(self, taken: Ints) -> Bits:
        """The stages that one more event may match to add a stage to each of the collections `taken`."""
        return np.array(self.wants, np.uint64)[taken]

    def filled(self, taken: Ints) -> Bits:
        """The stages that each of the collections `taken` fills."""
        return np.array(self.fills, np.uint64)[taken]


def _wanted(taken: Sequence[int], stages: int) -> int:
    """The stages that one more event may match to add a stage to the events `taken` (bit sets)."""

    more = ([*taken, 1 << stage] for stage in range(stages))
    return sum(events[-1] for events in more if len(filled_stages(events, stages)) == len(events))
