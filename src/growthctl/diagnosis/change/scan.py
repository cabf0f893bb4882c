"""Where a rate is another one for a stretch of days than at all other times.

A scan statistic (Kulldorff 1997): of all stretches the one that stands out most, judged by how many there are. What is
usual comes from the days outside the stretch alone, and how restless days and weeks are from both, each around its own
rate; the change would else hide itself.
"""

from __future__ import annotations

from math import inf, log, sqrt
from typing import Literal, NamedTuple

import numpy as np

from growthctl.diagnosis.days import Days
from growthctl.stats.arrays import Bools, Floats, Ints
from growthctl.stats.spread import LEAST_DAYS_BY_WEEKDAY, Spread, larger, steadier_spread
from growthctl.stats.tails import two_sided

Direction = Literal["fell", "rose"]

LEAST_DAYS = 21
"""In less than three weeks a weekend cannot be told from a fall."""
LARGEST_RATIO = 0.8
LEAST_BEFORE = 10
BY_CHANCE: dict[Direction, float] = {"fell": 0.003, "rose": 0.0003}
OVER_BY_CHANCE = 0.001
"""Of a stretch that is over: it is asked for less, and there are many more of them."""
MOST_STEPS = 128
WEEKLY_SD, WEEKLY_SD_UNKNOWN = 0.04, 0.1
"""By how much of the rate weeks are taken to wobble at least, where LEAST_WEEKS_OUTSIDE tell it, and where fewer do."""
LEAST_WEEKS_OUTSIDE = 4
SHORT = 7
AS_CLEAR = 4.0
"""By how much the deviance ÷ φ of a stretch that is over has to exceed that of one that lasts."""


class Stretch(NamedTuple):
    """Days [since, until) with another rate than all others."""

    since: int
    until: int
    lasts: bool
    """Does it reach the last day?"""
    usual: float
    """How many conversions there would have been, going by the same weekdays at other times."""
    statistic: float
    """By how many standard errors, φ included, it stands out."""
    probability: float
    """Of any such stretch by chance."""

    def inside(self, days: int) -> Bools:
        """Which of so many days are in it."""
        at = np.arange(days)
        inside: Bools = (at >= self.since) & (at < self.until)
        return inside


def clearest_stretch(days: Days, direction: Direction, looks: int = 1) -> Stretch | None:
    """The stretch that stands out most in a direction; None where the rate is steady.

    It has a probability of BY_CHANCE at most (OVER_BY_CHANCE if it is over), multiplied by the stretches that fit into
    the log and by `looks`, the series looked at, and is LARGEST_RATIO of what is usual and of what was before it (for a
    rise the other way round). Where one that lasts to the last day is as clear, that one. Of more than MOST_STEPS days,
    weeks are looked at, as many at a time as it takes.
    """
    length = days.length
    if length < LEAST_DAYS:
        return None
    size = 1 if length <= MOST_STEPS else 7 * -(-length // (7 * MOST_STEPS))
    # Counted from the last day back, so that the first step may be shorter.
    boundaries = np.unique(np.concatenate([[0], np.arange(length, 0, -size)]))
    since, until = _candidates(days, boundaries, direction)
    usual, scores = _scores(days, since, until, direction, by_weekday=size == 1)
    if not (scores > 0).any():
        return None
    best, lasting = int(scores.argmax()), int(np.where(until == length, scores, 0.0).argmax())
    steps = len(boundaries) - 1
    # Stretches overlap: so many tests are as good as all of them (by simulation, for 28 to 128 steps of normal noise).
    tests = looks * steps * (1 + log(steps))

    def judged(at: int) -> tuple[Stretch, Spread]:
        stretch = Stretch(int(since[at]), int(until[at]), bool(until[at] == length), float(usual[at]), 0.0, 1.0)
        inside = stretch.inside(length)
        spread = steadier_spread(days.entered, days.converted, days.weekdays, inside.astype(np.int64))
        # Where few weeks are known they may happen to be alike.
        deviation = abs(stretch.usual - days.of(inside).converted)
        days_inside = stretch.until - stretch.since
        known = days_inside < SHORT or length - days_inside >= 7 * LEAST_WEEKS_OUTSIDE
        wobble = (WEEKLY_SD if known else WEEKLY_SD_UNKNOWN) * stretch.usual
        # What does not deviate at all is no change, however steady the days.
        weeks = Spread(1 + (float(scores[at]) * wobble / deviation) ** 2 if deviation else inf)
        widest = larger(spread, weeks)
        statistic = float(scores[at]) / sqrt(widest.factor)
        probability = min(1.0, tests * two_sided(statistic, widest.degrees) / 2)
        if days_inside < SHORT and not _unlike_other_days(days, inside, float(scores[at])):
            probability = 1.0
        return stretch._replace(statistic=statistic, probability=probability), spread

    clearest, spread = judged(best)
    candidates = [clearest]
    if scores[lasting] ** 2 >= scores[best] ** 2 - AS_CLEAR * spread.factor:
        candidates.insert(0, judged(lasting)[0])
    return next((each for each in candidates if each.probability <= _most(each, direction)), None)


def _most(stretch: Stretch, direction: Direction) -> float:
    return BY_CHANCE[direction] if stretch.lasts else min(OVER_BY_CHANCE, BY_CHANCE[direction])


def alarm_day(days: Days, stretch: Stretch, direction: Direction, looks: int = 1) -> int:
    """The first day before which the log would have told of the stretch already.

    Those in it were chosen for standing out, so that their rate is further from the usual one than what follows; days
    from the alarm on were not.
    """
    for until in range(max(stretch.since + 1, LEAST_DAYS), stretch.until):
        early = clearest_stretch(days.until(days.at(until)), direction, looks)
        if early is not None and early.lasts and early.until > stretch.since:
            return until
    return stretch.until


def _unlike_other_days(days: Days, inside: Bools, score: float) -> bool:
    """Does a day of a short stretch on average deviate by more than any other day does?

    Days may have bad luck of their own more often than a normal distribution has it.
    """
    others = days.only(~inside)
    expected = others.entered * others.rates_of(days.weekdays)
    variance = expected * (1 - np.divide(expected, others.entered, out=np.zeros(days.length), where=others.entered > 0))
    known = variance > 0
    deviations = np.abs(others.converted - expected)[known] / np.sqrt(variance[known])
    length = int(inside.sum())
    return score / sqrt(length) > (1 + 0.5 / length) * float(deviations.max(initial=0.0))


def _candidates(days: Days, boundaries: Ints, direction: Direction) -> tuple[Ints, Ints]:
    """(since, until) of the stretches between boundaries that differ enough from what was before them."""
    entered, converted = (
        np.concatenate([[0], np.cumsum(counts)])[boundaries] for counts in (days.entered, days.converted)
    )
    n, x = (counts[np.newaxis, :] - counts[:, np.newaxis] for counts in (entered, converted))
    before = n * _ratio(converted, entered, otherwise=0.0)[:, np.newaxis]
    less, more = (x.astype(float), before) if direction == "fell" else (before, x.astype(float))
    chosen = (converted >= LEAST_BEFORE)[:, np.newaxis] & (n > 0) & (less <= LARGEST_RATIO * more)
    since, until = (boundaries[place] for place in np.nonzero(np.triu(chosen, 1)))
    # What is over and took most of the log is what is usual there.
    brief = (until == boundaries[-1]) | (2 * (until - since) <= boundaries[-1])
    return since[brief], until[brief]


def _scores(days: Days, since: Ints, until: Ints, direction: Direction, *, by_weekday: bool) -> tuple[Floats, Floats]:
    """Of each stretch the usual conversions, and by how many binomial standard errors it stands out; 0 where it does
    not differ enough.
    """
    enough = int(np.count_nonzero(days.entered)) >= LEAST_DAYS_BY_WEEKDAY
    stratum = days.weekdays if by_weekday and enough else np.zeros(len(days.entered), np.int64)
    (n, outside_n), (x, outside_x) = (
        _inside_and_outside(counts, stratum, since, until) for counts in (days.entered, days.converted)
    )
    of_all = _ratio(outside_x.sum(axis=0), outside_n.sum(axis=0), otherwise=0.0)
    usual = (n * _ratio(outside_x, outside_n, otherwise=of_all)).sum(axis=0)
    # Half a conversion more and less, so that a rate of 0 or 1 does not seem certain.
    cautious = (outside_x + 0.5) / (outside_n + 1)
    variance = (n * cautious * (1 - cautious) * (1 + n / np.maximum(outside_n, 1))).sum(axis=0)
    entered, converted = n.sum(axis=0), x.sum(axis=0)
    # The root of the deviance, which small counts follow better than the deviation; what is usual is an estimate too.
    expected = np.clip(usual, 0.5, np.maximum(0.5, entered - 0.5))
    deviance = 2 * (_entropy(converted, expected) + _entropy(entered - converted, entered - expected))
    certain = expected * (1 - expected / entered) / variance
    scores: Floats = np.where(
        _is_far(_ratio(converted, usual, otherwise=1.0), direction),
        np.sqrt(np.maximum(deviance * np.minimum(certain, 1), 0)),
        0,
    )
    return usual, scores


def _is_far(ratio: Floats, direction: Direction) -> Bools:
    far: Bools = ratio <= LARGEST_RATIO if direction == "fell" else ratio >= 1 / LARGEST_RATIO
    return far


def _entropy(count: Ints | Floats, expected: Floats) -> Floats:
    """count · ln(count ÷ expected), 0 for none."""
    entropy: Floats = np.asarray(count, float) * np.log(np.maximum(count, 1) / np.maximum(expected, 1e-9))
    return entropy


def _inside_and_outside(counts: Ints, stratum: Ints, since: Ints, until: Ints) -> tuple[Ints, Ints]:
    """(strata, stretches): the sums inside and outside of each stretch."""
    table = np.zeros((int(stratum.max(initial=0)) + 1, len(counts) + 1), np.int64)
    table[stratum, np.arange(1, len(counts) + 1)] = counts
    before = np.cumsum(table, axis=1)
    inside: Ints = before[:, until] - before[:, since]
    return inside, before[:, -1:] - inside


def _ratio(over: Ints, under: Ints | Floats, otherwise: Floats | float) -> Floats:
    """`over` ÷ `under`, and `otherwise` where that is over nothing."""
    start = np.broadcast_to(np.asarray(otherwise, dtype=float), over.shape).copy()
    ratio: Floats = np.divide(over, under, out=start, where=under > 0)
    return ratio
