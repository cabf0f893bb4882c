"""Passages of two stages for the tests of this room: whole weeks from a Monday on, by the hour or the day."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from growthctl.clock import DAY, HOUR, WEEK
from growthctl.diagnosis.health.counts_over_time import CountsOverTime
from growthctl.diagnosis.transitions import SegmentValues

MONDAY = 2900 * WEEK + 4 * DAY
Ints = NDArray[np.int64]


def counts_over_time(
    entered: Ints,
    reached: Ints,
    went_on: Ints | None = None,
    width: int = HOUR,
    segment: SegmentValues | None = None,
    is_open: bool = False,
) -> CountsOverTime:
    """`entered` reach the first stage, `reached` the second, in bins of their own times; all are ripe."""
    both = np.stack([entered, reached])
    onward = np.stack([reached if went_on is None else went_on, np.zeros_like(reached)])
    return CountsOverTime(MONDAY, width, 0, both, both, onward, onward, segment, is_open)


def shop(weeks: int, per_hour: float, rate: float, seed: int = 1, noise: float = 0.1) -> tuple[Ints, Ints]:
    """Hourly counts of a shop: quiet nights and weekends, days that differ by `noise`, conversions at once."""
    rng = np.random.default_rng(seed)
    hours = np.arange(weeks * 168)
    daytime = np.where((hours % 24 >= 7) & (hours % 24 < 22), 1.4, 0.2)
    weekday = np.where(hours // 24 % 7 >= 5, 0.5, 1.2)
    level = np.exp(rng.normal(0, noise, weeks * 7))[hours // 24]
    entered = rng.poisson(per_hour * daytime * weekday * level)
    return entered, rng.binomial(entered, rate)


def days(weeks: int, per_day: int, rate: Callable[[int], float], seed: int = 1) -> tuple[Ints, Ints]:
    """Daily counts: how many come, and how many of them go on at the `rate` of their day."""
    rng = np.random.default_rng(seed)
    entered = rng.poisson(per_day, weeks * 7)
    return entered, rng.binomial(entered, [rate(day) for day in range(weeks * 7)])
