"""How far everyone got, the widest bottleneck, and what to try: the main job on one page. Read this first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import polars as pl

from growthctl.build.analysis import Details, StageAnomalies, build
from growthctl.build.health import health_of
from growthctl.build.segments import segmented
from growthctl.diagnosis.advice.recommend import recommend
from growthctl.diagnosis.advice.triggers import triggers
from growthctl.diagnosis.analysis import diagnose
from growthctl.diagnosis.bottleneck.targets import target_notices
from growthctl.diagnosis.bottleneck.widest import WidestBottleneck
from growthctl.diagnosis.segments import compare_segments
from growthctl.diagnosis.small_samples import SMALL_ENTERED
from growthctl.events.reading.open import Data
from growthctl.events.storage.memory import Memory
from growthctl.funnel.sections.model import Funnel
from growthctl.kernel.journeys import Journeys, dropped_entities, mark_ripe
from growthctl.kernel.search.entries import EntryScope
from growthctl.kernel.search.find_journeys import JourneyRequest
from growthctl.kernel.segment_values import Segments
from growthctl.kernel.tally.risk_table import RiskTable, risk_tables
from growthctl.kernel.tally.segment_counts import by_segment, median_ripe_entry
from growthctl.kernel.tally.stage_counts import Counts, FunnelTally, entrants_per_30_days
from growthctl.kernel.tally.sums import total
from growthctl.kernel.threads import parallel_map
from growthctl.questions.ask import (
    FunnelLike,
    FunnelLog,
    PlaybookLike,
    PointInTime,
    Times,
    levers_of,
    load,
    read_journeys,
)
from growthctl.questions.health_inputs import health_inputs
from growthctl.questions.segmenting import attribution_of, comparable_splits
from growthctl.questions.transitions_of import transitions_of
from growthctl.report.analysis import Analysis
from growthctl.stats.kaplan_meier import kaplan_meier


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

    `funnel` is a path or a mapping; `data` a path, a list of paths or a polars frame, by default the funnel's
    `source.path`. `since` and `until` restrict entries ([since, until); a date is midnight in the funnel's
    timezone); `as_of` is the time up to which the log is complete, by default its last event. `by` splits by these
    properties together, instead of by each of the funnel's `segments`; `attribution` replaces the funnel's.
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
    request = JourneyRequest(EntryScope(times.range), splits, where, _valued(declared))
    log, journey_set = read_journeys(declared, folder, data, times, request, by or None, memory)
    journeys = [mark_ripe(part, log.plan, log.as_of) for part in journey_set.journeys]
    counts, tables = _counted(log, journeys)
    numbered = parallel_map(Segments.of, journey_set.segments)
    half = median_ripe_entry(journeys)
    segments = [(by, by_segment(journeys, values, half)) for by, values in zip(splits, numbered, strict=True)]
    comparison = compare_segments(comparable_splits(declared, log.plan, segments, where))
    transitions = transitions_of(log, counts, journeys, comparison)
    entrants = entrants_per_30_days(counts, log.plan, log.range, log.as_of)
    inputs = health_inputs(log, journey_set, journeys, counts, dict(zip(splits, numbered, strict=True)))
    bottleneck, health, gap = diagnose(transitions, inputs, comparison, entrants, _value(declared, journey_set.values))
    triggers_by_stage = {
        assessment.transition.stage: triggers(
            assessment, inputs, health, gap if assessment is bottleneck.lead else None, entrants
        )
        for assessment in bottleneck.contenders
    }
    facts = log.facts(journey_set)
    return build(
        declared.model_copy(update={"attribution": rule}),
        facts._replace(warnings=[*facts.warnings, *target_notices(declared, transitions)]),
        log.plan,
        counts,
        _details(log, tables, journeys, bottleneck),
        StageAnomalies(journey_set.excluded, journey_set.out_of_order),
        segmented(declared, log.plan, segments, comparison, gap),
        bottleneck,
        health_of(health),
        recommend(bottleneck, levers, triggers_by_stage),
    )


def _counted(log: FunnelLog, journeys: Sequence[Journeys]) -> tuple[Counts, tuple[RiskTable | None, ...]]:
    """The counts of marked journeys, and the risk table of each stage."""
    tally = total(partial(FunnelTally.of, plan=log.plan, timezone=log.funnel.timezone, as_of=log.as_of), journeys)
    return tally.counts(log.plan), risk_tables(tally, log.plan)


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
    estimates = [kaplan_meier(table.entered, table.converted, table.censored) if table else None for table in tables]
    return Details(estimates, dropped)


def _valued(funnel: Funnel) -> tuple[str, int] | None:
    """The property that a conversion is worth, and the stage whose event has it."""
    value = funnel.value
    if value is None or value.property is None:
        return None
    names = [stage.name for stage in funnel.stages]
    return value.property, names.index(value.stage) if value.stage else len(names) - 1


def _value(funnel: Funnel, values: pl.Series | None) -> float | None:
    """Money per final conversion, after margin; of a property, its mean over the journeys that have it."""
    value = funnel.value
    if value is None:
        return None
    worth = value.per_conversion
    if values is not None:
        amounts = values.cast(pl.Float64, strict=False)
        # Sorted, because a sum of fractions depends on their order.
        worth = amounts.filter(amounts.is_finite()).sort().mean()  # type: ignore[assignment]
    return None if worth is None else worth * value.margin
