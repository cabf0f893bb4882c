"""What the log shows of its own health, as small numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from growthctl.clock import DAY, HOUR, utc_offset
from growthctl.diagnosis.health.counts_over_time import CountsOverTime
from growthctl.diagnosis.health.inputs import HealthInputs, SourceInputs, StageInputs
from growthctl.diagnosis.transitions import SegmentValues
from growthctl.kernel.journeys import Journeys
from growthctl.kernel.plan import Plan
from growthctl.kernel.search.find_journeys import JourneySet
from growthctl.kernel.segment_values import Segments
from growthctl.kernel.tally.anomalies import usual_gap
from growthctl.kernel.tally.stage_counts import Counts, Durations
from growthctl.kernel.tally.stage_series import daily_by_segment, hourly
from growthctl.questions.ask import FunnelLog
from growthctl.stats.arrays import Ints


def health_inputs(
    log: FunnelLog,
    journey_set: JourneySet,
    journeys: Sequence[Journeys],
    counts: Counts,
    splits: Mapping[tuple[str, ...], Segments],
) -> HealthInputs:
    """The health inputs of a log; its `journeys` are marked, `splits` the segments by properties."""
    plan, as_of = log.plan, log.as_of
    required, offset = len(plan.required), utc_offset(as_of, log.funnel.timezone)
    entered, entered_open = _entered(counts, plan)
    everybody = CountsOverTime.of(hourly(journeys, counts, offset), required, HOUR, offset, as_of=as_of)
    everybody = everybody._replace(is_open=plan.is_open)
    written, rewritten = (
        _by_row(events[list(plan.required)], plan)
        for events in journey_set.written.over_time(everybody.start, offset, everybody.bins)
    )
    by_segment = daily_by_segment(journeys, list(splits.values()), counts, offset)
    return HealthInputs(
        stages=_stages(log, journey_set, counts),
        everybody=everybody,
        written=written,
        rewritten=rewritten,
        segments=[
            CountsOverTime.of(rows, required, DAY, offset, SegmentValues(by, values))._replace(is_open=plan.is_open)
            for by, largest in zip(splits, by_segment, strict=True)
            for values, rows in largest
        ],
        is_ordered=plan.order != "any",
        as_of=as_of,
        last_event_at=log.quality.last_event_at or 0,
        give_up=plan.give_up,
        entries_go_on=log.range.until > as_of,
        entered=entered,
        entered_open=entered_open,
        rows=log.quality.rows_read,
        duplicate_rows=log.quality.rows_rejected["duplicate"],
        events=journey_set.events,
        repeated_events=journey_set.repeated,
        sources=list(_strangers(log)),
    )


def _strangers(log: FunnelLog) -> Iterator[SourceInputs]:
    """The sources of which many never enter, and that feed a required stage."""
    required = log.plan.required
    for covered in log.sources:
        feeding = covered.feeding
        fed = [position for position, stage in enumerate(required) if position and feeding.feeds >> stage & 1]
        theirs = [position for position in fed if feeding.strangers_at(required[position])]
        if not covered.has_strangers or not theirs:
            continue
        # Who has a later stage only would not reach it without those before, however well they were linked.
        passed = log.plan.skipped == "passed" or theirs[0] == fed[0]
        arriving = feeding.strangers_at(required[theirs[0]]) if passed else 0
        yield SourceInputs(covered.source, theirs[0], feeding.entities, feeding.strangers, arriving)


def _entered(counts: Counts, plan: Plan) -> tuple[int, int]:
    """How many entered, at whichever stage, and how many of them are not ripe."""
    if counts.by_entry is not None:
        return counts.by_entry.entered, counts.by_entry.entered - counts.by_entry.entered_ripe
    entered = counts.stages[0]
    # Without a window the first stage is ripe at once, and what counts is how many still may go on.
    following = [counts.stages[stage] for stage in plan.required[1:2]]
    return entered.reached, sum(stage.before - stage.ripe_before for stage in following or [entered])


def _by_row(events: Ints, plan: Plan) -> Ints:
    """In any order every event of a stage may be an entry, and no row beyond has events of its own."""
    if plan.order != "any":
        return events
    rows = events * 0
    rows[0] = events.sum(axis=0)
    return rows


def _stages(log: FunnelLog, journey_set: JourneySet, counts: Counts) -> list[StageInputs]:
    stages, written = [], journey_set.written
    # Clocks are changed twice a year.
    half_a_year = 182 * DAY
    at_midnight = written.at_midnight(
        {utc_offset(instant, log.funnel.timezone) for instant in (log.as_of, log.as_of - half_a_year)}
    )
    rows = log.rows.stages
    for stage in log.plan.required:
        counted, gaps = counts.stages[stage], journey_set.early[stage]
        stages.append(
            StageInputs(
                name=rows[stage].name,
                declared=log.funnel.stages[stage].name,
                reached=counted.reached,
                ripe_share=counted.ripe_before / counted.before if counted.before else 0.0,
                out_of_order=journey_set.out_of_order[stage],
                early=len(gaps),
                early_seconds=usual_gap(gaps),
                same_instant=counted.same_instant if log.plan.order != "any" else 0,
                p90_seconds=_p90(counted.from_entry),
                p90_seconds_from_previous=_p90(counted.from_previous),
                ripe_after=counts.ripeness.limits[stage],
                age=counts.ages[stage],
                settling=log.plan.settling if stage == log.plan.required[-1] else 0,
                events=written.events[stage],
                at_midnight=int(at_midnight[stage]),
            )
        )
    return stages


def _p90(durations: Durations | None) -> float:
    return durations.p90 if durations else 0.0
