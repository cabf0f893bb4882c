"""Which of an entity's attempts is its journey."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from growthctl.clock import NEVER
from growthctl.kernel.event_times import begins
from growthctl.kernel.plan import Plan
from growthctl.kernel.search.event_groups import Attempts
from growthctl.stats.arrays import Ints


def deepest(attempts: Attempts, plan: Plan) -> Attempts:
    """Of the attempts of each journey the deepest; of several the one with the earliest entry, then the earliest next
    stage …; with equal required times the one with more optional stages, then the one with the earlier of these.
    """
    required, optional = list(plan.required), list(plan.optional)
    skipped = [(attempts.time[optional] == NEVER).sum(axis=0)] if optional else []
    times = [*attempts.time[required], *skipped, *attempts.time[optional]]
    return attempts.only(least(attempts.journey, [-attempts.depth, *times]))


def least(group: Ints, keys: Iterable[Ints]) -> Ints:
    """For each group the position of its element that is least by the first of `keys`, of several by the next, and so
    on; in the order of the groups. Of elements that are all alike the first.
    """
    positions = all_least(group, keys)
    return positions[begins(group[positions])]


def all_least(group: Ints, keys: Iterable[Ints]) -> Ints:
    """The same with all elements that are alike."""
    left = np.arange(len(group))
    if not bool((group[1:] >= group[:-1]).all()):
        left = np.argsort(group, kind="stable")
    for key in keys:
        new = begins(group[left])
        if new.all():
            break
        values, run = key[left], np.cumsum(new) - 1
        left = left[values == np.minimum.reduceat(values, np.flatnonzero(new))[run]]
    return left
