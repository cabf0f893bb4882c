"""The standard normal distribution."""

from __future__ import annotations

from math import erfc, sqrt
from statistics import NormalDist


def two_sided(z: float) -> float:
    """The probability of a value at least as far from 0."""
    return erfc(abs(z) / sqrt(2))


def quantile(probability: float) -> float:
    """The value below which others lie with that probability."""
    return NormalDist().inv_cdf(probability)


def z_of(level: float) -> float:
    """Between minus and plus how many standard errors others lie with the probability `level`.

    >>> round(z_of(0.95), 4)
    1.96
    """
    return quantile((1 + level) / 2)
