"""What a transition without a target is compared with: its own history, else its best segment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np

from growthctl.diagnosis.counts import Reference, Segment
from growthctl.diagnosis.multiple import benjamini_hochberg
from growthctl.diagnosis.ripe import SMALL_ENTERED
from growthctl.diagnosis.shrink import shrunk

FEWEST_WEEKS = 6
HISTORY_QUANTILE = 0.75
LEAST_SHARE, LEAST_ENTERED = 0.10, 100
REAL = 0.05
LEAST_EXPECTED = 5


def told_weeks(weeks: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The weeks whose rate says something: those of 30 entities or more."""
    return [week for week in weeks if week[0] >= SMALL_ENTERED]


def history_reference(weeks: Sequence[tuple[int, int]], most: int) -> Reference | None:
    """The 75th percentile of the last weeks, at most `most` of 30 entities or more, each shrunk.

    `weeks` are (entered, converted), in order. Linear between the two nearest rates (definition 7 of Hyndman and Fan
    1996). None with fewer than six weeks, and where nobody converted in any.
    """
    last = told_weeks(weeks)[-most:] if most else []
    if len(last) < FEWEST_WEEKS:
        return None
    rate = float(np.interp(HISTORY_QUANTILE * (len(last) - 1), range(len(last)), sorted(shrunk(last))))
    return Reference(rate, "history", weeks=len(last)) if rate > 0 else None


@dataclass(frozen=True)
class Split:
    """One transition by the segments of one property: (entered, converted) of the ripe, by value."""

    by: tuple[str, ...]
    segments: Sequence[tuple[tuple[object, ...], int, int]]

    @property
    def counts(self) -> list[tuple[int, int]]:
        """(entered, converted) of each segment that anybody entered."""
        return [(entered, converted) for _, entered, converted in self.segments if entered]


def segment_reference(splits: Sequence[Split]) -> Reference | None:
    """The shrunk rate of a transition's best segment, of those that hold a tenth of its entities and at least 100.

    Only of splits whose segments really differ: χ² test, Benjamini-Hochberg over the splits, q ≤ .05. Of two equally
    good segments the first counts. None where there is none, and where nobody converted in any.
    """
    real = benjamini_hochberg([heterogeneity(split.counts) for split in splits], REAL)
    best: Reference | None = None
    for split in compress(splits, real):
        whole = sum(entered for entered, _ in split.counts)
        rates = shrunk([(entered, converted) for _, entered, converted in split.segments])
        for (values, entered, _), rate in zip(split.segments, rates, strict=True):
            large = entered >= max(LEAST_ENTERED, LEAST_SHARE * whole)
            if large and rate > (best.rate if best else 0.0):
                best = Reference(rate, "segment", segment=Segment(split.by, values))
    return best


def heterogeneity(groups: Sequence[tuple[int, int]]) -> float:
    """The probability that chance alone makes groups of (entered, converted) differ so much: Pearson's χ² test.

    Groups for which the test expects fewer than five conversions, or five others, are counted together (Cochran
    1954). 1 where fewer than two groups are left, and where nobody or everybody converted.
    """
    entered, converted = (sum(column) for column in zip(*groups, strict=True)) if groups else (0, 0)
    if converted in (0, entered):
        return 1.0
    rate = converted / entered
    least = LEAST_EXPECTED / min(rate, 1 - rate)
    tested = [group for group in groups if group[0] >= least]
    small = [group for group in groups if group[0] < least]
    rest = (sum(n for n, _ in small), sum(x for _, x in small))
    if rest[0] >= least:
        tested.append(rest)
    if len(tested) < 2:
        return 1.0
    return _chi_square(tested)


def _chi_square(groups: Sequence[tuple[int, int]]) -> float:
    from scipy.special import chdtrc

    rate = sum(x for _, x in groups) / sum(n for n, _ in groups)
    if rate in (0.0, 1.0):
        return 1.0
    statistic = sum((x - n * rate) ** 2 / (n * rate * (1 - rate)) for n, x in groups)
    return float(chdtrc(len(groups) - 1, statistic))
