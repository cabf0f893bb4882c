"""Strict order: the very next event of the entity, of whatever name, must be the next stage.

From an entry there is one way to go, once it is chosen which optional stages are taken: stage by stage through the
rows that follow. Each choice is tried.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from growthctl.events.rows import ENTITY, TIME
from growthctl.kernel.exclusions import fence
from growthctl.kernel.names import DEPTH, GROUP, STAGES, UNIT
from growthctl.kernel.plan import Plan, choices, times

MET = "#met"
"""How deep a sequence goes that meets an event whose exclusion drops the entity; 0 when none does."""


def strict_attempts(events: pl.DataFrame, entries: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """The deepest attempt of each entry and choice of optional stages: ENTITY, GROUP, UNIT, time_0 …, DEPTH, MET.

    `events` are all events of the entities with their fences, sorted by ENTITY and TIME and in the order of the log
    within; `entries` the UNIT, TIME and GROUP of those that may start an attempt.
    """
    marked = events.join(entries.drop(ENTITY), on=[UNIT, TIME], how="left", maintain_order="left")
    return pl.concat(
        [_along(marked, plan, sorted((*plan.required, *taken))) for taken in choices(plan.optional)],
        how="diagonal",
    )


def _along(events: pl.DataFrame, plan: Plan, path: Sequence[int]) -> pl.DataFrame:
    names = times(path)
    entry = pl.col(GROUP).is_not_null() & (pl.col(STAGES) & 1 > 0)
    frame = events.lazy().with_columns(pl.col(TIME).shift(-step).alias(name) for step, name in enumerate(names))
    possible, clean, met = entry, [], []
    for step in range(len(path)):
        if step:
            possible = possible & _follows(plan, path, step)
        blocked, dropped = _between(plan, path, step)
        possible = possible & ~blocked
        depth = pl.lit(sum(passed in plan.required for passed in path[: step + 1]))
        taints = dropped | _afterwards(plan, path, step)
        clean.append(pl.when(possible & ~taints).then(depth).otherwise(0))
        met.append(pl.when(possible & taints).then(depth).otherwise(0))
        possible = possible & ~dropped
    steps = [pl.when(hit > 0).then(step + 1).otherwise(0) for step, hit in enumerate(clean)]
    found = frame.select(
        ENTITY,
        GROUP,
        UNIT,
        *names,
        pl.max_horizontal(clean).cast(pl.UInt8).alias(DEPTH),
        pl.max_horizontal(met).cast(pl.UInt8).alias(MET),
        pl.max_horizontal(steps).alias("steps"),
        entry.alias("entry"),
    ).filter("entry")
    kept = [pl.when(pl.col("steps") > step).then(name).alias(name) for step, name in enumerate(names)]
    return found.with_columns(kept).drop("steps", "entry").collect()


def _follows(plan: Plan, path: Sequence[int], step: int) -> pl.Expr:
    """Is the row `step` after the entry's an event of the entity that may be stage `path[step]`?"""
    now, before = pl.col(TIME).shift(-step), pl.col(TIME).shift(1 - step)
    conditions = [
        pl.col(ENTITY).shift(-step) == pl.col(ENTITY),
        pl.col(STAGES).shift(-step) & (1 << path[step]) > 0,
        pl.col(UNIT).shift(-step).eq_missing(pl.col(UNIT)),
    ]
    if plan.ties == "later":
        conditions.append(now > before)
    if plan.window is not None:
        conditions.append(now - pl.col(TIME) <= plan.window)
    within = plan.within[path[step]]
    if within is not None:
        anchor = path.index(plan.anchor(path[step]))
        conditions.append(now - pl.col(TIME).shift(-anchor) <= within)
    return pl.all_horizontal(conditions).fill_null(value=False)


def _between(plan: Plan, path: Sequence[int], step: int) -> tuple[pl.Expr, pl.Expr]:
    """Does an excluded event lie before the row of `step` where it must not: (of effect stop, of effect drop)?"""
    stop, drop = pl.lit(value=False), pl.lit(value=False)
    for number, rule in enumerate(plan.exclusions):
        if rule.after < path[step] <= rule.before:
            excluded = pl.col(fence(number)).shift(-path.index(rule.after))
            hit = (pl.col(TIME).shift(-step) > excluded).fill_null(value=False)
            stop, drop = (stop, drop | hit) if rule.drop else (stop | hit, drop)
    return stop, drop


def _afterwards(plan: Plan, path: Sequence[int], step: int) -> pl.Expr:
    """Does a sequence whose last required stage is the one up to `step` meet an excluded event later, in its window?"""
    end = max(position for position in range(step + 1) if path[position] in plan.required)
    met = pl.lit(value=False)
    for number, rule in enumerate(plan.exclusions):
        if rule.drop and rule.after <= path[end] < rule.before:
            following = pl.col(fence(number)).shift(-end)
            inside = following.is_not_null()
            if plan.window is not None:
                inside = inside & (following - pl.col(TIME) <= plan.window)
            met = met | inside.fill_null(value=False)
    return met
