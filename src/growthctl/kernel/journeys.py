"""The journey of every entity: the deepest attempt; of several the earliest entry, then the earliest next stage …

Read this first: events become numbered, entries are chosen, the order of the funnel finds the attempts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import polars as pl

from growthctl.events.rows import ENTITY, TIME
from growthctl.kernel.any_order import any_order_attempts
from growthctl.kernel.entities import NAME, numbered
from growthctl.kernel.exclusions import with_fences
from growthctl.kernel.names import DEPTH, EXCLUDED, FIRST_ENTRY, GROUP, ORDER, SESSION, STAGES, UNIT
from growthctl.kernel.one_after_the_other import one_after_the_other
from growthctl.kernel.pick import deepest
from growthctl.kernel.plan import ENTRY_TIME, Plan, times, without_drop
from growthctl.kernel.sequential import sequential_journeys
from growthctl.kernel.strict import MET, strict_attempts


@dataclass(frozen=True)
class Entries:
    """Which entries may start attempts: those in [since, until), in microseconds since the epoch.

    `period` maps a time to the period that it lies in; then an entity has a journey in each period that it enters.
    """

    since: int | None = None
    until: int | None = None
    period: Callable[[pl.Expr], pl.Expr] | None = None


def journeys(events: pl.DataFrame, plan: Plan, entries: Entries) -> pl.DataFrame:
    """A row per journey: ENTITY (and SESSION), GROUP, DEPTH, FIRST_ENTRY, time_0 … time_{K−1}, `plan.hold`.

    `events`: see `match.matched_events`. Times are microseconds since the epoch, null where the journey lacks the
    stage; DEPTH counts required stages; GROUP is the period, the entry's time for `count: attempts`, else 0.
    In `order: any`, time_k is when the journey had k + 1 different stages. Sorted by entity and group.
    """
    keys = [name for name in (ENTITY, SESSION, ORDER) if name in events.columns]
    bits = [
        pl.col(STAGES).cast(pl.UInt64),
        pl.col(EXCLUDED).cast(pl.UInt64) if plan.exclusions else pl.lit(0, pl.UInt64).alias(EXCLUDED),
    ]
    events, units = numbered(events.select(*keys, TIME, *bits, *plan.hold), plan.hold)
    events = with_fences(events, len(plan.exclusions))
    started = _entries(events, plan, entries)
    first_entry = started.group_by(ENTITY, GROUP).agg(pl.col(TIME).min().alias(FIRST_ENTRY))
    found = _found(events, started, plan)
    if plan.count == "attempts":
        found = _attempts(found, events, started, plan)
    stages = times(range(plan.stages))
    absent = [pl.lit(None, pl.Int64).alias(name) for name in stages if name not in found.columns]
    session = [SESSION] if SESSION in keys else []
    return (
        found.with_columns(absent)
        .join(first_entry, on=[ENTITY, GROUP])
        .join(units, on=UNIT)
        .sort(ENTITY, GROUP)
        .select(pl.col(NAME).alias(ENTITY), *session, GROUP, DEPTH, FIRST_ENTRY, *stages, *plan.hold)
    )


def excluded(events: pl.DataFrame, plan: Plan, entries: Entries, found: pl.DataFrame) -> list[int]:
    """For each stage, the journeys that an exclusion keeps from it, or takes out of the count before it."""
    if not plan.exclusions:
        return [0] * plan.stages
    key = [name for name in (ENTITY, SESSION, GROUP) if name in found.columns]
    stopped = journeys(events, without_drop(plan), entries).select(*key, DEPTH)
    free = journeys(events, replace(plan, exclusions=()), entries).select(*key, pl.col(DEPTH).alias("free"))
    left = stopped.join(found, on=key, how="anti")
    cut = stopped.join(free, on=key).filter(pl.col(DEPTH) < pl.col("free")).select(*key, DEPTH)
    depths = pl.concat([left, cut]).unique().group_by(DEPTH).len()
    counts = [0] * plan.stages
    for depth, number in depths.iter_rows():
        counts[plan.required[depth]] = number
    return counts


def _entries(events: pl.DataFrame, plan: Plan, entries: Entries) -> pl.DataFrame:
    """The instants at which attempts may start: UNIT, TIME, ENTITY, GROUP."""
    entry = pl.col(STAGES) > 0 if plan.order == "any" else pl.col(STAGES) & 1 > 0
    found = events.filter(entry).select(UNIT, TIME, ENTITY).drop_nulls(UNIT).unique()
    if entries.since is not None:
        found = found.filter(pl.col(TIME) >= entries.since)
    if entries.until is not None:
        found = found.filter(pl.col(TIME) < entries.until)
    if plan.count == "attempts":
        group = pl.col(TIME)
    else:
        group = entries.period(pl.col(TIME)) if entries.period else pl.lit(0, pl.Int64)
    found = found.with_columns(group.alias(GROUP))
    if plan.entry == "first":
        scope = [ENTITY] if plan.count == "attempts" else [ENTITY, GROUP]
        found = found.filter(pl.col(TIME) == pl.col(TIME).min().over(scope))
    return found


def _found(events: pl.DataFrame, started: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """ENTITY, GROUP, UNIT, DEPTH and the times of the stages."""
    if plan.order == "sequential":
        return sequential_journeys(events, started, plan)
    if plan.order == "any":
        attempts = any_order_attempts(events.drop_nulls(UNIT), started, plan)
        return deepest(attempts.join(started, left_on=[UNIT, ENTRY_TIME], right_on=[UNIT, TIME]), plan)
    attempts = strict_attempts(events.sort(ENTITY, TIME, ORDER), started, plan)
    met = attempts.group_by(ENTITY, GROUP).agg(pl.col(MET).max().alias("most"))
    return (
        deepest(attempts.filter(pl.col(DEPTH) > 0), plan)
        .join(met, on=[ENTITY, GROUP])
        .filter(pl.col("most") <= pl.col(DEPTH))
        .drop(MET, "most")
    )


def _attempts(found: pl.DataFrame, events: pl.DataFrame, started: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Those of `found`, one per entry, that the entity makes one after the other."""
    running = found
    if any(rule.drop for rule in plan.exclusions):
        # An attempt that leaves the counts still ends where it met the exclusion.
        running = _found(events, started, without_drop(plan))
    return found.join(one_after_the_other(running, events, plan), on=[ENTITY, GROUP], how="semi")
