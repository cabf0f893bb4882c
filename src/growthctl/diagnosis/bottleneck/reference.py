"""What a transition is compared with: its target, else its own history, else its best segment."""

from __future__ import annotations

from collections.abc import Sequence
from math import log, sqrt
from typing import NamedTuple

import numpy as np

from growthctl.diagnosis.bottleneck.targets import against_history
from growthctl.diagnosis.segments import TestedSplit, differs
from growthctl.diagnosis.small_samples import SMALL_ENTERED
from growthctl.diagnosis.transitions import Present, Reference, SegmentValues, Transition
from growthctl.stats.empirical_bayes import shrunk
from growthctl.stats.multitest import q_values
from growthctl.stats.proportions import NOBODY, Proportion
from growthctl.stats.tails import two_sided

LAST_WEEKS = 2
FEWEST_WEEKS = 8
HISTORY_QUANTILE = 0.75
LEAST_SHARE, LEAST_ENTERED = 0.10, 100


class ReferenceRules(NamedTuple):
    """Where references come from when a stage has no target."""

    history: int = FEWEST_WEEKS
    """Of how many weeks before the last two; 0 for none."""
    segment: bool = True


def with_references(
    transitions: Sequence[Transition], splits: Sequence[TestedSplit], rules: ReferenceRules
) -> list[Transition]:
    """Each transition with the first that exists of target, history and best segment.

    Held against its history, only the last two weeks of a transition count, which are no part of that history. All
    stages held against one count as tests (Benjamini and Hochberg). A rate that changed for good and has no target is
    held against what it was before.
    """
    predictions = [_prediction(transition, rules.history) for transition in transitions]
    q = iter(q_values([each.probability for each in predictions if each is not None]))
    result = []
    for transition, prediction in zip(transitions, predictions, strict=True):
        if prediction is not None:
            result.append(_held_against_history(transition, prediction, 1 - next(q)))
        elif transition.target is None and transition.usual and transition.now and transition.usual.rate:
            before = Reference(transition.usual.rate, "history")
            result.append(transition._replace(reference=before, usual=None))
        elif transition.target is not None:
            doubted = against_history(transition.target, transition.steady.weeks, transition.spread) is not None
            result.append(transition._replace(reference=Reference(transition.target, "target", doubted=doubted)))
        else:
            own = [each for each in splits if each.split.stage == transition.stage] if rules.segment else []
            result.append(transition._replace(reference=segment_reference(own)))
    return result


class Prediction(NamedTuple):
    """What the weeks before the last two foretell of these."""

    rate: float
    """The 75th percentile of their rates."""
    weeks: int
    last: Proportion
    """The last two weeks."""
    probability: float
    """Of a rate as low as that of the last two, going by the weeks before."""


def prediction(weeks: Sequence[Proportion], most: int) -> Prediction | None:
    """What at least FEWEST_WEEKS, at most `most` weeks of 30 entities or more foretell of the last two.

    The reference is their 75th percentile, each shrunk (linear between the two nearest rates: definition 7 of Hyndman
    and Fan 1996). None with fewer weeks, and where nobody converted in any.
    """
    before = [week for week in weeks[:-LAST_WEEKS] if week.entered >= SMALL_ENTERED][-most:] if most else []
    last = sum(weeks[-LAST_WEEKS:], NOBODY)
    if len(before) < FEWEST_WEEKS or not last.entered:
        return None
    rate = float(np.interp(HISTORY_QUANTILE * (len(before) - 1), range(len(before)), sorted(shrunk(before))))
    return Prediction(rate, len(before), last, _as_low(before, last)) if rate > 0 else None


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


def _prediction(transition: Transition, most: int) -> Prediction | None:
    if transition.target is not None or (transition.usual is not None and transition.now is not None):
        return None
    return prediction(transition.cohorts.weeks, most)


def _held_against_history(transition: Transition, held: Prediction, below: float) -> Transition:
    reference = Reference(held.rate, "history", weeks=held.weeks, below=below)
    since_at = transition.cohorts.at(transition.cohorts.length - 7 * LAST_WEEKS)
    return transition._replace(reference=reference, usual=None, now=Present(since_at, held.last))


def _as_low(weeks: Sequence[Proportion], last: Proportion) -> float:
    """P(a rate as low as that of `last`), one-sided, from the t-prediction interval of a random-effects mean.

    On the log-odds, with the moments of DerSimonian and Laird (1986) for the variance between weeks; t of weeks − 2
    degrees of freedom (Higgins, Thompson and Spiegelhalter 2009).
    """
    effects, variances = np.array([_log_odds(week) for week in weeks]).T
    weights = 1 / variances
    mean = (weights * effects).sum() / weights.sum()
    q = (weights * (effects - mean) ** 2).sum()
    between = max(0.0, (q - len(weeks) + 1) / (weights.sum() - (weights**2).sum() / weights.sum()))
    weights = 1 / (variances + between)
    mean = (weights * effects).sum() / weights.sum()
    effect, variance = _log_odds(last)
    t = float(effect - mean) / sqrt(between + 1 / float(weights.sum()) + variance)
    half = two_sided(t, len(weeks) - 2) / 2
    return half if t < 0 else 1 - half


def _log_odds(counts: Proportion) -> tuple[float, float]:
    """ln odds and its variance, with half a count more of each (Haldane 1956)."""
    converted, dropped = counts.converted + 0.5, counts.dropped + 0.5
    return log(converted / dropped), 1 / converted + 1 / dropped
