"""Any order: how many different stages can be filled from an entry on, inside the window.

An attempt starts at the earliest of its events. Which sets of events can fill different stages one to one is a
transversal matroid, so taking events in the order of time, each that still adds a stage, gives the most stages and the
earliest times at once (greedy is optimal on matroids: Rado 1957). What an event can add depends only on which bit sets
were taken before; a real log has few such collections, and each is worked out once.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from growthctl.events.rows import TIME
from growthctl.kernel.matching import matched
from growthctl.kernel.names import DEPTH, STAGES, UNIT
from growthctl.kernel.plan import ENTRY_TIME, Plan, times


def any_order_attempts(events: pl.DataFrame, entries: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """The deepest attempt of each entry: UNIT, time_0 … (in the order of time), DEPTH.

    `events` holds UNIT, TIME, STAGES; `entries` the UNIT and TIME of those that may start an attempt.
    """
    if plan.ties == "later":
        # Of one instant only one event may be used: whichever helps.
        events = events.group_by(UNIT, TIME).agg(pl.col(STAGES).bitwise_or())
    frame = events.select(UNIT, TIME, STAGES).filter(pl.col(STAGES) > 0).sort(UNIT, TIME, STAGES).with_row_index("at")
    frame = frame.with_columns(pl.col("at").cast(pl.Int64))
    running = frame.join(entries, on=[UNIT, TIME], how="semi").select(
        "at", UNIT, pl.col("at").alias("entry"), pl.concat_list(STAGES).alias("taken"), pl.col(TIME).alias(ENTRY_TIME)
    )
    attempts = [running.clear()]
    for depth in range(1, plan.stages + 1):
        further = _further(running, frame, plan, depth)
        stopped = running.join(further, on="entry", how="anti")
        attempts.append(stopped.with_columns(pl.lit(depth, pl.UInt8).alias(DEPTH)))
        running = further
    return pl.concat(attempts, how="diagonal").select(UNIT, *times(range(plan.stages)), DEPTH)


def _further(running: pl.DataFrame, frame: pl.DataFrame, plan: Plan, depth: int) -> pl.DataFrame:
    """The running attempts that find one more stage, with the time at which they do."""
    reached = times([depth])[0]
    found = [running.clear().with_columns(pl.lit(None, pl.Int64).alias(reached))]
    different = running.select("taken").unique().to_series().to_list()
    wanted = pl.DataFrame(
        [(taken, _wanted(taken, plan.stages)) for taken in different],
        schema={"taken": pl.List(pl.UInt64), "wanted": pl.UInt64},
        orient="row",
    )
    for (stages,), group in (
        running.join(wanted, on="taken").partition_by("wanted", as_dict=True, include_key=False).items()
    ):
        useful = frame.filter(pl.col(STAGES) & stages > 0).select(
            "at", pl.col("at").alias("found"), pl.col(UNIT).alias("successor"), pl.col(TIME).alias(reached), STAGES
        )
        next_useful = group.sort("at").join_asof(useful, on="at", strategy="forward", allow_exact_matches=False)
        inside = pl.col("successor") == pl.col(UNIT)
        if plan.window is not None:
            inside = inside & (pl.col(reached) - pl.col(ENTRY_TIME) <= plan.window)
        found.append(
            next_useful.filter(inside).select(
                pl.col("found").alias("at"),
                UNIT,
                "entry",
                pl.concat_list("taken", STAGES).list.sort().alias("taken"),
                *times(range(depth + 1)),
            )
        )
    return pl.concat(found)


def _wanted(taken: Sequence[int], stages: int) -> int:
    """The stages that one more event may match to add a stage to the events `taken` (bit sets)."""

    def fits(events: Sequence[int]) -> bool:
        by_stage = [sum(1 << e for e, bits in enumerate(events) if bits >> k & 1) for k in range(stages)]
        return len(matched(range(len(events)), by_stage)) == len(events)

    return sum(1 << stage for stage in range(stages) if fits([*taken, 1 << stage]))
