"""The transitions of a funnel as the diagnosis reads them: their counts, references and capacities."""

from __future__ import annotations

from collections.abc import Sequence

from growthctl.diagnosis.bottleneck.capacity import working_days
from growthctl.diagnosis.bottleneck.reference import history_reference, segment_reference
from growthctl.diagnosis.segments import SegmentComparison
from growthctl.diagnosis.transitions import Reference, StageCapacity, Transition
from growthctl.funnel.sections.model import Funnel
from growthctl.funnel.sections.stage import Stage
from growthctl.kernel.journeys import Journeys
from growthctl.kernel.tally.stage_counts import Counts, whole_weeks
from growthctl.kernel.tally.sums import total
from growthctl.kernel.tally.weekdays import Weekdays
from growthctl.questions.ask import FunnelLog
from growthctl.stats.proportions import Proportion


def transitions_of(
    log: FunnelLog, counts: Counts, journeys: Sequence[Journeys], comparison: SegmentComparison
) -> list[Transition]:
    """The transitions between required stages, each with its reference."""
    funnel, plan = log.funnel, log.plan
    weeks = whole_weeks(counts, plan, funnel.timezone, log.range.until, log.as_of)
    transitions = []
    for stage in plan.required[1:]:
        declared, counted, anchor = funnel.stages[stage], counts.stages[stage], plan.anchor(stage)
        cohorts = tuple(Proportion(week[anchor], week[stage]) for week in weeks)
        transitions.append(
            Transition(
                stage=declared.name,
                from_stage=funnel.stages[anchor].name,
                owner=declared.owner,
                kind=declared.kind,
                ripe=Proportion(counted.ripe_before, counted.ripe),
                reference=_reference(funnel, declared, cohorts, comparison),
                weeks=cohorts,
                observed=bool(log.stages_seen >> stage & 1),
                capacity=_capacity(log, journeys, stage),
            )
        )
    return transitions


def _reference(
    funnel: Funnel, stage: Stage, weeks: Sequence[Proportion], comparison: SegmentComparison
) -> Reference | None:
    """Target, history, best segment: the first that exists."""
    if stage.target is not None:
        return Reference(stage.target, "target")
    history = history_reference(weeks, funnel.reference.history)
    if history is not None or not funnel.reference.segment:
        return history
    return segment_reference([each for each in comparison.splits if each.split.stage == stage.name])


def _capacity(log: FunnelLog, journeys: Sequence[Journeys], stage: int) -> StageCapacity | None:
    declared = log.funnel.stages[stage].capacity
    if declared is None:
        return None
    reached = total(lambda part: Weekdays.of(part.time[stage], log.funnel.timezone), journeys)
    return StageCapacity(declared.per_day, working_days(reached.counts, reached.days))
