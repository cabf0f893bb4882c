"""When journeys pass the stages: small counts by hour, and per segment by day, which show where events are missing."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from growthctl.kernel.counts import RIPE
from growthctl.kernel.plan import Plan, times
from growthctl.kernel.segments import MISSING

HOUR = 3_600_000_000
DAY = 24 * HOUR
LEAST_ENTERED = 100
MOST_SEGMENTS = 20

Passage = tuple[int, int, int, int, int]
"""(hour or day since the epoch on the local clock, position among the required stages, journeys that reached it then,
the ripe ones of them, those of them that also reached the next required stage)"""
_SEGMENT = "#segment"


def passages(journeys: pl.DataFrame, plan: Plan, offset: int) -> list[Passage]:
    """Passages of marked `journeys` by the hour, in no order; `offset` is local time − UTC, in microseconds."""
    return _counted(journeys.lazy(), plan, HOUR, offset, []).rows()


def passages_by_segment(
    journeys: pl.DataFrame, segments: pl.DataFrame, plan: Plan, offset: int
) -> list[tuple[tuple[object, ...], list[Passage]]]:
    """(values, passages by the day) of the largest segments, the largest first; `segments` as from `segment_of`."""
    names = [f"property_{position}" for position in range(segments.width - 1)]
    values = segments.drop(MISSING)
    values = values.rename(dict(zip(values.columns, names, strict=True)))
    reaching = pl.concat([journeys.select(RIPE, *times(plan.required)), values], how="horizontal")
    reaching = reaching.filter(~segments[MISSING])
    sizes = reaching.group_by(names).len("size").filter(pl.col("size") >= LEAST_ENTERED)
    order = [True] + [False] * len(names)
    largest = sizes.sort("size", *names, descending=order, nulls_last=True).head(MOST_SEGMENTS).drop("size")
    numbered = largest.with_row_index(_SEGMENT).lazy()
    labelled = reaching.lazy().join(numbered, on=names, nulls_equal=True)
    counted = _counted(labelled, plan, DAY, offset, [_SEGMENT]).partition_by(_SEGMENT, as_dict=True, include_key=False)
    return [(row, counted[(number,)].rows()) for number, row in enumerate(largest.rows())]


def _counted(journeys: pl.LazyFrame, plan: Plan, width: int, offset: int, keys: Sequence[str]) -> pl.DataFrame:
    """`keys` and the fields of PASSAGE."""
    stages = times(plan.required)
    counted = []
    for position, here in enumerate(stages):
        goes_on = pl.col(stages[position + 1]).is_not_null() if position + 1 < len(stages) else pl.lit(value=False)
        local_bin = ((pl.col(here) + offset) // width).alias("bin")
        counted.append(
            journeys.filter(pl.col(here).is_not_null())
            .group_by(*keys, local_bin)
            .agg(pl.len().alias("reached"), pl.col(RIPE).sum().alias("ripe"), goes_on.sum().alias("went_on"))
            .select(*keys, "bin", pl.lit(position).alias("position"), "reached", "ripe", "went_on")
        )
    return pl.concat(counted).collect()
