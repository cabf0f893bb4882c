"""The transitions of a funnel as the diagnosis reads them: their counts, references and capacities."""

from __future__ import annotations

import polars as pl

from growthctl.diagnosis.capacity import working_days
from growthctl.diagnosis.counts import Capacity, Reference, Transition
from growthctl.diagnosis.reference import history_reference
from growthctl.kernel.counts import Counts, whole_weeks
from growthctl.kernel.weekdays import weekdays
from growthctl.pipeline.read import Read


def transitions_of(log: Read, counts: Counts, found: pl.DataFrame) -> list[Transition]:
    """The transitions between required stages, each with its reference."""
    funnel, plan = log.funnel, log.plan
    weeks = whole_weeks(counts, plan, funnel.timezone, log.span.until, log.span.as_of or 0)
    transitions = []
    for stage in plan.required[1:]:
        declared, here, anchor = funnel.stages[stage], counts.stages[stage], plan.anchor(stage)
        cohorts = tuple((week[anchor], week[stage]) for week in weeks)
        if declared.target is not None:
            reference: Reference | None = Reference(declared.target, "target")
        else:
            reference = history_reference(cohorts, funnel.reference.history)
        transitions.append(
            Transition(
                stage=declared.name,
                from_stage=funnel.stages[anchor].name,
                owner=declared.owner,
                kind=declared.kind,
                entered=here.ripe_before,
                converted=here.ripe,
                reference=reference,
                weeks=cohorts,
                observed=bool(log.seen >> stage & 1),
                capacity=_capacity(log, found, stage),
            )
        )
    return transitions


def _capacity(log: Read, found: pl.DataFrame, stage: int) -> Capacity | None:
    declared = log.funnel.stages[stage].capacity
    if declared is None:
        return None
    reached = weekdays(found, stage, log.funnel.timezone)
    return Capacity(declared.per_day, working_days(reached.counts, reached.days))
