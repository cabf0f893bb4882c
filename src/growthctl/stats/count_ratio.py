"""A ratio of two counts of the same days, such as visits ÷ ad clicks, that nobody was followed between.

Not a proportion: nobody knows who of the one count is in the other, and it may exceed 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, sqrt
from typing import NamedTuple

from growthctl.stats.proportions import Interval
from growthctl.stats.spread import CHANCE, LEAST_WEEKS, Spread, larger
from growthctl.stats.tails import two_sided

LEAST_DAYS = 5
_WEEK = 7


class CountRatio(NamedTuple):
    """How many came for so many counted."""

    counted: int
    came: int
    spread: Spread | None
    """How many times as much as Poisson's the ratio varies from day to day; None where too few days tell that."""

    @classmethod
    def of_days(cls, counted: Sequence[int], came: Sequence[int]) -> CountRatio:
        """Of days in their order, both of one length.

        The variance is that of the ratio estimator, D ÷ (D − 1) · Σ (y − R x)² ÷ (Σ x)² (Cochran, Sampling Techniques,
        1977, 2.11 and 6.3), of days and, from LEAST_WEEKS on, of weeks of seven days counted from the last one back,
        whichever is larger; and never less than Poisson's, R ÷ Σ x. None under LEAST_DAYS.
        """
        if len(counted) < LEAST_DAYS or not sum(counted):
            return cls(sum(counted), sum(came), None)
        spreads = [_spread(counted, came)]
        starts = range(len(counted) % _WEEK, len(counted), _WEEK)
        if len(starts) >= LEAST_WEEKS:
            spreads.append(_spread(*([sum(days[at : at + _WEEK]) for at in starts] for days in (counted, came))))
        return cls(sum(counted), sum(came), larger(CHANCE, *spreads))

    @property
    def ratio(self) -> float | None:
        """Came ÷ counted; None where nothing was counted."""
        return self.came / self.counted if self.counted else None

    @property
    def interval(self) -> Interval | None:
        """Of 95 %: the score interval of a Poisson count, on y ÷ φ and with t, so that it is right at 0 as well.

        >>> few = CountRatio(100, 4, CHANCE).interval
        >>> round(few.low, 4), round(few.high, 4)
        (0.0156, 0.1029)
        """
        if self.spread is None or not self.counted:
            return None
        z = self.spread.errors()
        centre, half = self.came + z * z / 2, z * sqrt(self.came + z * z / 4)
        return Interval((centre - half) / self.counted if self.came else 0.0, (centre + half) / self.counted)

    def probability_below(self, wanted: float) -> float | None:
        """How sure it is that the ratio is below what is wanted: the score test, with t."""
        if self.spread is None or not self.counted:
            return None
        expected = wanted * self.counted
        t = (expected - self.came) / sqrt(expected * self.spread.factor)
        tail = two_sided(abs(t), self.spread.degrees) / 2
        return 1 - tail if t > 0 else tail


def difference(this: CountRatio, against: CountRatio) -> Interval | None:
    """Between which values this − against lies, with 95 %; None where one is unknown.

    From the intervals of both, as Newcombe's of proportions: Zou and Donner (2008).
    """
    now, then = this.interval, against.interval
    if now is None or then is None or this.ratio is None or against.ratio is None:
        return None
    middle = this.ratio - against.ratio
    below = sqrt((this.ratio - now.low) ** 2 + (then.high - against.ratio) ** 2)
    above = sqrt((now.high - this.ratio) ** 2 + (against.ratio - then.low) ** 2)
    return Interval(middle - below, middle + above)


def _spread(counted: Sequence[int], came: Sequence[int]) -> Spread:
    """The variance of the ratio ÷ Poisson's, or chance where that is enough.

    Where few days have most of the counts, the others tell little: they are worth (Σ x)² ÷ Σ x² equal ones (Kish 1965).
    """
    total, ratio, days = sum(counted), sum(came) / sum(counted), len(counted)
    if not ratio:
        return CHANCE
    squares = fsum((y - ratio * x) ** 2 for x, y in zip(counted, came, strict=True))
    factor = days / (days - 1) * squares / (ratio * total)
    equal_days = total**2 / sum(x * x for x in counted)
    return Spread(factor, max(1.0, equal_days - 1)) if factor > 1 else CHANCE
