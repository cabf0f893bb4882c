"""Do several groups convert alike? Pearson's χ² test of homogeneity."""

from __future__ import annotations

from collections.abc import Sequence

from growthctl.stats.proportions import NOBODY, Proportion
from growthctl.stats.spread import CHANCE, Spread
from growthctl.stats.tails import f_tail

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


def homogeneity(groups: Sequence[Proportion], spread: Spread = CHANCE) -> float:
    """The probability that chance alone makes `comparable` groups of one rate differ this much.

    Pearson's X² (1900) ÷ φ, per degree of freedom, as F where φ is an estimate (Rao and Scott 1984).
    """
    degrees = len(groups) - 1
    return f_tail(chi_square(groups) / spread.factor / degrees, degrees, spread.degrees)


def chi_square(groups: Sequence[Proportion]) -> float:
    """Pearson's X² of groups that anybody entered, around the rate of all, which is neither 0 nor 1."""
    entered, converted = sum(groups, NOBODY)
    rate = converted / entered
    return sum((x - n * rate) ** 2 / (n * rate * (1 - rate)) for n, x in groups)
