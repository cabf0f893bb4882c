"""Do several groups convert alike? Pearson's χ² test of homogeneity."""

from __future__ import annotations

from collections.abc import Sequence
from math import erfc, exp, lgamma, log, sqrt

from growthctl.stats.proportions import NOBODY, Proportion

LEAST_EXPECTED = 5


def comparable(groups: Sequence[Proportion]) -> tuple[Proportion, ...]:
    """The groups that the test can tell apart, in order of size; fewer than two where it cannot be made.

    Proportions of which it expects fewer than five conversions, or five others, are counted together (Cochran 1954).
    """
    entered, converted = sum(groups, NOBODY)
    rarer = min(converted, entered - converted)
    large = [group for group in groups if group.entered * rarer >= LEAST_EXPECTED * entered > 0]
    rest = sum((group for group in groups if group not in large), NOBODY)
    if rest.entered * rarer >= LEAST_EXPECTED * entered > 0:
        large.append(rest)
    return tuple(sorted(large))


def homogeneity(groups: Sequence[Proportion]) -> float:
    """The probability that chance alone makes `comparable` groups of one rate differ this much; Pearson (1900)."""
    return chi_square_tail(chi_square(groups), len(groups) - 1)


def chi_square(groups: Sequence[Proportion]) -> float:
    """Pearson's X² of groups that anybody entered, around the rate of all, which is neither 0 nor 1."""
    entered, converted = sum(groups, NOBODY)
    rate = converted / entered
    return sum((x - n * rate) ** 2 / (n * rate * (1 - rate)) for n, x in groups)


def chi_square_tail(statistic: float, degrees: int) -> float:
    """P(χ² > `statistic`) with a whole number of degrees of freedom, at least 1.

    The finite series 26.4.4 and 26.4.5 of Abramowitz and Stegun (1964): importing the library's function would take
    longer than the whole diagnosis.

    >>> round(chi_square_tail(3.841459, 1), 6), round(chi_square_tail(18.307038, 10), 6)
    (0.05, 0.05)
    """
    if statistic <= 0:
        return 1.0
    half, odd = statistic / 2, degrees % 2
    powers = (term + odd / 2 for term in range(degrees // 2))
    terms = (exp(power * log(half) - half - lgamma(power + 1)) for power in powers)
    return min(1.0, (erfc(sqrt(half)) if odd else 0.0) + sum(terms))
