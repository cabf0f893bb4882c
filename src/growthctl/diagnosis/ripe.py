"""Rates of ripe entities: their interval, and when there are too few for a percentage."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

SMALL_ENTERED = 30
SMALL_CONVERTED = 5


class Interval(NamedTuple):
    """A confidence interval of a rate."""

    low: float
    high: float


def wilson(converted: int, entered: int, level: float = 0.95) -> Interval | None:
    """The score interval of converted ÷ entered; None where nobody entered.

    Wilson (1927), without continuity correction. No conversions give exactly 0 at the low end, all converted
    exactly 1 at the high end.

    >>> two_of_eleven = wilson(2, 11)
    >>> round(two_of_eleven.low, 4), round(two_of_eleven.high, 4)
    (0.0514, 0.477)
    """
    if not entered:
        return None
    z = NormalDist().inv_cdf((1 + level) / 2)
    rate = converted / entered
    scale = 1 + z * z / entered
    centre = (rate + z * z / (2 * entered)) / scale
    half = z / scale * sqrt(rate * (1 - rate) / entered + z * z / (4 * entered * entered))
    return Interval(
        low=centre - half if converted else 0.0,
        high=centre + half if converted < entered else 1.0,
    )


def small_sample(converted: int, entered: int) -> bool:
    """Whether a percentage would claim more than the counts know."""
    return entered < SMALL_ENTERED or converted < SMALL_CONVERTED
