"""How likely a silence is that follows events which came at a usual rate."""

from __future__ import annotations

import numpy as np

from growthctl.stats.arrays import Floats, Ints

HOURS, DAYS_OF_WEEK = 24, 7
WEEK = HOURS * DAYS_OF_WEEK
LEAST_SLOTS = 8
"""Hours, of a rate; days, of how restless it is."""
LEAST_DAYS_BY_HOUR, LEAST_DAYS_BY_WEEKDAY = 3, 14
_RECENT = (3, 7, 56)
"""Days: a rate to which a source has sunk lately is as usual as that of two months."""


def hourly(hours: Ints, events: Ints) -> Ints:
    """How many events each hour has, from the first to the last of the `hours`, each there once, with any."""
    first = hours.min()
    counts = np.zeros(hours.max() - first + 1, np.int64)
    counts[hours - first] = events
    return counts


def chance_of_silence(counts: Ints, slot: int, silent: int) -> float:
    """The probability that `silent` hours bring nothing, after hourly `counts` of which the last has an event.

    `slot`: which hour of the week the first is in, from 0. Given how many events there are in both times together,
    each lies in the earlier one with the share of its exposure: p = (T ÷ (T + s)) ** ((n − 1) ÷ φ), the exact test of
    two Poisson rates (Przyborowski and Wilenski 1940). Hours are exposed as the hours of the day, and the days of the
    week, usually are, where there are enough to tell; φ is Pearson's X² ÷ df of the days. Of the
    _RECENT days the largest p. 1 where fewer than LEAST_SLOTS hours say what is usual.
    """
    if len(counts) < LEAST_SLOTS or silent <= 0:
        return 1.0
    recent = [min(len(counts), days * HOURS) for days in _RECENT]
    return max(_chance(counts[-hours:], slot + len(counts) - hours, silent) for hours in recent)


def _chance(counts: Ints, slot: int, silent: int) -> float:
    exposure = _exposure(counts, (slot + np.arange(len(counts) + silent)) % WEEK)
    before, since = exposure[: len(counts)].sum(), exposure[len(counts) :].sum()
    events = counts.sum() - 1
    if not before or not events:
        return 1.0
    return float((before / (before + since)) ** (events / _restlessness(counts, exposure)))


def _exposure(counts: Ints, slots: Ints) -> Floats:
    """How much of all may be expected in each hour: its hour's share of a day, times its weekday's of a week."""
    known = slots[: len(counts)]
    hours = _share(counts, known % HOURS, HOURS, LEAST_DAYS_BY_HOUR * HOURS)
    weekdays = _share(counts, known // HOURS, DAYS_OF_WEEK, LEAST_DAYS_BY_WEEKDAY * HOURS)
    exposure: Floats = hours[slots % HOURS] * weekdays[slots // HOURS]
    return exposure


def _share(counts: Ints, group: Ints, groups: int, least: int) -> Floats:
    """The mean of each group, in terms of the mean of all; 1 everywhere where there are too few hours to tell."""
    if len(counts) < least:
        return np.ones(groups)
    mean: Floats = np.bincount(group, counts, groups) / np.maximum(1, np.bincount(group, minlength=groups))
    share: Floats = mean / counts.mean()
    return share


def _restlessness(counts: Ints, exposure: Floats) -> float:
    """φ of the whole days, counted back from the last hour; at least 1."""
    days = len(counts) // HOURS
    if days < LEAST_SLOTS:
        return 1.0
    start = len(counts) - days * HOURS
    observed = counts[start:].reshape(days, HOURS).sum(axis=1)
    share = exposure[start : len(counts)].reshape(days, HOURS).sum(axis=1)
    expected = observed.sum() * share / share.sum() if share.sum() else np.zeros(days)
    exposed = expected > 0
    fitted = DAYS_OF_WEEK if days >= LEAST_DAYS_BY_WEEKDAY else 1
    squares = (observed[exposed] - expected[exposed]) ** 2 / expected[exposed]
    return max(1.0, float(squares.sum()) / max(1, int(exposed.sum()) - fitted))
