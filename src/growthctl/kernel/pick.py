"""Which of an entity's attempts is its journey."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from growthctl.kernel.moments import Ints, begins


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
