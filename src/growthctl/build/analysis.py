"""From counts and a diagnosis to the report: ratios, times as text, nothing decided and nothing worded."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import NamedTuple

from growthctl.build.bottleneck import bottleneck, ranked, recommendation
from growthctl.build.health import health_of
from growthctl.build.known_changes import changes_within, looked_at
from growthctl.build.log_facts import LogFacts, data_facts, funnel_facts, ratio, source_facts, warnings_of
from growthctl.build.phases import phases
from growthctl.build.present import broken_now_facts, judgement_of, now_of
from growthctl.clock import iso
from growthctl.diagnosis.advice.recommend import Recommendation
from growthctl.diagnosis.analysis import Diagnosis
from growthctl.diagnosis.bottleneck.gap_by_segment import GapLocation
from growthctl.diagnosis.bottleneck.widest import WidestBottleneck
from growthctl.funnel.sections.model import Funnel
from growthctl.funnel.sections.stage import Stage
from growthctl.kernel.plan import Plan
from growthctl.kernel.ripeness import Ripeness
from growthctl.kernel.tally import stage_counts as counts
from growthctl.kernel.tally.declared_stages import DeclaredStages
from growthctl.kernel.tally.risk_table import RiskTable
from growthctl.report.analysis import Analysis
from growthctl.report.segments import Differences, SegmentFacts
from growthctl.report.stages import (
    CapacityFacts,
    CountedFacts,
    DeclaredStage,
    DurationsFacts,
    InAnyOrder,
    Overall,
    Ripe,
    RipeRate,
    StageFacts,
)
from growthctl.stats.kaplan_meier import Estimate, kaplan_meier
from growthctl.stats.proportions import Proportion
from growthctl.stats.spread import CHANCE, Spread
from growthctl.words.analysis.answer import headline


class StageAnomalies(NamedTuple):
    """Per stage, the journeys that an exclusion keeps from it, and those whose entity has it out of order."""

    excluded: Sequence[int]
    out_of_order: Sequence[int]


class Details(NamedTuple):
    """What the report adds to the counts and the diagnosis."""

    tables: Sequence[RiskTable | None]
    """For each stage, who converted after which time, or was last seen then."""
    dropped: Sequence[str] | None
    """Who dropped at the lead, where they are few."""


class SegmentResults(NamedTuple):
    """The segments of all properties."""

    segments: Sequence[SegmentFacts]
    differences: Differences
    """Which of them differ."""
    where: GapLocation
    """Where the gap of the bottleneck is."""


def build(
    funnel: Funnel,
    facts: LogFacts,
    plan: Plan,
    counted: counts.Counts,
    details: Details,
    astray: StageAnomalies,
    segmented: SegmentResults,
    diagnosis: Diagnosis,
    recommendations: Sequence[Recommendation],
    any_order: InAnyOrder | None = None,
    counted_stage: CountedFacts | None = None,
) -> Analysis:
    """The analysis of one funnel."""
    stages = [_stage(stage, counted, plan, details, astray, diagnosis, k) for k, stage in enumerate(funnel.stages)]
    analysis = Analysis(
        funnel=funnel_facts(funnel, counted.ripeness.up_to_the_end),
        data=data_facts(facts),
        sources=[source_facts(covered) for covered in facts.sources if covered.source is not None],
        open=sum(stage.open for k, stage in enumerate(stages) if k in plan.required),
        overall=_overall(counted, plan),
        stages=stages,
        counted=counted_stage,
        any_order=any_order,
        broken_now=[broken_now_facts(fault, funnel, facts.known_changes) for fault in diagnosis.broken_now],
        phases=phases(funnel, plan, counted, diagnosis),
        segments=list(segmented.segments),
        differences=segmented.differences,
        bottleneck=bottleneck(
            funnel, diagnosis.bottleneck, _first_ripe_at(counted, plan), details.dropped, segmented.where
        ),
        health=health_of(diagnosis.health, facts.known_changes),
        ranking=[ranked(assessment, funnel) for assessment in diagnosis.bottleneck.ranking],
        recommendations=[recommendation(item, funnel) for item in recommendations],
        changes=changes_within(
            facts.known_changes, looked_at(facts.range, facts.quality.first_event_at, facts.as_of, funnel.timezone)
        ),
        warnings=warnings_of(facts.warnings),
    )
    return analysis.model_copy(update={"headline": headline(analysis)})


def _overall(counted: counts.Counts, plan: Plan) -> Overall | None:
    last = plan.required[-1]
    if not last:
        return None
    entered, converted = counted.stages[0].ripe_throughout, counted.ripe_from(0, last)
    return Overall(entered=entered, converted=converted, conversion_rate=ratio(converted, entered))


def _from_first(counted: counts.Counts, position: int) -> int:
    by_entry = counted.by_entry
    return counted.stages[position].reached if by_entry is None else int(by_entry.reached[0, position])


def in_any_order(funnel: Funnel, counts: DeclaredStages) -> InAnyOrder:
    """Which stages they were; `funnel` as it is declared."""
    return InAnyOrder(
        stages=[
            DeclaredStage(
                name=stage.name,
                label=stage.label,
                reached=reached,
                ripe_throughout=ripe,
                only_lacking=lacking,
            )
            for stage, reached, ripe, lacking in zip(
                funnel.stages, counts.reached, counts.ripe_throughout, counts.only_lacking, strict=True
            )
        ],
        lacking_one=sum(counts.only_lacking),
    )


def _first_ripe_at(counted: counts.Counts, plan: Plan) -> str | None:
    """Of the first transition, if there is one."""
    return iso(counted.stages[plan.required[:2][-1]].first_ripe_at)


def _stage(
    stage: Stage,
    counted: counts.Counts,
    plan: Plan,
    details: Details,
    astray: StageAnomalies,
    diagnosis: Diagnosis,
    position: int,
) -> StageFacts:
    stage_counts, first = counted.stages[position], position == 0
    transition = next((each for each in diagnosis.transitions if each.stage == stage.name), None)
    spread = transition.spread if transition else CHANCE
    return StageFacts(
        name=stage.name,
        label=stage.label,
        kind=stage.kind,
        phase=stage.phase,
        owner=stage.owner,
        optional=position not in plan.required,
        reached=stage_counts.reached,
        **entered_where(stage_counts.reached, stage_counts.through, position, plan),
        dropped=stage_counts.dropped,
        excluded=astray.excluded[position],
        out_of_order=astray.out_of_order[position],
        open=stage_counts.open,
        conversion_rate=None if first else ratio(stage_counts.through, stage_counts.before),
        overall_conversion_rate=ratio(_from_first(counted, position), counted.stages[0].reached),
        target=stage.target,
        runbook=stage.runbook,
        seconds_from_previous=_durations(stage_counts.from_previous),
        seconds_from_entry=_durations(stage_counts.from_entry),
        ripe=None
        if first
        else _ripe(stage_counts, _with_open(details.tables[position], spread), counted.ripeness, position, spread),
        ripe_throughout=stage_counts.ripe_throughout,
        capacity=_capacity(stage, diagnosis.bottleneck),
        judgement=judgement_of(stage.name, diagnosis),
        now=now_of(transition) if transition else None,
    )


def _with_open(table: RiskTable | None, spread: Spread) -> Estimate | None:
    """The rate that also uses the open ones."""
    return kaplan_meier(table.entered, table.converted, table.censored, spread) if table else None


def _capacity(stage: Stage, diagnosis: WidestBottleneck) -> CapacityFacts | None:
    if stage.capacity is None:
        return None
    assessment = next((each for each in diagnosis.ranking if each.transition.stage == stage.name), None)
    load = assessment.load if assessment else None
    return CapacityFacts(
        per_day=stage.capacity.per_day,
        days_per_week=load.capacity.days_per_week if load else None,
        flow_per_day=load.flow_per_day if load else None,
        utilisation=load.utilisation if load else None,
        bound=load.bound if load else None,
        room=load.room(assessment.passing) if assessment and load else None,
    )


def _durations(durations: counts.Durations | None) -> DurationsFacts | None:
    if durations is None:
        return None
    return DurationsFacts(median=durations.median, p90=durations.p90, mean=durations.mean)


def ripe_rate(entered: int, converted: int, spread: Spread = CHANCE) -> RipeRate:
    """A rate of ripe entities and its interval."""
    interval = Proportion(entered, converted).wilson(spread)
    return RipeRate(
        entered=entered,
        converted=converted,
        conversion_rate=ratio(converted, entered),
        low=interval.low if interval else None,
        high=interval.high if interval else None,
    )


def _ripe(
    stage: counts.StageCounts, estimate: Estimate | None, ripeness: Ripeness, position: int, spread: Spread
) -> Ripe:
    with_open, limit = estimate.interval if estimate else None, ripeness.limits[position]
    return Ripe(
        **dict(ripe_rate(stage.ripe_before, stage.ripe, spread)),
        spread=spread.factor,
        degrees_of_freedom=spread.degrees if isfinite(spread.degrees) else None,
        kaplan_meier=estimate.rate if estimate else None,
        kaplan_meier_low=with_open.low if with_open else None,
        kaplan_meier_high=with_open.high if with_open else None,
        first_ripe_at=iso(stage.first_ripe_at),
        after_seconds=None if limit is None else limit / 1e6,
        after=ripeness.sources[position],
    )


def entered_where(reached: int, through: int, position: int, plan: Plan) -> dict[str, int | None]:
    """In an open funnel how many of those at a stage entered there, and how many came from the stage before."""
    if not plan.is_open:
        return {}
    return {"entered_here": reached - through, "came_through": through} if position else {"entered_here": reached}
