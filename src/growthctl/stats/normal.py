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
