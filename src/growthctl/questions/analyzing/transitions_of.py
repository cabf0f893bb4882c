"""The transitions of a funnel as the diagnosis reads them: their counts, day by day, targets and capacities."""

from __future__ import annotations

from collections.abc import Sequence

from growthctl.clock import utc_offset
from growthctl.diagnosis.bottleneck.capacity import working_days
from growthctl.diagnosis.days import Days
from growthctl.diagnosis.transitions import StageCapacity, Transition
from growthctl.kernel.journeys import Journeys
from growthctl.kernel.tally.day_cohorts import day_cohorts
from growthctl.kernel.tally.stage_counts import Counts
from growthctl.kernel.tally.sums import total
from growthctl.kernel.tally.weekdays import Weekdays
from growthctl.questions.ask import FunnelLog
from growthctl.stats.proportions import Proportion


def transitions_of(log: FunnelLog, counts: Counts, journeys: Sequence[Journeys]) -> list[Transition]:
    """The transitions between required stages."""
    funnel, plan = log.rows, log.plan
    by_day = day_cohorts(journeys, counts.ripeness, funnel.timezone, log.range.until)
    offset = utc_offset(log.as_of, funnel.timezone)
    transitions = []
    for stage, cohorts in zip(plan.required[1:], by_day, strict=True):
        declared, counted = funnel.stages[stage], counts.stages[stage]
        days = Days(cohorts.start, cohorts.entered, cohorts.converted, offset)
        transitions.append(
            Transition(
                stage=declared.name,
                from_stage=funnel.stages[plan.anchor(stage)].name,
                owner=declared.owner,
                kind=declared.kind,
                ripe=Proportion(counted.ripe_before, counted.ripe),
                target=declared.target,
                cohorts=days,
                observed=bool(log.stages_seen >> stage & 1),
                capacity=_capacity(log, journeys, stage),
                is_young=not days.are_three_weeks or counts.ripeness.sources[stage] == "unknown",
            )
        )
    return transitions


def _capacity(log: FunnelLog, journeys: Sequence[Journeys], stage: int) -> StageCapacity | None:
    declared = log.funnel.stages[stage].capacity
    if declared is None:
        return None
    reached = total(lambda part: Weekdays.of(part.time[stage], log.funnel.timezone), journeys)
    return StageCapacity(declared.per_day, working_days(reached.counts, reached.days))
