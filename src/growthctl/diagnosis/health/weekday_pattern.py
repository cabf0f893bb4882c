"""Weekdays on which a stage does worse than on others, week after week."""

from __future__ import annotations

import numpy as np

from growthctl.clock import WEEK
from growthctl.diagnosis.health.counts_over_time import CountsOverTime
from growthctl.diagnosis.health.inputs import Finding
from growthctl.stats.arrays import Floats
from growthctl.stats.overdispersion import overdispersion
from growthctl.stats.tails import chi_square_tail

MOST_LOW_DAYS = 3
LARGEST_RATIO = 0.8
BY_CHANCE = 0.001
LEAST_WEEKS = 3


def weekday_pattern(series: CountsOverTime, stage: int, name: str) -> Finding | None:
    """Weekdays on which those who come to the stage before go on less often: LARGEST_RATIO of all at most.

    `series` end where windows are still open. Pearson's χ² of the weekdays, divided by how much more than by chance
    the weeks differ on the same weekday, has a probability of BY_CHANCE at most. None in less than LEAST_WEEKS.
    """
    days = series.daily()
    entered, converted = days.reached[stage - 1].astype(float), days.went_on[stage - 1].astype(float)
    n, x = (np.bincount(days.slots, counts, minlength=7).astype(float) for counts in (entered, converted))
    if days.bins * days.width < LEAST_WEEKS * WEEK or not n.all() or not 0 < x.sum() < n.sum():
        return None
    rate = x.sum() / n.sum()
    low = np.flatnonzero(x / n <= LARGEST_RATIO * rate)
    if not 0 < len(low) <= MOST_LOW_DAYS:
        return None
    squares = _squares(n, x, n * rate).sum()
    same_day = (x / n)[days.slots] * entered
    spread = overdispersion(float(_squares(entered, converted, same_day).sum()), days.bins - 7)
    probability = chi_square_tail(float(squares / spread), degrees=6)
    if probability > BY_CHANCE:
        return None
    inside = np.isin(np.arange(7), low)
    elsewhere = float(x[~inside].sum() / n[~inside].sum())
    return Finding(
        "weekday_pattern",
        "season",
        name,
        rate=float(x[inside].sum() / n[inside].sum()),
        usual_rate=elsewhere,
        weekdays=tuple(low.tolist()),
        probability=probability,
        missing=float(n[inside].sum() * elsewhere - x[inside].sum()),
    )


def _squares(entered: Floats, converted: Floats, expected: Floats) -> Floats:
    """Pearson's squares; 0 where nothing can vary."""
    variance = expected * (1 - np.divide(expected, entered, out=np.zeros_like(entered), where=entered > 0))
    squares: Floats = np.divide((converted - expected) ** 2, variance, out=np.zeros_like(entered), where=variance > 0)
    return squares
