"""Tails of χ², and of F and Student's t, which χ² and the normal distribution become if the spread is estimated."""

from __future__ import annotations

from functools import cache
from math import erfc, exp, inf, lgamma, log, log1p, sqrt

from growthctl.stats.normal import quantile as normal_quantile
from growthctl.stats.normal import two_sided as normal_two_sided


def two_sided(t: float, degrees: float = inf) -> float:
    """The probability of a value at least as far from 0; infinite `degrees` are the normal distribution.

    Student (1908).
    """
    return normal_two_sided(t) if degrees == inf else f_tail(t * t, 1, degrees)


@cache
def t_of(level: float, degrees: float = inf) -> float:
    """Between minus and plus how many standard errors others lie with the probability `level`.

    >>> round(t_of(0.95, 2), 3), round(t_of(0.95, 13), 3), round(t_of(0.95), 3)
    (4.303, 2.16, 1.96)
    """
    normal = normal_quantile((1 + level) / 2)
    if degrees == inf:
        return normal
    low, high = 0.0, normal
    while two_sided(high, degrees) > 1 - level:
        low, high = high, 2 * high
    while high - low > 1e-12 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if two_sided(middle, degrees) > 1 - level else (low, middle)
    return high


def f_tail(statistic: float, between: int, within: float) -> float:
    """P(F > `statistic`) of a ratio of mean squares with so many degrees of freedom above and below the line.

    As a regularised incomplete beta function (26.6.2 of Abramowitz and Stegun 1964); infinitely many below are
    χ² ÷ degrees.

    >>> round(f_tail(3.326, 5, 10), 3)
    0.05
    """
    if statistic <= 0:
        return 1.0
    if within == inf:
        return chi_square_tail(statistic * between, between)
    share = within / (within + between * statistic)
    return _incomplete_beta(share, within / 2, between / 2)


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


def _incomplete_beta(x: float, a: float, b: float) -> float:
    """I_x(a, b), by the continued fraction 26.5.8 of Abramowitz and Stegun, which converges fast below the mean."""
    if not 0 < x < 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - _incomplete_beta(1 - x, b, a)
    fraction = 1.0
    for term in range(50 + 10 * int(sqrt(max(a, b))), 0, -1):
        m = term // 2
        if term % 2:
            step = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            step = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        fraction = 1 + step / fraction
    return exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / (a * fraction)
