"""How far everyone got, the widest bottleneck, and what to try: the main job on one page. Read this first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import polars as pl

from growthctl.build.analysis import Details, StageAnomalies, build, in_any_order
from growthctl.build.segments import segmented
from growthctl.clock import Micros, TimeRange
from growthctl.diagnosis.advice.recommend import Recommendation, recommend
from growthctl.diagnosis.advice.triggers import triggers
from growthctl.diagnosis.analysis import Diagnosis, diagnose
from growthctl.diagnosis.bottleneck.assessment import ConversionValue
from growthctl.diagnosis.bottleneck.reference import ReferenceRules
from growthctl.diagnosis.bottleneck.targets import target_notices
from growthctl.diagnosis.bottleneck.value import mean_draws
from growthctl.diagnosis.bottleneck.widest import WidestBottleneck
from growthctl.diagnosis.health.entries_end import entries_end
from growthctl.diagnosis.health.inputs import HealthInputs
from growthctl.diagnosis.segments import compare_segments
from growthctl.diagnosis.small_samples import SMALL_ENTERED
from growthctl.errors import Notice, guarded
from growthctl.events.reading.open import Data
from growthctl.events.storage.memory import Memory
from growthctl.funnel.levers import Playbook
from growthctl.funnel.sections.model import Funnel
from growthctl.kernel.journeys import Journeys, dropped_entities
from growthctl.kernel.ripeness import Ripeness, mark_ripe
from growthctl.kernel.search.entries import EntryScope
from growthctl.kernel.search.find_journeys import JourneyRequest, JourneySet
from growthctl.kernel.segment_values import Segments
from growthctl.kernel.tally.declared_stages import DeclaredStages
from growthctl.kernel.tally.flow import Flow, flow_of, recent_ranges
from growthctl.kernel.tally.risk_table import RiskTable, risk_tables
from growthctl.kernel.tally.segment_counts import by_segment, median_ripe_entries
from growthctl.kernel.tally.stage_counts import Counts, FunnelTally
from growthctl.kernel.tally.sums import total
from growthctl.kernel.threads import parallel_map
from growthctl.questions.analyzing.health_inputs import health_inputs
from growthctl.questions.analyzing.transitions_of import transitions_of
from growthctl.questions.ask import (
    FunnelLike,
    FunnelLog,
    PlaybookLike,
    counted_beside,
    levers_of,
    load,
    read_journeys,
)
from growthctl.questions.asked_times import PointInTime, Times
from growthctl.questions.notices import notices
from growthctl.questions.segmenting import attribution_of, comparable_splits
from growthctl.report.analysis import Analysis
from growthctl.report.stages import CountedFacts, InAnyOrder


def analyze(
    funnel: FunnelLike,
    data: Data = None,
    *,
    since: PointInTime | None = None,
    until: PointInTime | None = None,
    as_of: PointInTime | None = None,
    by: str | Sequence[str] | None = None,
    attribution: str | None = None,
    playbook: PlaybookLike = None,
    memory: Memory = None,
) -> Analysis:
    """How far everyone got, the widest bottleneck, and what to try.

    `funnel` is a path or a mapping; `data` a path, a list of paths or a table (of polars, pyarrow, DuckDB, or pandas
    with pyarrow), by default the funnel's `source.path`. `since` and `until` restrict entries ([since, until); a date
    is midnight in the funnel's timezone, `7d` is back from the end of the log: see `PointInTime`); `as_of` is the time
    up to which the log is complete, by default its last event. `by` splits by these properties together, instead of
    by each of the funnel's `segments`; `attribution` replaces the funnel's.
    `playbook`, a path or a mapping, says what to try; the kinds that it has replace the packaged ones.
    A log that may take more than `memory` (such as "4GB", or bytes; by default half of the machine's) is worked on in
    parts, through temporary files.

    Raises SpecError (all problems of the funnel, or of the playbook), UsageError (a question that makes no sense),
    DataError (the log).
    """
    declared, folder = load(funnel)
    levers = levers_of(playbook)
    by = [by] if isinstance(by, str) else by
    splits = (tuple(dict.fromkeys(by)),) if by else tuple((name,) for name in dict.fromkeys(declared.segments))
    rule = attribution or declared.attribution
    where = attribution_of(declared, rule)
    times = Times.of(since, until, as_of, declared.timezone)
    counted_by = _counted_by(declared, where)
    all_splits = tuple(dict.fromkeys((*splits, *counted_by)))
    request = JourneyRequest(EntryScope(), all_splits, where, _valued(declared))
    log, journey_set = read_journeys(declared, folder, data, times, request, by or None, memory, flows=True)
    rows = log.rows.model_copy(update={"attribution": rule})
    ripeness = log.ripeness(journey_set.journeys)
    journeys = [mark_ripe(part, ripeness) for part in journey_set.journeys]
    counts, tables = _counted(journeys, ripeness)
    parts = dict(zip(all_splits, parallel_map(Segments.of, journey_set.segments), strict=True))
    numbered = [parts[split] for split in splits]
    halves = median_ripe_entries(journeys)
    counted = (by_segment(journeys, log.plan, values, halves) for values in numbered)
    segments = list(zip(splits, counted, strict=True))
    inputs = health_inputs(log, journey_set, journeys, counts, dict(zip(splits, numbered, strict=True)))
    comparison = compare_segments(comparable_splits(rows, log.plan, segments, where, inputs))
    transitions = transitions_of(log, counts, journeys)
    flow = _flow(log, journey_set, counts, inputs)
    entrants = flow.per_30_days
    rules = ReferenceRules(declared.reference.history, declared.reference.segment)
    diagnosis = diagnose(transitions, inputs, comparison, rules, entrants, _value(declared, journey_set.values))
    failed = list(diagnosis.health.failed)
    recommendations: list[Recommendation] = guarded(
        "advice", lambda: _advice(diagnosis, inputs, entrants, levers), [], failed
    )
    facts = log.facts(journey_set)
    # What a finding of health says is no warning.
    read_notices = [notice for notice in facts.warnings if notice.code != "never_enter"]
    span = TimeRange(log.range.since, min([log.range.until, *_ends_of_entries(diagnosis)]))
    counted_stage, of_counts = _counted_stage(
        log, folder, journeys, span, {name: parts[name,] for (name,) in counted_by}
    )
    warnings = [*of_counts, *notices(rows, ripeness, flow), *target_notices(rows, diagnosis.transitions), *failed]
    return build(
        rows,
        facts._replace(warnings=[*read_notices, *warnings]),
        log.plan,
        counts,
        _details(log, tables, journeys, diagnosis.bottleneck),
        StageAnomalies(journey_set.excluded, journey_set.out_of_order),
        segmented(rows, log.plan, segments, comparison, diagnosis),
        diagnosis,
        recommendations,
        _in_any_order(declared, journeys, ripeness),
        counted_stage,
    )


def _counted_by(declared: Funnel, attribution: str | int) -> tuple[tuple[str], ...]:
    """The splits that a counted stage has as well: none where segments are read at a stage that not all have."""
    if declared.counted is None or (isinstance(attribution, int) and attribution > 0):
        return ()
    return tuple((name,) for name in declared.counted.properties)


def _ends_of_entries(diagnosis: Diagnosis) -> list[Micros]:
    """When they ended, where the log is an export of those who entered before."""
    return [
        each.since_at for each in diagnosis.health.findings if each.code == "entries_end" and each.since_at is not None
    ]


def _counted_stage(
    log: FunnelLog, folder: Path, journeys: Sequence[Journeys], span: TimeRange, segments: Mapping[str, Segments]
) -> tuple[CountedFacts | None, list[Notice]]:
    """The stage before the first, where it is counted, and what a careful reader must know of it."""
    beside, faults = counted_beside(log, folder)
    if beside is None:
        return None, []
    facts, unmatched = beside.facts(journeys, span, segments)
    return facts, [*faults, *unmatched]


def _counted(journeys: Sequence[Journeys], ripeness: Ripeness) -> tuple[Counts, tuple[RiskTable | None, ...]]:
    """The counts of marked journeys, and the risk table of each stage."""
    tally = total(partial(FunnelTally.of, ripeness=ripeness), journeys)
    return tally.counts(ripeness), risk_tables(tally, ripeness)


def _advice(diagnosis: Diagnosis, inputs: HealthInputs, entrants: float, levers: Playbook) -> list[Recommendation]:
    """What to try, and what calls for it."""
    bottleneck = diagnosis.bottleneck
    triggers_by_stage = {
        assessment.transition.stage: triggers(
            assessment, inputs, diagnosis.health, diagnosis.gap if assessment is bottleneck.lead else None, entrants
        )
        for assessment in bottleneck.contenders
    }
    return recommend(bottleneck, levers, triggers_by_stage, diagnosis.broken_now)


def _in_any_order(declared: Funnel, journeys: Sequence[Journeys], ripeness: Ripeness) -> InAnyOrder | None:
    """Which of the declared stages journeys have; None where the rows say that."""
    if declared.order != "any":
        return None
    return in_any_order(declared, total(partial(DeclaredStages.of, ripeness=ripeness), journeys))


def _flow(log: FunnelLog, journey_set: JourneySet, counts: Counts, inputs: HealthInputs) -> Flow:
    """How many enter now; where the log is an export of those who entered before some day, up to that day."""
    # That this look failed says the diagnosis.
    ended = guarded("entries_end", lambda: entries_end(inputs), None, [])
    until = log.as_of if ended is None or ended.since_at is None else ended.since_at
    if until < log.as_of:
        journey_set = log.find_journeys(JourneyRequest(log.entries, flows=recent_ranges(log.range, until)))
    return flow_of(journey_set, counts, log.range, until, log.quality.first_event_at)


def _details(
    log: FunnelLog,
    tables: Sequence[RiskTable | None],
    journeys: Sequence[Journeys],
    bottleneck: WidestBottleneck,
) -> Details:
    """What the report adds to the counts: those still open, and whom to ask where they are few."""
    lead = bottleneck.lead.transition if bottleneck.lead else None
    dropped = None
    if lead and lead.ripe.entered < SMALL_ENTERED:
        position = [stage.name for stage in log.funnel.stages].index(lead.stage)
        dropped = log.names.of(dropped_entities(journeys, log.plan, position))
    return Details(tables, dropped)


def _valued(funnel: Funnel) -> tuple[str, int] | None:
    """The property that a conversion is worth, and the stage whose event has it."""
    value = funnel.value
    if value is None or value.property is None:
        return None
    names = [stage.name for stage in funnel.stages]
    return value.property, names.index(value.stage) if value.stage else len(names) - 1


def _value(funnel: Funnel, values: pl.Series | None) -> ConversionValue:
    """Money per final conversion, after margin; of a property, what its mean may be, over the journeys that have it."""
    value = funnel.value
    if value is None:
        return None
    if values is None:
        return None if value.per_conversion is None else value.per_conversion * value.margin
    amounts = values.cast(pl.Float64, strict=False)
    # Sorted, because a sum of fractions depends on their order.
    known = amounts.filter(amounts.is_finite()).sort().to_numpy()
    return mean_draws(known) * value.margin if len(known) else None
