"""From journeys to small counts: the last place that holds frames; everything after works on these numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from growthctl.events.rows import ENTITY
from growthctl.kernel.names import FIRST_ENTRY
from growthctl.kernel.periods import periods
from growthctl.kernel.plan import Plan, times

RIPE = "#ripe"
DAY = 86_400_000_000
_ENTRANTS_PER = 30 * DAY


@dataclass(frozen=True)
class Durations:
    """Seconds to a stage, over the journeys that include it."""

    median: float
    p90: float
    mean: float


@dataclass(frozen=True)
class StageCounts:
    """How many journeys include a stage.

    `before`: reached the previous required stage. Of these `dropped` lack this stage, and `open` of the dropped still
    may reach it, because their window has not passed. The `ripe` ones are those whose window has passed.
    """

    reached: int
    before: int
    dropped: int
    open: int
    ripe: int
    ripe_before: int
    from_previous: Durations | None
    from_entry: Durations | None


@dataclass(frozen=True)
class Counts:
    """All that diagnosis needs to know about the journeys of one funnel; times in microseconds since the epoch.

    `weeks`: for each week of first entry, the ripe journeys that include each stage.
    """

    stages: tuple[StageCounts, ...]
    weeks: tuple[tuple[int, ...], ...]
    first_entry_at: int | None
    last_ripe_entry_at: int | None


def mark_ripe(journeys: pl.DataFrame, plan: Plan, as_of: int | None) -> pl.DataFrame:
    """`journeys` with RIPE: has the window after the *first* entry passed? That does not look at the outcome."""
    ripe = pl.lit(value=True) if plan.give_up is None else pl.col(FIRST_ENTRY) + plan.give_up <= as_of
    return journeys.with_columns(ripe.alias(RIPE))


def count(journeys: pl.DataFrame, plan: Plan, timezone: str) -> Counts:
    """Counts of marked `journeys`."""
    ripe = journeys.filter(RIPE)
    return Counts(
        stages=tuple(_count_stages(journeys, plan)),
        weeks=_weeks(ripe, plan.stages, timezone),
        first_entry_at=_integer(journeys[FIRST_ENTRY].min()),
        last_ripe_entry_at=_integer(ripe[FIRST_ENTRY].max()),
    )


def entrants_per_30_days(counts: Counts, plan: Plan, since: int | None, until: int | None, as_of: int) -> float:
    """Ripe entrants per 30 days, over the span from `since` or the first entry to `until` or the last ripe entry.

    The span is at least a day. An `until` whose last entries are not ripe yet would make it too long: then the last
    ripe entry counts.
    """
    start = counts.first_entry_at if since is None else since
    end = counts.last_ripe_entry_at
    if until is not None and until + (plan.give_up or 0) <= as_of:
        end = until
    if start is None or end is None:
        return 0.0
    return counts.stages[0].ripe * _ENTRANTS_PER / max(DAY, end - start)


def whole_weeks(
    counts: Counts, plan: Plan, timezone: str, until: int | None, as_of: int
) -> tuple[tuple[int, ...], ...]:
    """The weeks of `counts` without the last, where that is cut: by `until`, or by who is not ripe yet."""
    ripe_until = as_of - (plan.give_up or 0)
    cut = ripe_until if until is None else min(until, ripe_until)
    [week] = periods("week", timezone, cut, cut)
    last = counts.last_ripe_entry_at
    return counts.weeks[:-1] if last is not None and last >= week.start_at else counts.weeks


def dropped_entities(journeys: pl.DataFrame, plan: Plan, stage: int) -> pl.Series:
    """Who is ripe, reached the required stage before and not this one, once each; of marked `journeys`."""
    here, previous = times([stage])[0], times([plan.anchor(stage)])[0]
    dropped = journeys.filter(RIPE, pl.col(previous).is_not_null(), pl.col(here).is_null())
    return dropped[ENTITY].unique()


def _count_stages(journeys: pl.DataFrame, plan: Plan) -> Iterator[StageCounts]:
    """Stage after stage, each among the journeys that have the required stage before, which are ever fewer."""
    before = journeys
    for stage in range(plan.stages):
        reached = before.lazy().filter(pl.col(times([stage])[0]).is_not_null()).collect()
        yield _count_stage(before, reached, plan, stage)
        if stage in plan.required:
            before = reached


def _count_stage(before: pl.DataFrame, reached: pl.DataFrame, plan: Plan, stage: int) -> StageCounts:
    ripe, ripe_before = (int(frame[RIPE].sum()) for frame in (reached, before))
    dropped = before.height - reached.height
    anchor = plan.anchor(stage) if stage else 0
    from_entry = _durations(reached, stage, 0) if stage else None
    return StageCounts(
        reached=reached.height,
        before=before.height,
        dropped=dropped,
        open=dropped - (ripe_before - ripe),
        ripe=ripe,
        ripe_before=ripe_before,
        from_previous=_durations(reached, stage, anchor) if anchor else from_entry,
        from_entry=from_entry,
    )


def _durations(reached: pl.DataFrame, end: int, start: int) -> Durations | None:
    if reached.is_empty():
        return None
    here, there = times([end, start])
    elapsed = (reached[here] - reached[there]).sort()
    # Whole microseconds are summed exactly, in whatever order.
    mean = int(elapsed.cast(pl.Int128).sum()) / elapsed.len()
    return Durations(_quantile(elapsed, 0.5), _quantile(elapsed, 0.9), mean / 1e6)


def _quantile(microseconds: pl.Series, q: float) -> float:
    """Seconds; linear interpolation, so that the median of an even number is the mean of the middle two."""
    value = microseconds.quantile(q, "linear")
    assert value is not None
    return value / 1e6


def _weeks(ripe: pl.DataFrame, stages: int, timezone: str) -> tuple[tuple[int, ...], ...]:
    # The week of the journey's own entry would depend on the outcome: the deepest attempt may be a later one.
    entry = pl.from_epoch(FIRST_ENTRY, "us").dt.replace_time_zone("UTC").dt.convert_time_zone(timezone)
    weekly = ripe.group_by(entry.dt.truncate("1w").alias("week")).agg(
        pl.col(name).count().alias(f"reached_{name}") for name in times(range(stages))
    )
    return tuple(row[1:] for row in weekly.sort("week").iter_rows())


def _integer(value: object) -> int | None:
    return value if isinstance(value, int) else None
