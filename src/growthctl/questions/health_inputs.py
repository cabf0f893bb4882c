"""What the log shows of its own health, as small numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from growthctl.clock import DAY, HOUR, utc_offset
from growthctl.diagnosis.health.counts_over_time import CountsOverTime
from growthctl.diagnosis.health.inputs import HealthInputs, StageInputs
from growthctl.diagnosis.transitions import SegmentValues
from growthctl.kernel.journeys import Journeys
from growthctl.kernel.search.find_journeys import JourneySet
from growthctl.kernel.segment_values import Segments
from growthctl.kernel.tally.anomalies import usual_gap
from growthctl.kernel.tally.stage_counts import Counts, Durations
from growthctl.kernel.tally.stage_series import daily_by_segment, hourly
from growthctl.questions.ask import FunnelLog


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
    entered = counts.stages[0]
    return HealthInputs(
        stages=_stages(log, journey_set, counts),
        everybody=CountsOverTime.of(hourly(journeys, plan, offset), required, HOUR, offset, as_of=as_of),
        segments=[
            CountsOverTime.of(rows, required, DAY, offset, SegmentValues(by, values))
            for by, largest in zip(splits, daily_by_segment(journeys, list(splits.values()), plan, offset), strict=True)
            for values, rows in largest
        ],
        is_ordered=plan.order != "any",
        as_of=as_of,
        give_up=plan.give_up,
        entries_go_on=log.range.until > as_of,
        entered=entered.reached,
        entered_open=entered.reached - entered.ripe,
        rows=log.quality.rows_read,
        duplicate_rows=log.quality.rows_rejected["duplicate"],
        events=journey_set.events,
        repeated_events=journey_set.repeated,
    )


def _stages(log: FunnelLog, journey_set: JourneySet, counts: Counts) -> list[StageInputs]:
    stages = []
    for stage in log.plan.required:
        counted, gaps = counts.stages[stage], journey_set.early[stage]
        # With a short window, what is early by the clock may lie too far from the entry to be out of order.
        if not journey_set.out_of_order[stage] and log.plan.ties != "later":
            gaps = gaps[:0]
        stages.append(
            StageInputs(
                name=log.funnel.stages[stage].name,
                reached=counted.reached,
                ripe_share=counted.ripe_before / counted.before if counted.before else 0.0,
                out_of_order=journey_set.out_of_order[stage],
                early=len(gaps),
                early_seconds=usual_gap(gaps),
                same_instant=counted.same_instant if log.plan.order != "any" else 0,
                p90_seconds=_p90(counted.from_entry),
                p90_seconds_from_previous=_p90(counted.from_previous),
            )
        )
    return stages


def _p90(durations: Durations | None) -> float:
    return durations.p90 if durations else 0.0
