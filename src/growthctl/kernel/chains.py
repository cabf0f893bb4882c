"""Chains of events through a list of stages, all of which must be passed, found by looking backwards.

For a depth d, call a cell of stage k *alive* when a chain of cells leads from it to stage d within every limit that
counts from stage k or later. Going back from stage d, the successor of a cell is the first alive cell of the next
stage: the following cell of its own run when that is alive, else the first alive start of a run at a later instant.

Why that is exact. Every rule bounds the time of a later stage by a non-decreasing function of the time of an earlier
one (order: t_j ≥ t_i, window: t_j ≤ t_1 + W, within: t_k ≤ t_i + D, exclusion: t_j ≤ the first excluded event after
t_i). Such constraints are closed under taking the earlier of two chains stage by stage, so among all chains from a cell
there is one that is earliest at *every* stage: the chain of first alive successors. If that one breaks a limit that
counts from the cell, every other does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from growthctl.events.rows import TIME
from growthctl.kernel.names import UNIT
from growthctl.kernel.plan import TIME_OF, times


@dataclass(frozen=True)
class Limit:
    """`stage` comes at most `most` microseconds after `anchor`, or not after the time in the column `most`."""

    anchor: int
    stage: int
    most: int | str


def chains(cells: pl.DataFrame, depth: int, limits: Sequence[Limit]) -> pl.DataFrame:
    """Each entry that leads through the first `depth` stages, with its earliest chain: UNIT, time_0 … .

    `cells` are in the order of `ties.cells`, and so is the result. Limits on deeper stages do not apply.
    """
    frame = cells.with_row_index("at").with_columns(pl.col("at").cast(pl.Int64))
    alive = _stage(frame, depth - 1)
    for stage in range(depth - 2, -1, -1):
        alive = _step_back(_stage(frame, stage), alive, stage)
        for limit in limits:
            if limit.anchor == stage and limit.stage < depth:
                alive = alive.filter(_holds(limit))
        alive = alive.select("at", UNIT, "first", *times(range(stage, depth)))
    return alive.select(UNIT, *times(range(depth)))


def _holds(limit: Limit) -> pl.Expr:
    start, end = (pl.col(column) for column in times([limit.anchor, limit.stage]))
    if isinstance(limit.most, int):
        return end - start <= limit.most
    return (end <= pl.col(limit.most)).fill_null(value=True)


def _stage(frame: pl.DataFrame, stage: int) -> pl.DataFrame:
    return frame.filter(pl.col("stage") == stage).drop("stage").rename({TIME: times([stage])[0]})


def _step_back(here: pl.DataFrame, alive: pl.DataFrame, stage: int) -> pl.DataFrame:
    """The cells of `here` (one stage) that have a successor among the `alive` cells of the next, with its times."""
    later = [column for column in alive.columns if column.startswith(TIME_OF)]
    starts = alive.filter(pl.col("first") == stage + 1).select("at", pl.col(UNIT).alias("successor"), *later)
    found = here.join_asof(starts, on="at", strategy="forward").filter(pl.col("successor") == pl.col(UNIT))
    continued = alive.filter(pl.col("first") <= stage).select(pl.col("at") - 1, *later)
    if continued.is_empty():
        return found
    same_run = here.join(continued, on="at")
    elsewhere = found.join(same_run, on="at", how="anti")
    return pl.concat([same_run, elsewhere.select(same_run.columns)]).sort("at")
