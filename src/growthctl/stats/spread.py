"""How much more than by chance the rate of a transition varies from day to day and week to week.

Quasi-binomial: counts vary φ times as much as binomial ones, so that n entities tell as much as n ÷ φ that convert
independently of each other (Wedderburn 1974; McCullagh and Nelder, Generalized Linear Models, 1989, 4.5). φ is itself
an estimate, from so many degrees of freedom, so that Student's t takes the place of the normal distribution.
"""

from __future__ import annotations

from math import inf, sqrt
from typing import NamedTuple

import numpy as np

from growthctl.stats.arrays import Floats, Ints
from growthctl.stats.tails import f_tail, t_of

LEAST_WEEKS = 3
LEAST_DAYS_BY_WEEKDAY = 15
LEAST_DAYS_OF_GROUPS = 5
RESTLESS_WEEKS = 0.05
_ROUNDS = 50
_CLOSE = 1e-9


class Spread(NamedTuple):
    """How many times as much as by chance alone counts vary, and how well that is known."""

    factor: float = 1.0
    """φ."""
    degrees: float = inf
    """Of freedom, of the days or weeks that φ is from; infinite where chance alone is enough."""

    def errors(self, level: float = 0.95) -> float:
        """How many binomial standard errors an interval of that level reaches to either side: t · √φ."""
        return t_of(level, self.degrees) * sqrt(self.factor)

    @property
    def of_draws(self) -> float:
        """By how much to divide counts where draws, which know no t, have to be as wide: φ · (t₉₅ ÷ 1.645)²."""
        return self.factor * (t_of(0.9, self.degrees) / t_of(0.9)) ** 2

    def of_part(self, share: float) -> Spread:
        """Of a part of those who convert on the same days: what moves all of a day weighs the less, the fewer they are.

        φ − 1 grows with how many there are of a day (Rao and Scott 1984: the design effect of clusters).
        """
        return self._replace(factor=1 + (self.factor - 1) * share)


CHANCE = Spread()
"""Of counts that vary no more than chance makes them."""


def larger(*spreads: Spread) -> Spread:
    """The one with the largest φ; of equals the first."""
    return max(spreads, key=lambda spread: spread.factor)


def spread_over_days(entered: Ints, converted: Ints, weekday: Ints, side: Ints | None = None) -> Spread:
    """φ of days that follow each other, without or with conversions, and of their weeks, whichever is larger.

    All are of one length. Days are held against the rate of their weekday (0 … 6); fewer than LEAST_DAYS_BY_WEEKDAY
    against that of all. Weeks are seven days each, counted from the last day back, and take LEAST_WEEKS. Where a rate
    changed, `side` numbers the stretches before and after it: each is held against its own rate, for else the change
    would count as restlessness.
    """
    sides = np.zeros(len(entered), np.int64) if side is None else side
    return larger(*map(_at_least_chance, days_and_weeks(entered, converted, weekday, sides)))


def steadier_spread(entered: Ints, converted: Ints, weekday: Ints, side: Ints) -> Spread:
    """The same φ, for a test that has to be very sure: of days and weeks together.

    The larger one of a handful of weeks would leave room for any surprise. Only where they vary more than their days
    explain (F, 5 %), they are all there is.
    """
    days, weeks = days_and_weeks(entered, converted, weekday, side)
    if CHANCE in (days, weeks):
        return _at_least_chance(days)
    if f_tail(weeks.factor / max(1.0, days.factor), int(weeks.degrees), days.degrees) <= RESTLESS_WEEKS:
        return _at_least_chance(weeks)
    degrees = days.degrees + weeks.degrees
    return _at_least_chance(Spread((days.factor * days.degrees + weeks.factor * weeks.degrees) / degrees, degrees))


def days_and_weeks(entered: Ints, converted: Ints, weekday: Ints, side: Ints) -> tuple[Spread, Spread]:
    """φ of the days and of the weeks, which may be below 1."""
    # A week with a change in it is two parts of one.
    part = (np.arange(len(entered)) - len(entered)) // 7 * (int(side.max(initial=0)) + 1) + side
    parts, place = np.unique(part, return_inverse=True)
    n, x = (np.bincount(place, counts, len(parts)).astype(np.int64) for counts in (entered, converted))
    side_of = np.zeros(len(parts), np.int64)
    side_of[place] = side
    return _of_days(entered, converted, weekday, side), _of_weeks(n, x, side_of)


def spread_of_days(entered: Ints, converted: Ints, weekday: Ints, side: Ints) -> Spread:
    """The part of `spread_over_days` that is from days."""
    return _at_least_chance(_of_days(entered, converted, weekday, side))


def spread_of_weeks(entered: Ints, converted: Ints, side: Ints | None = None) -> Spread:
    """φ of weekly cohorts, from LEAST_WEEKS on; `side` numbers those that have a rate of their own together."""
    sides = np.zeros(len(entered), np.int64) if side is None else side
    return _at_least_chance(_of_weeks(entered, converted, sides))


def spread_between_groups(entered: Ints, converted: Ints, side: Ints | None = None) -> Spread:
    """φ of groups that share their days, both (groups, days): what is left after the rate of each group and each day.

    What moves all groups of a day together cancels where they are compared with each other. 1 under
    LEAST_DAYS_OF_GROUPS. Days are clusters, as in Rao and Scott (1984). Where the groups changed, `side` numbers the
    stretches of days: in each the groups have rates of their own.
    """
    days = entered.sum(axis=0) > 0
    if np.count_nonzero(days) < LEAST_DAYS_OF_GROUPS:
        return CHANCE
    squares, degrees = 0.0, 0
    for number in [0] if side is None else np.unique(side[days]):
        stretch = days if side is None else days & (side == number)
        groups = entered[:, stretch].sum(axis=1) > 0
        n, x = (counts[np.ix_(groups, stretch)].astype(float) for counts in (entered, converted))
        if len(n) > 1:
            squares += _squares(n, x, _both_effects(n, x))
            degrees += int(np.count_nonzero(n)) - sum(n.shape) + 1
    return _at_least_chance(_of_squares(squares, degrees))


def spread_of_volume(counts: Ints, weekday: Ints, side: Ints) -> Spread:
    """φ of how many come a day, around the mean of its weekday times what its side has more or less than that.

    Of counts that would be Poisson's; φ · mean is the variance of quasi-Poisson regression.
    """
    expected = _fitted(counts, np.ones(len(counts)), weekday, side)
    squares = np.divide((counts - expected) ** 2, expected, out=np.zeros(len(counts)), where=expected > 1e-9)
    degrees = len(counts) - len(np.unique(weekday)) - len(np.unique(side)) + 1
    return _at_least_chance(_of_squares(float(squares.sum()), degrees))


def spread_of_shares(counts: Ints, side: Ints) -> Spread:
    """φ of how those who come on a day are spread over groups, (groups, days), around the shares on their side.

    Pearson's X² of the table of groups by days ÷ degrees of freedom.
    """
    squares, degrees = 0.0, 0
    for number in np.unique(side):
        table = counts[:, side == number].astype(float)
        table = table[np.ix_(table.sum(axis=1) > 0, table.sum(axis=0) > 0)]
        if table.size:
            expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / table.sum()
            squares += float(((table - expected) ** 2 / expected).sum())
            degrees += (table.shape[0] - 1) * (table.shape[1] - 1)
    return _at_least_chance(_of_squares(squares, degrees))


def _of_days(entered: Ints, converted: Ints, weekday: Ints, side: Ints) -> Spread:
    by_weekday = weekday if np.count_nonzero(entered) >= LEAST_DAYS_BY_WEEKDAY else np.zeros_like(weekday)
    return _spread(entered, converted, by_weekday, side)


def _of_weeks(entered: Ints, converted: Ints, side: Ints) -> Spread:
    if np.count_nonzero(entered) < LEAST_WEEKS:
        return CHANCE
    return _spread(entered, converted, np.zeros(len(entered), np.int64), side)


def _spread(entered: Ints, converted: Ints, stratum: Ints, side: Ints) -> Spread:
    """Around the rate of each stratum, times what each side has more or less than that."""
    n, x, s, at = (counts[entered > 0] for counts in (entered, converted, stratum, side))
    if not len(n):
        return CHANCE
    expected = np.minimum(n, _fitted(x, n.astype(float), s, at))
    return _of_squares(_squares(n, x, expected), len(n) - len(np.unique(s)) - len(np.unique(at)) + 1)


def _fitted(x: Ints, exposure: Floats, stratum: Ints, side: Ints) -> Floats:
    """Exposure · a (of the stratum) · b (of the side), with the sums of x of every stratum and side.

    As `_both_effects`, of days of which no two have the same stratum and side, or several.
    """
    groups = [group for group in (stratum, side) if (group != group[0]).any()] or [side]
    expected = exposure
    for _ in range(_ROUNDS if len(groups) > 1 else 1):
        last = expected
        for group in groups:
            expected = expected * _ratio(x, expected, group)
        if float(np.abs(expected - last).max()) <= _CLOSE * float(expected.max()):
            break
    return expected


def _ratio(x: Ints, n: Ints | Floats, group: Ints) -> Floats:
    """Σ x ÷ Σ n of each place's group."""
    over, under = (np.bincount(group, counts) for counts in (x, n))
    ratios: Floats = np.divide(over, under, out=np.zeros(len(over)), where=under > 0)
    return ratios[group]


def _both_effects(n: Floats, x: Floats) -> Floats:
    """n · a (of the group) · b (of the day) with the conversions of every group and day, by proportional fitting.

    Deming and Stephan (1940).
    """
    expected = n * (x.sum() / n.sum())
    for _ in range(_ROUNDS):
        for axis in (0, 1):
            was, should = expected.sum(axis=axis, keepdims=True), x.sum(axis=axis, keepdims=True)
            expected = expected * np.divide(should, was, out=np.zeros_like(was), where=was > 0)
    fitted: Floats = np.minimum(n, expected)
    return fitted


def _squares(n: Ints | Floats, x: Ints | Floats, expected: Floats) -> float:
    """Pearson's X²; a count that cannot vary adds nothing."""
    variance = np.where(n > 0, expected * (1 - expected / np.maximum(n, 1)), 0.0)
    squares = np.divide((x - expected) ** 2, variance, out=np.zeros(n.shape), where=variance > 1e-9)
    return float(squares.sum())


def _of_squares(squares: float, degrees: int) -> Spread:
    """X² ÷ degrees of freedom."""
    return Spread(squares / degrees, degrees) if degrees > 0 else CHANCE


def _at_least_chance(spread: Spread) -> Spread:
    return spread if spread.factor > 1 else CHANCE
