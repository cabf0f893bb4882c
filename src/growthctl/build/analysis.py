"""From counts and a diagnosis to the report: ratios, times as text, nothing decided and nothing worded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from math import isfinite
from typing import NamedTuple

from growthctl.build.bottleneck import bottleneck, ranked, recommendation
from growthctl.build.health import health_of
from growthctl.build.known_changes import changes_within, looked_at
from growthctl.build.phases import phases
from growthctl.build.present import broken_now_facts, judgement_of, now_of
from growthctl.clock import Micros, TimeRange, iso
from growthctl.diagnosis.advice.recommend import Recommendation
from growthctl.diagnosis.analysis import Diagnosis
from growthctl.diagnosis.bottleneck.gap_by_segment import GapLocation
from growthctl.diagnosis.bottleneck.widest import WidestBottleneck
from growthctl.diagnosis.known_changes import KnownChanges
from growthctl.errors import Notice
from growthctl.events.quality import Quality
from growthctl.events.sources.coverage import Coverage
from growthctl.funnel.sections.model import Funnel
from growthctl.funnel.sections.stage import Stage
from growthctl.kernel.plan import Plan, plan_of
from growthctl.kernel.ripeness import Ripeness
from growthctl.kernel.tally import stage_counts as counts
from growthctl.kernel.tally.declared_stages import DeclaredStages
from growthctl.kernel.tally.risk_table import RiskTable
from growthctl.report.analysis import Analysis
from growthctl.report.funnel import DataFacts, FunnelFacts, RowsRejected, SourceFacts, TakenBack, Warning
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
from growthctl.words.warnings import hint, message


class LogFacts(NamedTuple):
    """What was read."""

    quality: Quality
    range: TimeRange
    """Of the entries asked for."""
    as_of: Micros
    """Up to when the log is complete."""
    entities: int
    """How many have an event of the funnel."""
    warnings: Sequence[Notice]
    sources: Sequence[Coverage] = ()
    """Of a log of several sources."""
    known_changes: KnownChanges = KnownChanges()


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
        sources=[_source(covered) for covered in facts.sources if covered.source is not None],
        open=sum(stage.open for k, stage in enumerate(stages) if k in plan.required),
        overall=_overall(stages[0], stages[plan.required[-1]]),
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


def _overall(first: StageFacts, last: StageFacts) -> Overall | None:
    if last is first:
        return None
    entered, converted = first.ripe_throughout, last.ripe_throughout
    return Overall(entered=entered, converted=converted, conversion_rate=ratio(converted, entered))


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


def warnings_of(notices: Sequence[Notice]) -> list[Warning]:
    """Notices with their words."""
    return [Warning(code=each.code, stage=each.stage, message=message(each), hint=hint(each)) for each in notices]


def _first_ripe_at(counted: counts.Counts, plan: Plan) -> str | None:
    """Of the first transition, if there is one."""
    return iso(counted.stages[plan.required[:2][-1]].first_ripe_at)


def funnel_facts(funnel: Funnel, ripe_after: Micros | None = None) -> FunnelFacts:
    """What was asked; `ripe_after`: at the last stage, where that is known better than from the funnel alone."""
    if ripe_after is None:
        plan = plan_of(funnel)
        ripe_after = None if plan.give_up is None else plan.give_up + plan.settling
    return FunnelFacts(
        name=funnel.name or "funnel",
        description=funnel.description,
        entity=funnel.source.identity.known if funnel.source.identity else funnel.source.columns.entity,
        count=funnel.count,
        order=funnel.order,
        window_seconds=_seconds(funnel.window),
        ripe_after_seconds=None if ripe_after is None else ripe_after / 1e6,
        entry=funnel.entry,
        ties=funnel.ties,
        skipped=funnel.skipped,
        attribution=funnel.attribution,
        timezone=funnel.timezone,
        target=funnel.target,
        taken_back=[
            TakenBack(event=list(rule.event), between=list(rule.between), for_seconds=_seconds(rule.follows_within))
            for rule in funnel.exclude
            if rule.takes_back
        ],
    )


def _seconds(length: timedelta | None) -> float | None:
    return None if length is None else length.total_seconds()


def data_facts(facts: LogFacts) -> DataFacts:
    """What was read."""
    quality, range = facts.quality, facts.range
    return DataFacts(
        rows_read=quality.rows_read,
        rows_used=quality.rows_used,
        rows_rejected=RowsRejected(**quality.rows_rejected),
        entities=facts.entities,
        first_event_at=iso(quality.first_event_at),
        last_event_at=iso(quality.last_event_at),
        as_of=iso(facts.as_of),
        since=iso(range.since),
        until=iso(range.until),
    )


def _source(covered: Coverage) -> SourceFacts:
    return SourceFacts(
        name=covered.source or "",
        rows_used=covered.rows,
        first_event_at=iso(covered.first_event_at),
        last_event_at=iso(covered.last_event_at),
        complete_until=iso(covered.complete_until),
        complete_by=covered.complete_by,
        entities=covered.entities,
        never_enter=covered.strangers,
    )


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
        dropped=stage_counts.dropped,
        excluded=astray.excluded[position],
        out_of_order=astray.out_of_order[position],
        open=stage_counts.open,
        conversion_rate=None if first else ratio(stage_counts.reached, stage_counts.before),
        overall_conversion_rate=ratio(stage_counts.reached, counted.stages[0].reached),
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
    load = next((each.load for each in diagnosis.ranking if each.transition.stage == stage.name), None)
    return CapacityFacts(
        per_day=stage.capacity.per_day,
        days_per_week=load.capacity.days_per_week if load else None,
        flow_per_day=load.flow_per_day if load else None,
        utilisation=load.utilisation if load else None,
        bound=load.bound if load else None,
        room=load.room(diagnosis.final_conversions_per_30_days or 0.0) if load else None,
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


def ratio(part: int, total: int) -> float | None:
    """A rate; over nothing it is unknown."""
    return part / total if total else None
