"""Targets that contradict history, or each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import log, prod
from typing import Literal, NamedTuple

from growthctl.diagnosis.bottleneck.posterior import PRIOR_COEFFICIENT
from growthctl.diagnosis.small_samples import SMALL_ENTERED
from growthctl.diagnosis.transitions import Transition
from growthctl.errors import Notice
from growthctl.funnel.sections.model import Funnel
from growthctl.stats.proportions import Interval, Proportion
from growthctl.stats.spread import CHANCE, Spread

FEWEST_WEEKS = 6
LEVEL = 0.95
FAR = 2 * PRIOR_COEFFICIENT
TOLERANCE = 0.10


class OutOfReach(NamedTuple):
    """A target that all history speaks against."""

    side: Literal["above", "below"]
    plausible: Interval
    """From the lowest to the highest that its weeks allow."""
    weeks: int
    """How many these are."""


def against_history(target: float, weeks: Sequence[Proportion], spread: Spread = CHANCE) -> OutOfReach | None:
    """How a target contradicts all weeks, of which it takes six of 30 entities or more.

    What a week allows is its Wilson interval, at a level so high that with 95 % all weeks together lie in theirs
    (Šidák 1967). Below is a target under the lowest such bound: every week has surely beaten it. Ambition is no
    contradiction, so above begins 0.8 in log-odds over the highest bound: twice the spread that the belief in
    targets grants them.
    """
    informative = [week for week in weeks if week.entered >= SMALL_ENTERED]
    if len(informative) < FEWEST_WEEKS:
        return None
    level = LEVEL ** (1 / len(informative))
    bounds = [interval for week in informative if (interval := week.wilson(spread, level))]
    plausible = Interval(min(each.low for each in bounds), max(each.high for each in bounds))
    if target < plausible.low:
        return OutOfReach("below", plausible, len(informative))
    if plausible.high < 1 and _log_odds(target) - _log_odds(plausible.high) > FAR:
        return OutOfReach("above", plausible, len(informative))
    return None


class TargetConflict(NamedTuple):
    """What the targets of the stages multiply to, and whether every transition has one."""

    product: float
    complete: bool


def against_overall(overall: float, targets: Sequence[float | None]) -> TargetConflict | None:
    """How the target of the whole funnel contradicts those of its transitions.

    It does where it is more than a tenth (what rounding may make) above their product, those without a target at
    100 %; and, where all have one, as far below it.
    """
    product = prod(target for target in targets if target is not None)
    complete = all(target is not None for target in targets)
    too_high = overall > product * (1 + TOLERANCE)
    too_low = complete and overall < product * (1 - TOLERANCE)
    return TargetConflict(product, complete) if too_high or too_low else None


def target_notices(funnel: Funnel, transitions: Sequence[Transition]) -> Iterator[Notice]:
    """Where a target is far from all history, and where that of the funnel is at odds with those of its stages."""
    targets = [transition.target for transition in transitions]
    for transition, target in zip(transitions, targets, strict=True):
        contradiction = (
            against_history(target, transition.steady.weeks, transition.spread) if target is not None else None
        )
        if contradiction is not None:
            numbers = {
                "target": target,
                "low": contradiction.plausible.low,
                "high": contradiction.plausible.high,
                "weeks": contradiction.weeks,
            }
            yield Notice(f"target_{contradiction.side}_history", transition.stage, numbers)
    against = against_overall(funnel.target, targets) if funnel.target is not None else None
    if against is not None:
        numbers = {"target": funnel.target, "product": against.product, "complete": against.complete}
        yield Notice("targets_at_odds", numbers=numbers)


def _log_odds(rate: float) -> float:
    return log(rate / (1 - rate)) if rate < 1 else float("inf")
