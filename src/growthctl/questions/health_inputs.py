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
from growthctl.kernel.tally.anomalies import same_instant, usual_gap
from growthctl.kernel.tally.stage_counts import Counts, Durations
from growthctl.kernel.tally.stage_series import passages, passages_by_segment
from growthctl.questions.ask import FunnelLog


def health_inputs(
    log: FunnelLog,
    settled: JourneySet,
    journeys: Sequence[Journeys],
    counts: Counts,
    splits: Mapping[tuple[str, ...], Segments],
) -> HealthInputs:
    """The health inputs of a log; `journeys` are those of it, marked, `splits` the segments by properties."""
    plan, as_of = log.plan, log.as_of
    required, offset = len(plan.required), utc_offset(as_of, log.funnel.timezone)
    entered = counts.stages[0]
    return HealthInputs(
        stages=_stages(log, settled, journeys, counts),
        everybody=CountsOverTime.of(passages(journeys, plan, offset), required, HOUR, offset, as_of=as_of),
        segments=[
            CountsOverTime.of(rows, required, DAY, offset, SegmentValues(by, values))
            for by, largest in zip(
                splits, passages_by_segment(journeys, list(splits.values()), plan, offset), strict=True
            )
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
        events=settled.events,
        repeated_events=settled.repeated,
    )


def _stages(log: FunnelLog, settled: JourneySet, journeys: Sequence[Journeys], counts: Counts) -> list[StageInputs]:
    plan = log.plan
    ties = same_instant(journeys, plan) if plan.order != "any" else [0] * len(plan.required)
    stages = []
    for stage, tied in zip(plan.required, ties, strict=True):
        stage_counts, gaps = counts.stages[stage], settled.early[stage]
        stages.append(
            StageInputs(
                name=log.funnel.stages[stage].name,
                reached=stage_counts.reached,
                ripe_share=stage_counts.ripe_before / stage_counts.before if stage_counts.before else 0.0,
                out_of_order=settled.out_of_order[stage],
                early=len(gaps),
                early_seconds=usual_gap(gaps),
                same_instant=tied,
                p90_seconds=_p90(stage_counts.from_entry),
                p90_seconds_from_previous=_p90(stage_counts.from_previous),
            )
        )
    return stages


def _p90(durations: Durations | None) -> float:
    return durations.p90 if durations else 0.0
