"""Stages that come in batches: an import, a billing run, an export of some days only."""

from __future__ import annotations

import numpy as np

from growthctl.diagnosis.health.inputs import Finding, HealthInputs
from growthctl.stats.arrays import Bools, Ints

LEAST_ON_A_DAY = 5
"""With so many expected, a day without any is a matter of chance in 0.7 %."""
LEAST_PAUSES = 3
LEAST_EMPTY_SHARE = 0.2
MOST_RESTING_WEEKDAYS = 3


def in_batches(inputs: HealthInputs, stage: int) -> Finding | None:
    """Whether a stage comes on some days only, again and again, though people keep reaching the one before.

    A day without any is a pause where the nearest days that have some, before and after, have LEAST_ON_A_DAY, and where
    as many are expected of it, by those at the stage before. It takes LEAST_PAUSES, of a day or several, and
    LEAST_EMPTY_SHARE of the days; a stage that rests on some weekdays only works so.
    """
    days = inputs.full(inputs.everybody).daily()
    counts = days.reached[stage]
    having = np.flatnonzero(counts)
    if len(having) < 2:
        return None
    first, last = having[0], having[-1] + 1
    span = slice(first, last)
    counts, weekday = counts[span], days.slots[span]
    empty = (counts == 0) & _bordered(counts)
    if stage:
        entered = days.reached[stage - 1][span]
        empty &= entered * min(1.0, counts.sum() / max(1, entered.sum())) >= LEAST_ON_A_DAY
    pauses = int(np.count_nonzero(np.diff(empty.astype(int), prepend=0) == 1))
    if pauses < LEAST_PAUSES or empty.mean() < LEAST_EMPTY_SHARE or _rests(empty, counts, weekday):
        return None
    return Finding(
        "batches",
        "tracking",
        inputs.stages[stage].name,
        since_at=days.at(int(first)),
        until_at=None,
        observed=int(np.count_nonzero(counts)),
        share=float((counts > 0).mean()),
    )


def _bordered(counts: Ints) -> Bools:
    """Between days with at least LEAST_ON_A_DAY, the nearest that have any."""
    having = np.flatnonzero(counts)
    place = np.searchsorted(having, np.arange(len(counts)))
    before, after = counts[having[np.maximum(place - 1, 0)]], counts[having[np.minimum(place, len(having) - 1)]]
    enough: Bools = np.minimum(before, after) >= LEAST_ON_A_DAY
    return enough


def _rests(empty: Bools, counts: Ints, weekday: Ints) -> bool:
    """Are the empty days those of a few weekdays, on which there is hardly ever anything?"""
    resting = np.unique(weekday[empty])
    on_these = np.isin(weekday, resting)
    return len(resting) <= MOST_RESTING_WEEKDAYS and bool((counts[on_these] > 0).mean() <= LEAST_EMPTY_SHARE)
