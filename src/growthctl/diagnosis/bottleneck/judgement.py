"""What to think of each transition, in one word."""

from __future__ import annotations

from growthctl.diagnosis.bottleneck.assessment import Assessment
from growthctl.diagnosis.bottleneck.verdict_rules import ON_PAR_SURE
from growthctl.diagnosis.codes import Judgement
from growthctl.diagnosis.small_samples import small_sample
from growthctl.stats.count_ratio import CountRatio

SURELY_BELOW, PERHAPS_BELOW = 0.95, 0.80


def judgement(assessment: Assessment) -> Judgement:
    """Of a transition whose rate has not changed: how it stands against its reference.

    Surely below is only what is below a promised rate with 95 %, and not within a twentieth of it with 90 %.
    """
    transition = assessment.transition
    reference, rate = transition.reference, transition.judged.rate
    if reference is None:
        return "no_target"
    if rate is None or small_sample(transition.judged.converted, transition.judged.entered):
        return "too_few"
    if rate >= reference.rate:
        return "at_target"
    below, on_par = assessment.probability_gap or 0.0, assessment.probability_on_par or 0.0
    if reference.is_promise and below >= SURELY_BELOW and on_par < ON_PAR_SURE:
        return "below_target"
    if below >= PERHAPS_BELOW:
        return "maybe_below"
    return "close_to_target"


def judgement_of_ratio(ratio: CountRatio, wanted: float | None) -> Judgement:
    """Of a ratio of counts: nobody was followed, so that it is never surely below."""
    if wanted is None:
        return "no_target"
    below = ratio.probability_below(wanted)
    if ratio.ratio is None or below is None or small_sample(ratio.came, ratio.counted):
        return "too_few"
    if ratio.ratio >= wanted:
        return "at_target"
    return "maybe_below" if below >= PERHAPS_BELOW else "close_to_target"
