"""Events that must not lie between two stages."""

from __future__ import annotations

import polars as pl

from growthctl.events.rows import ENTITY, TIME
from growthctl.kernel.names import EXCLUDED, UNIT
from growthctl.kernel.plan import ENTRY_TIME, Plan


def fence(number: int) -> str:
    """The column with the time of the next event of that exclusion, strictly later; null when there is none."""
    return f"fence_{number}"


def with_fences(events: pl.DataFrame, exclusions: int) -> pl.DataFrame:
    """`events` (ENTITY, TIME, EXCLUDED …) with a fence for each exclusion."""
    for number in range(exclusions):
        following = _of(events, number).select(ENTITY, TIME, pl.col(TIME).alias(fence(number)))
        events = (
            events.with_row_index("order")
            .sort(TIME)
            .join_asof(
                following, on=TIME, by=ENTITY, strategy="forward", allow_exact_matches=False, check_sortedness=False
            )
            .sort("order")
            .drop("order")
        )
    return events


def last_excluded(attempts: pl.DataFrame, events: pl.DataFrame, plan: Plan, stage: int, last: str) -> pl.DataFrame:
    """The attempts that end at `stage` (time in the column `last`) and then, inside their window, meet an event whose
    exclusion drops the entity: UNIT, time_0 and the time of the last such event, `end`.
    """
    ends = []
    for number, rule in enumerate(plan.exclusions):
        if not rule.drop or not rule.after <= stage < rule.before:
            continue
        excluded = _of(events, number).select(ENTITY, pl.col(TIME).alias("closing"), pl.col(TIME).alias("end"))
        closing = pl.lit(excluded["end"].max(), pl.Int64)
        if plan.window is not None:
            closing = pl.col(ENTRY_TIME) + plan.window
        asked = attempts.select(ENTITY, UNIT, ENTRY_TIME, pl.col(last).alias("last"), closing.alias("closing"))
        found = (
            asked.drop_nulls("closing")
            .sort("closing")
            .join_asof(excluded, on="closing", by=ENTITY, strategy="backward", check_sortedness=False)
        )
        ends.append(found.filter(pl.col("end") > pl.col("last")).select(UNIT, ENTRY_TIME, "end"))
    if not ends:
        return attempts.select(UNIT, ENTRY_TIME, pl.lit(None, pl.Int64).alias("end")).clear()
    return pl.concat(ends).group_by(UNIT, ENTRY_TIME).agg(pl.col("end").max())


def _of(events: pl.DataFrame, number: int) -> pl.DataFrame:
    return events.filter(pl.col(EXCLUDED) & (1 << number) > 0).select(ENTITY, TIME).unique().sort(TIME)
