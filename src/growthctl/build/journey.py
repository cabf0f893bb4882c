"""From the journeys of one entity and its events to the report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from growthctl.build.analysis import funnel_facts
from growthctl.clock import TimeRange, iso
from growthctl.funnel.sections.model import Funnel
from growthctl.funnel.sections.stage import Stage
from growthctl.kernel.plan import Plan
from growthctl.kernel.trace.reasons import Occurrence, Reasons, TracedJourney
from growthctl.report.journey import ExplainedEvent, ExplainedJourney, Explanation, TakenBackBy


class Trace(NamedTuple):
    """The events of one entity, and its journeys."""

    entity: str
    names: Sequence[str | None]
    """What each event is called."""
    sources: Sequence[str | None]
    """Which of several sources each is from."""
    occurrences: Sequence[Occurrence]
    """What each event is to the stages."""
    journeys: Sequence[TracedJourney]
    excluded: bool
    """Does an exclusion take the entity out of every count?"""


def build_explanation(funnel: Funnel, plan: Plan, range: TimeRange, trace: Trace) -> Explanation:
    """What became of each event; `range` is that of the entries that count."""
    filling: dict[int, int] = {}
    for number, journey in enumerate(trace.journeys):
        for index in journey.assignment:
            filling.setdefault(index, number)
    reasons = Reasons.of(trace.occurrences, trace.journeys, plan, range)
    return Explanation(
        funnel=funnel_facts(funnel),
        entity=trace.entity,
        excluded=trace.excluded,
        journeys=[_journey(journey, funnel.stages, plan) for journey in trace.journeys],
        events=[
            _event(index, trace, funnel.stages, filling.get(index), reasons) for index, _ in enumerate(trace.names)
        ],
    )


def _journey(journey: TracedJourney, stages: Sequence[Stage], plan: Plan) -> ExplainedJourney:
    closes = None if plan.window is None else journey.entry + plan.window
    return ExplainedJourney(
        entry_at=iso(journey.entry) or "",
        window_closes_at=iso(closes),
        reached=[stages[stage].name for stage in sorted([*journey.assignment.values(), *journey.passed])],
        passed=[stages[stage].name for stage in journey.passed],
    )


def _event(index: int, trace: Trace, stages: Sequence[Stage], journey: int | None, reasons: Reasons) -> ExplainedEvent:
    occurrence = trace.occurrences[index]
    by = reasons.taken_back_by(occurrence)
    fills = None if journey is None else stages[trace.journeys[journey].assignment[index]].name
    return ExplainedEvent(
        at=iso(occurrence.time) or "",
        event=trace.names[index],
        source=trace.sources[index],
        matches=[stage.name for k, stage in enumerate(stages) if occurrence.stages >> k & 1],
        named=[stage.name for k, stage in enumerate(stages) if occurrence.named >> k & 1],
        fills=fills,
        journey=None if journey is None else journey + 1,
        reason=None if fills else reasons.why(occurrence),
        taken_back=None if by is None else TakenBackBy(at=iso(trace.occurrences[by].time) or "", event=trace.names[by]),
    )
