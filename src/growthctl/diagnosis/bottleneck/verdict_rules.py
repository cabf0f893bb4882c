"""The rules that turn assessments into a verdict, and how much more data a missing verdict needs."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, inf, isfinite
from typing import NamedTuple

import numpy as np

from growthctl.diagnosis.bottleneck.assessment import Assessment
from growthctl.diagnosis.bottleneck.posterior import Posterior
from growthctl.diagnosis.codes import CONFIRMED_GAP, CONFIRMED_WIDEST, Unresolvable, Verdict
from growthctl.stats.arrays import Floats

TIE_WIDEST = 0.90
SUSPECT_GAP, SUSPECT_WIDEST = 0.90, 0.65
ON_PAR_SURE = 0.90
ON_PAR_POSSIBLE = 0.5
LEAST_CONVERSIONS, LEAST_SHARE = 1.0, 0.02

Z_80 = 0.8416
Z_95 = 1.645
MOST_TIMES_THE_DATA = 25
MOST_DAYS = 90


class MoreData(NamedTuple):
    """What an even chance of a verdict takes: entrants of the lead and days, or why it is hopeless."""

    entrants: int | None
    days: int | None
    unresolvable: Unresolvable | None


def decide(candidates: Sequence[Assessment], final_conversions: float) -> Verdict:
    """Judge the candidates: assessments with a reference, widest expected recovery first.

    "None below" comes first: rates that are all on par have no bottleneck, however sure a gap of a few percent is. A
    transition that nobody entered yet is never on par. Only a promised rate confirms, and only after three weeks; two
    leaders of which the first is held against less are suspects together.
    """
    measured = [assessment for assessment in candidates if assessment.recoverable]
    if not measured:
        return "cannot_tell"
    lead = measured[0]
    if all((assessment.probability_on_par or 0.0) >= ON_PAR_SURE for assessment in candidates):
        return "none_below_reference"
    if _confirmed(lead, final_conversions):
        return "confirmed"
    if len(measured) > 1 and tied(lead, measured[1]):
        return "tie" if _can_confirm(lead) else "suspect"
    if _sure(lead, SUSPECT_GAP, SUSPECT_WIDEST):
        return "suspect"
    return "cannot_tell"


def more_data(posterior: Posterior, columns: Sequence[int], entered: int, entrants_per_day: float) -> MoreData:
    """How much longer to wait, from how clearly the draws separate.

    `columns` are those of the lead and, if there is one, the second, `entered` the ripe entities of the lead,
    `entrants_per_day` how many more enter it each day. The factor on the data is the larger of
    (2 · 0.8416 · sd(D) / E[D])² and ((1.645 + 0.8416) · sd(g) / E[g])², D being the distance in recovery
    to the second and g the gap of the lead: spreads shrink with the root of the data.
    """
    lead = columns[0]
    gap = posterior.references[lead] - posterior.rates[:, lead]
    if gap.mean() <= 0:
        return MoreData(None, None, "no_gap_seen")
    distance = posterior.recoverable[:, lead]
    for second in columns[1:]:
        distance = distance - posterior.recoverable[:, second]
    factor = max((2 * Z_80 * _spread(distance)) ** 2, ((Z_95 + Z_80) * _spread(gap)) ** 2)
    if not isfinite(factor):
        return MoreData(None, None, "over_25_times_the_data")
    entrants = max(1, ceil((factor - 1) * entered))
    days = ceil(entrants / entrants_per_day) if entrants_per_day > 0 else None
    hopeless: Unresolvable | None = None
    if factor > MOST_TIMES_THE_DATA:
        hopeless = "over_25_times_the_data"
    elif days is None or days > MOST_DAYS:
        hopeless = "over_90_days"
    return MoreData(entrants, days, hopeless)


def _sure(assessment: Assessment, gap: float, widest: float) -> bool:
    return (assessment.probability_gap or 0.0) >= gap and (assessment.probability_widest or 0.0) >= widest


def _confirmed(lead: Assessment, final_conversions: float) -> bool:
    large = max(LEAST_CONVERSIONS, LEAST_SHARE * final_conversions)
    worth_it = lead.recoverable is not None and lead.recoverable.mean >= large
    # A gap that may well be one of a few percent is sure and still no finding.
    real = (lead.probability_on_par or 0.0) < ON_PAR_POSSIBLE
    return _can_confirm(lead) and worth_it and real and _sure(lead, CONFIRMED_GAP, CONFIRMED_WIDEST)


def _can_confirm(lead: Assessment) -> bool:
    reference = lead.transition.reference
    return reference is not None and reference.is_promise and not lead.transition.is_young


def tied(lead: Assessment, second: Assessment) -> bool:
    """Both gaps sure, one of the two surely the widest, and neither surely it alone."""
    widest = [assessment.probability_widest or 0.0 for assessment in (lead, second)]
    return (
        max(widest) < CONFIRMED_WIDEST
        and sum(widest) >= TIE_WIDEST
        and all(_sure(assessment, CONFIRMED_GAP, 0.0) for assessment in (lead, second))
    )


def _spread(draws: Floats) -> float:
    """Standard deviation ÷ mean; infinite where the mean is not above zero."""
    mean = float(draws.mean())
    return float(np.std(draws)) / mean if mean > 0 else inf
