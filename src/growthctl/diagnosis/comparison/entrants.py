"""Did the number of entrants change, more than it varies from day to day and from week to week, and than it grows?"""

from __future__ import annotations

from math import log, sqrt
from typing import NamedTuple

import numpy as np

from growthctl.stats.arrays import Floats, Ints
from growthctl.stats.spread import CHANCE, Spread
from growthctl.stats.tails import two_sided

LEAST_DEGREES = 2


class Lengths(NamedTuple):
    """How long both ranges are, and how far apart, in weeks."""

    this: float = 1.0
    against: float = 1.0
    apart: float = 1.0
    """From the middle of `against` to that of `this`."""

    @property
    def scale(self) -> float:
        """How much longer `this` is."""
        return self.this / self.against


EQUAL = Lengths()
"""Of two weeks that follow one another."""


class Growth(NamedTuple):
    """How the numbers of weeks grow: a line through their logarithms, each part at its own height (least squares)."""

    slope: float
    """ln a week."""
    error: float
    """The standard error of the slope."""
    deviation: float
    """The standard deviation of a week around the line."""
    degrees: int


def weekly_growth(weeks: Ints, at: Floats, part: Ints) -> Growth | None:
    """Of the numbers of weeks, (weeks,), which lie `at` so many weeks; None of too few, or where nobody came in one.

    With one part four weeks are enough.
    """
    parts, place = np.unique(part, return_inverse=True)
    degrees = len(weeks) - len(parts) - 1
    if degrees < LEAST_DEGREES or not weeks.all():
        return None

    def within(values: Floats) -> Floats:
        centred: Floats = values - (np.bincount(place, values) / np.bincount(place))[place]
        return centred

    time, logs = within(at), within(np.log(weeks))
    slope = float(time @ logs / (time @ time))
    residuals = logs - slope * time
    deviation = sqrt(float(residuals @ residuals) / degrees)
    return Growth(slope, deviation / sqrt(float(time @ time)), deviation, degrees)


def entrants_ratio(this: int, against: int, scale: float, spread: Spread = CHANCE) -> tuple[float, float] | None:
    """ln(N₁ ÷ (scale · N₀)), and its standard error √(φ/N₁ + φ/N₀); None where nobody entered on a side."""
    if not this or not against:
        return None
    return log(this / (scale * against)), sqrt(spread.factor * (1 / this + 1 / against))


def entrants_p_value(
    this: int, against: int, lengths: Lengths, spread: Spread = CHANCE, growth: Growth | None = None
) -> float | None:
    """How often numbers that vary as they always do would be this far apart; None where nobody entered on a side.

    The largest of three: given how days vary, how weeks vary, and that it goes on to grow as it did: neither steady
    growth nor its end is a change.
    """
    ratio = entrants_ratio(this, against, lengths.scale, spread)
    if ratio is None:
        return None
    change, error = ratio
    p_values = [two_sided(change / error, spread.degrees)]
    if growth is not None:
        weekly = growth.deviation * sqrt(1 / lengths.this + 1 / lengths.against)
        beyond = change - growth.slope * lengths.apart
        degrees = growth.degrees if weekly > error else spread.degrees
        p_values.append(two_sided(change / max(error, weekly), degrees))
        p_values.append(
            two_sided(beyond / sqrt(max(error, weekly) ** 2 + (growth.error * lengths.apart) ** 2), degrees)
        )
    return max(p_values)
