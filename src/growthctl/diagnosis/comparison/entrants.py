"""Did the number of entrants change, or does it only vary from day to day as it always does?"""

from __future__ import annotations

from collections.abc import Sequence
from math import log, sqrt

from growthctl.stats.normal import two_sided
from growthctl.stats.overdispersion import overdispersion

MIN_DAYS = 3


Days = Sequence[tuple[int, int]]
"""The entrants of both sides on each day."""


def entrants_ratio(this: int, against: int, scale: float, days: Days) -> tuple[float, float]:
    """ln(N₁ ÷ (scale · N₀)) of positive counts, and its standard error √(φ/N₁ + φ/N₀).

    Counts vary at least as Poisson's do; φ is how much more.
    """
    spread = daily_dispersion(days)
    return log(this / (scale * against)), sqrt(spread / this + spread / against)


def daily_dispersion(days: Days) -> float:
    """How much more the ratio of two counts varies from day to day than chance alone would: at least 1.

    Pearson's X² of the table of both sides by day ÷ its degrees of freedom; 1 for fewer than three days.
    """
    alive = [(this, against) for this, against in days if this + against]
    sides = [sum(column) for column in zip(*alive, strict=True)]
    if len(alive) < MIN_DAYS or not all(sides):
        return 1.0
    chi_square = 0.0
    for day in alive:
        for count, side in zip(day, sides, strict=True):
            expected = sum(day) * side / sum(sides)
            chi_square += (count - expected) ** 2 / expected
    return overdispersion(chi_square, len(alive) - 1)


def entrants_p_value(this: int, against: int, scale: float, days: Days) -> float | None:
    """How often chance alone would set the numbers this far apart; None where nobody entered on a side."""
    if not this or not against:
        return None
    ratio, error = entrants_ratio(this, against, scale, days)
    return two_sided(ratio / error)
