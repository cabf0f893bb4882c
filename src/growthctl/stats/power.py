"""How many people it takes to see a difference between two rates."""

from __future__ import annotations

from math import sqrt

from growthctl.stats.normal import quantile

LEVEL, POWER = 0.05, 0.8


def per_group(rate: float, target: float, level: float = LEVEL, power: float = POWER) -> float:
    """The size of each of two groups, so that a two-sided test of the `level` sees the difference with that power.

    n = (z₁ √(2 p̄ q̄) + z₂ √(p₁ q₁ + p₂ q₂))² ÷ (p₂ − p₁)², with p̄ the mean of the rates (Fleiss, Statistical Methods for
    Rates and Proportions, 1981, without continuity correction; power.prop.test in R).

    >>> round(per_group(0.5, 0.75, power=0.9), 1)
    76.7
    """
    mean = (rate + target) / 2
    alike = quantile(1 - level / 2) * sqrt(2 * mean * (1 - mean))
    apart = quantile(power) * sqrt(rate * (1 - rate) + target * (1 - target))
    return (alike + apart) ** 2 / (target - rate) ** 2
