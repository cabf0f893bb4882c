"""A proportion and its interval; of two proportions their difference, ratio and tests."""

from __future__ import annotations

from math import exp, fsum, lgamma, log, sqrt
from typing import NamedTuple

from growthctl.stats.spread import CHANCE, Spread
from growthctl.stats.tails import two_sided

LEAST_EXPECTED = 5


class Interval(NamedTuple):
    """A confidence interval of a rate."""

    low: float
    high: float


class Proportion(NamedTuple):
    """How many entered a transition, and how many of them converted; those of different entities add up."""

    entered: int
    converted: int

    def __add__(self, other: Proportion) -> Proportion:  # type: ignore[override]
        return Proportion(self.entered + other.entered, self.converted + other.converted)

    def __sub__(self, part: Proportion) -> Proportion:
        """Without a part of it."""
        return Proportion(self.entered - part.entered, self.converted - part.converted)

    @property
    def rate(self) -> float | None:
        """Converted ÷ entered; None where nobody entered."""
        return self.converted / self.entered if self.entered else None

    @property
    def dropped(self) -> int:
        """Entered and did not convert."""
        return self.entered - self.converted

    def wilson(self, spread: Spread = CHANCE, level: float = 0.95) -> Interval | None:
        """The score interval of the rate; None where nobody entered.

        Wilson (1927), without continuity correction, on n ÷ φ and with t. No conversions give exactly 0 at the low
        end, all converted exactly 1 at the high end.

        >>> two_of_eleven = Proportion(11, 2).wilson()
        >>> round(two_of_eleven.low, 4), round(two_of_eleven.high, 4)
        (0.0514, 0.477)
        """
        entered, converted = self
        if not entered:
            return None
        z = spread.errors(level)
        rate = converted / entered
        scale = 1 + z * z / entered
        centre = (rate + z * z / (2 * entered)) / scale
        half = z / scale * sqrt(rate * (1 - rate) / entered + z * z / (4 * entered * entered))
        return Interval(
            low=centre - half if converted else 0.0,
            high=centre + half if converted < entered else 1.0,
        )


NOBODY = Proportion(0, 0)
"""What a sum of proportions starts with."""


class Pair(NamedTuple):
    """The same transition on both sides of a comparison: what is asked about, and what it is held against."""

    this: Proportion
    against: Proportion

    def __add__(self, other: Pair) -> Pair:  # type: ignore[override]
        return Pair(self.this + other.this, self.against + other.against)

    def __sub__(self, part: Pair) -> Pair:
        """Without a part of it."""
        return Pair(self.this - part.this, self.against - part.against)

    @property
    def difference(self) -> float | None:
        """Rate minus rate; None where either is unknown."""
        this, against = self.this.rate, self.against.rate
        return None if this is None or against is None else this - against


NO_PAIR = Pair(NOBODY, NOBODY)


def newcombe(pair: Pair, spread: Spread = CHANCE, level: float = 0.95) -> Interval | None:
    """The interval of the difference of two independent rates; None where either is unknown.

    Newcombe (1998), method 10: both Wilson intervals, squared and added.

    >>> interval = newcombe(Pair(Proportion(70, 56), Proportion(80, 48)))
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.0524, 0.3339)
    """
    of_this = pair.this.wilson(spread, level)
    of_against = pair.against.wilson(spread, level)
    this, against = pair.this.rate, pair.against.rate
    if of_this is None or of_against is None or this is None or against is None:
        return None
    return Interval(
        low=this - against - sqrt((this - of_this.low) ** 2 + (of_against.high - against) ** 2),
        high=this - against + sqrt((of_this.high - this) ** 2 + (against - of_against.low) ** 2),
    )


def log_ratio(pair: Pair, spread: Spread = CHANCE) -> tuple[float, float] | None:
    """ln(rate ÷ rate) and its standard error √(φ(1 − p₁)/x₁ + φ(1 − p₀)/x₀); None without conversions on both sides.

    Katz, Baptista, Azen and Pike (1978).
    """
    this, against = pair.this, pair.against
    if not this.converted or not against.converted:
        return None
    variance = (1 / this.converted - 1 / this.entered) + (1 / against.converted - 1 / against.entered)
    ratio = this.converted * against.entered / (this.entered * against.converted)
    return log(ratio), sqrt(spread.factor * variance)


def p_value(pair: Pair, spread: Spread = CHANCE) -> float | None:
    """How often chance alone would set two equal rates this far apart, either way; None where one is unknown.

    From ln ratio ÷ standard error, with t; Fisher's exact test, of n ÷ φ, where a cell of the table expects fewer than
    five.
    """
    if not pair.this.entered or not pair.against.entered:
        return None
    worth = Pair(_worth(pair.this, spread), _worth(pair.against, spread))
    ratio = log_ratio(pair, spread)
    return fisher(worth) if ratio is None or is_sparse(worth) else two_sided(ratio[0] / ratio[1], spread.degrees)


def _worth(side: Proportion, spread: Spread) -> Proportion:
    """As many who convert independently as tell as much."""
    return Proportion(*(round(count / spread.factor) for count in side))


def is_sparse(pair: Pair) -> bool:
    """Does a cell of the table of both sides expect fewer than five?"""
    this, against = pair.this, pair.against
    converted, dropped = this.converted + against.converted, this.dropped + against.dropped
    smallest = min(converted, dropped) * min(this.entered, against.entered)
    return smallest < LEAST_EXPECTED * (this.entered + against.entered)


def fisher(pair: Pair) -> float:
    """The two-sided exact test: all tables with these sums that are at most as likely as this one (Fisher 1935).

    Written out, because importing scipy.stats takes longer than the whole comparison.
    """
    this, against = pair.this, pair.against
    converted, entered = this.converted + against.converted, this.entered + against.entered
    least, most = max(0, converted - against.entered), min(converted, this.entered)
    logs = [
        _log_ways(this.entered, x) + _log_ways(against.entered, converted - x) - _log_ways(entered, converted)
        for x in range(least, most + 1)
    ]
    observed = logs[this.converted - least]
    # Tables that are equally likely must not differ by a rounding.
    return min(1.0, fsum(exp(ways) for ways in logs if ways <= observed + 1e-7))


def _log_ways(n: int, k: int) -> float:
    """ln of the number of ways to choose k of n."""
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
