"""The funnel by phase: acquisition up to the signup, sales up to the payment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from growthctl.diagnosis.analysis import Diagnosis
from growthctl.diagnosis.transitions import Transition
from growthctl.funnel.sections.model import Funnel
from growthctl.kernel.plan import Plan
from growthctl.kernel.tally.stage_counts import Counts
from growthctl.report.stages import PhaseFacts
from growthctl.stats.proportions import Proportion


def phases(funnel: Funnel, plan: Plan, counted: Counts, diagnosis: Diagnosis) -> list[PhaseFacts]:
    """The phases in the order of the funnel; transitions to stages without one are in none."""
    shares = {assessment.transition.stage: assessment.share_of_shortfall for assessment in diagnosis.bottleneck.ranking}
    transition_to = {transition.stage: transition for transition in diagnosis.transitions}
    return list(_phases(funnel, plan, counted, shares, transition_to))


def _phases(
    funnel: Funnel,
    plan: Plan,
    counted: Counts,
    shares: dict[str, float | None],
    transition_to: dict[str, Transition],
) -> Iterator[PhaseFacts]:
    for phase, group in groupby(plan.required[1:], key=lambda position: funnel.stages[position].phase):
        positions = list(group)
        if phase is None:
            continue
        stages = [funnel.stages[position] for position in positions]
        start, goal = plan.anchor(positions[0]), positions[-1]
        entered, converted = counted.stages[start].ripe_throughout, counted.ripe_from(start, goal)
        transitions = [transition_to[stage.name] for stage in stages]
        spread = transitions[0].cohorts.through(transitions[-1].cohorts).spread()
        if plan.is_open:
            # Of days it is not known who of those that convert at the end were there at the start.
            spread = max((transition.spread for transition in transitions), key=lambda spread: spread.errors())
        interval = Proportion(entered, converted).wilson(spread)
        yield PhaseFacts(
            phase=phase,
            from_stage=funnel.stages[start].name,
            stage=funnel.stages[goal].name,
            owners=list(dict.fromkeys(stage.owner for stage in stages if stage.owner)),
            entered=entered,
            converted=converted,
            conversion_rate=converted / entered if entered else None,
            low=interval.low if interval else None,
            high=interval.high if interval else None,
            share_of_shortfall=_sum([shares.get(stage.name) for stage in stages]),
        )


def _sum(shares: Sequence[float | None]) -> float | None:
    """Of the known ones; a sum of parts may exceed 1 by a rounding error."""
    known = [share for share in shares if share is not None]
    return min(1.0, sum(known)) if known else None
