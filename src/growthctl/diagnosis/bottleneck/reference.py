"""What a transition without a target is compared with: its own history, else its best segment."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from growthctl.diagnosis.segments import TestedSplit, differs
from growthctl.diagnosis.small_samples import SMALL_ENTERED
from growthctl.diagnosis.transitions import Reference, SegmentValues
from growthctl.stats.empirical_bayes import shrunk
from growthctl.stats.proportions import Proportion

FEWEST_WEEKS = 6
HISTORY_QUANTILE = 0.75
LEAST_SHARE, LEAST_ENTERED = 0.10, 100


def informative_weeks(weeks: Sequence[Proportion]) -> list[Proportion]:
    """The weeks whose rate says something: those of 30 entities or more."""
    return [week for week in weeks if week.entered >= SMALL_ENTERED]


def history_reference(weeks: Sequence[Proportion], most: int) -> Reference | None:
    """The 75th percentile of the last weeks, at most `most` of 30 entities or more, each shrunk.

    `weeks` are in order. Linear between the two nearest rates (definition 7 of Hyndman and Fan
    1996). None with fewer than six weeks, and where nobody converted in any.
    """
    last = informative_weeks(weeks)[-most:] if most else []
    if len(last) < FEWEST_WEEKS:
        return None
    rate = float(np.interp(HISTORY_QUANTILE * (len(last) - 1), range(len(last)), sorted(shrunk(last))))
    return Reference(rate, "history", weeks=len(last)) if rate > 0 else None


def segment_reference(splits: Sequence[TestedSplit]) -> Reference | None:
    """The shrunk rate of a transition's best segment, of those that hold a tenth of its entities and at least 100.

    Only of splits whose segments differ by more than chance. Of two equally good segments the first counts. None where
    there is none, and where nobody converted in any.
    """
    best: Reference | None = None
    for split in (compared.split for compared in splits if differs(compared.q)):
        for part, rate in zip(split.parts, shrunk([part.ripe for part in split.parts]), strict=True):
            large = part.is_value and part.ripe.entered >= max(LEAST_ENTERED, LEAST_SHARE * split.total.entered)
            if large and rate > (best.rate if best else 0.0):
                best = Reference(rate, "segment", segment=SegmentValues(split.by, part.values))
    return best
