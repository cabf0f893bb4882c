"""Entities that have a stage, but not where the funnel wants it."""

from __future__ import annotations

import polars as pl

from growthctl.events.rows import ENTITY, TIME
from growthctl.kernel.names import SESSION, STAGES
from growthctl.kernel.plan import ENTRY_TIME, Plan, times

_JOURNEY = "#journey"


def out_of_order(journeys: pl.DataFrame, events: pl.DataFrame, plan: Plan) -> list[int]:
    """For each stage, the journeys without it whose entity has an event of it before the previous required stage.

    Or at any time, when the journey lacks that one too. Only events at most a window away from the entry count, so
    that who merely came too late is not among them. In `order: any` there is none.
    """
    counts = [0] * plan.stages
    if plan.order == "any":
        return counts
    keys = [name for name in (ENTITY, SESSION) if name in journeys.columns]
    numbered = journeys.with_row_index(_JOURNEY)
    for stage in range(1, plan.stages):
        here, previous = times([stage, plan.anchor(stage)])
        without = numbered.filter(pl.col(here).is_null()).select(
            _JOURNEY, *keys, ENTRY_TIME, pl.col(previous).alias("before")
        )
        having = without.join(events.filter(pl.col(STAGES) & (1 << stage) > 0).select(*keys, TIME), on=keys)
        early = pl.col("before").is_null() | (pl.col(TIME) < pl.col("before"))
        if plan.give_up is not None:
            early = early & ((pl.col(TIME) - pl.col(ENTRY_TIME)).abs() <= plan.give_up)
        counts[stage] = having.filter(early)[_JOURNEY].n_unique()
    return counts
