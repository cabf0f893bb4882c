"""How far the journeys of each segment got: all of them, the ripe, and the later half of these."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from growthctl.kernel.counts import RIPE
from growthctl.kernel.names import FIRST_ENTRY
from growthctl.kernel.plan import Plan, times
from growthctl.kernel.segments import MISSING

MOST_SEGMENTS = 50
OTHER = "(other)"
NOT_REACHED = "(not reached)"
_LATER = "#later"


@dataclass(frozen=True)
class SegmentCounts:
    """How many journeys of a segment include each stage; `ripe` of them, and `later` of the ripe.

    `later` are those that first entered after half of the ripe had. `is_value`: false for NOT_REACHED and OTHER, which
    no journey has as a value.
    """

    values: tuple[object, ...]
    reached: tuple[int, ...]
    ripe: tuple[int, ...]
    later: tuple[int, ...]
    is_value: bool = True


def by_segment(journeys: pl.DataFrame, segments: pl.DataFrame, plan: Plan) -> list[SegmentCounts]:
    """The segments of marked `journeys`, the largest first; `segments` as from `segment_of`.

    Beyond MOST_SEGMENTS the smaller ones are one segment OTHER, so that the segments always sum to the total.
    """
    values = segments.drop(MISSING)
    properties = [f"property_{position}" for position in range(values.width)]
    values = values.rename(dict(zip(values.columns, properties, strict=True)))
    counted = _counted(journeys, values.with_columns(segments[MISSING]), plan)
    found = [
        SegmentCounts(
            values=(NOT_REACHED,) * len(properties) if row[MISSING] else tuple(row[name] for name in properties),
            is_value=not row[MISSING],
            **_counts(row, plan),
        )
        for row in counted.head(MOST_SEGMENTS).iter_rows(named=True)
    ]
    rest = counted.slice(MOST_SEGMENTS)
    if rest.is_empty():
        return found
    [sums] = rest.select(pl.col(_columns(plan)).sum()).iter_rows(named=True)
    return [*found, SegmentCounts(values=(OTHER,) * len(properties), is_value=False, **_counts(sums, plan))]


def _counted(journeys: pl.DataFrame, segments: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    stages = times(range(plan.stages))
    half = journeys.lazy().filter(RIPE).select(pl.col(FIRST_ENTRY).median()).collect().item()
    later = (pl.col(RIPE) & (pl.col(FIRST_ENTRY) > pl.lit(half, pl.Float64))).fill_null(value=False)
    return (
        pl.concat([journeys.select(*stages, RIPE, FIRST_ENTRY), segments], how="horizontal")
        .lazy()
        .with_columns(later.alias(_LATER))
        .group_by(segments.columns)
        .agg(
            *(pl.col(name).count().alias(f"reached{name}") for name in stages),
            *((pl.col(name).is_not_null() & pl.col(RIPE)).sum().alias(f"ripe{name}") for name in stages),
            *((pl.col(name).is_not_null() & pl.col(_LATER)).sum().alias(f"later{name}") for name in stages),
        )
        .sort(f"reached{stages[0]}", *segments.columns, descending=[True] + [False] * segments.width, nulls_last=True)
        .collect(engine="streaming")
    )


def _columns(plan: Plan) -> list[str]:
    return [f"{kind}{name}" for kind in ("reached", "ripe", "later") for name in times(range(plan.stages))]


def _counts(row: dict[str, int], plan: Plan) -> dict[str, tuple[int, ...]]:
    stages = times(range(plan.stages))
    return {kind: tuple(row[f"{kind}{name}"] for name in stages) for kind in ("reached", "ripe", "later")}
