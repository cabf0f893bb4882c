"""Do several groups convert alike? Pearson's χ² test of homogeneity."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import erfc, exp, lgamma, log, sqrt

LEAST_EXPECTED = 5

Group = tuple[int, int]
"""(entered, converted)."""


def total(groups: Iterable[Group]) -> Group:
    """All of them together."""
    counts = list(groups)
    return sum(n for n, _ in counts), sum(x for _, x in counts)


def comparable(groups: Sequence[Group]) -> tuple[Group, ...]:
    """The groups that the test can tell apart, in order of size; fewer than two where it cannot be made.

    Groups of which it expects fewer than five conversions, or five others, are counted together (Cochran 1954).
    """
    entered, converted = total(groups)
    rarer = min(converted, entered - converted)
    large = [(n, x) for n, x in groups if n * rarer >= LEAST_EXPECTED * entered > 0]
    rest = total(group for group in groups if group not in large)
    if rest[0] * rarer >= LEAST_EXPECTED * entered > 0:
        large.append(rest)
    return tuple(sorted(large))


def homogeneity(groups: Sequence[Group]) -> float:
    """The probability that chance alone makes `comparable` groups of one rate differ this much; Pearson (1900)."""
    entered, converted = total(groups)
    rate = converted / entered
    statistic = sum((x - n * rate) ** 2 / (n * rate * (1 - rate)) for n, x in groups)
    return chi_square_tail(statistic, len(groups) - 1)


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
