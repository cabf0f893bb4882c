"""Days of a transition for the tests of this room, from a Monday on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from growthctl.diagnosis.days import Days
from tests.diagnosis.weeks import MONDAY


def some_days(length: int, per_day: int, rate: Callable[[int], float], seed: int = 1, noise: float = 0.0) -> Days:
    """How many come each day, and how many of them go on at the `rate` of their day, give or take `noise` of it."""
    random = np.random.default_rng(seed)
    entered = random.poisson(per_day, length)
    rates = np.array([rate(day) for day in range(length)]) * (1 + noise * random.standard_normal(length))
    return Days(MONDAY, entered, random.binomial(entered, rates.clip(0, 1)))
