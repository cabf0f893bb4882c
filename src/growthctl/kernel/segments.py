"""The value of a property for each journey: the segment that it belongs to."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from growthctl.events.rows import ENTITY, TIME
from growthctl.kernel.names import SESSION, STAGES
from growthctl.kernel.plan import Plan, times

MISSING = "#missing"
_JOURNEY = "#journey"


def segment_of(
    journeys: pl.DataFrame, events: pl.DataFrame, plan: Plan, properties: Sequence[str], attribution: str | int
) -> pl.DataFrame:
    """The value of each of `properties` for each of `journeys`, in their order; and MISSING.

    `attribution`: `first` or `last` (non-null along the journey), or a stage; MISSING where a journey lacks that.
    """
    names = list(properties)
    if isinstance(attribution, str):
        values = _along(journeys, events, plan, names, latest=attribution == "last")
        return values.with_columns(pl.lit(value=False).alias(MISSING))
    values = values_at(journeys, events, plan, names, attribution)
    return values.with_columns(journeys[times([attribution])[0]].is_null().alias(MISSING))


def values_at(
    journeys: pl.DataFrame, events: pl.DataFrame, plan: Plan, properties: Sequence[str], stage: int
) -> pl.DataFrame:
    """`properties` of the event at a stage for each of `journeys`, in their order; null where there is none.

    Of several events at the stage's instant that match it, the one with the smallest values: whichever row the log
    happens to hold first must not decide.
    """
    matching = pl.col(STAGES) > 0 if plan.order == "any" else pl.col(STAGES) & (1 << stage) > 0
    keys = [name for name in (ENTITY, SESSION) if name in journeys.columns]
    held = [pl.col(name).alias(f"{name} held") for name in plan.hold]
    here = journeys.with_row_index(_JOURNEY).select(_JOURNEY, *keys, *held, pl.col(times([stage])[0]).alias(TIME))
    there = events.filter(matching).select(*keys, *held, TIME, *properties)
    found = (
        here.join(there, on=here.columns[1:])
        .sort(_JOURNEY, *properties, nulls_last=True)
        .unique(_JOURNEY, keep="first", maintain_order=True)
        .select(_JOURNEY, *properties)
    )
    return here.select(_JOURNEY).join(found, on=_JOURNEY, how="left", maintain_order="left").drop(_JOURNEY)


def _along(
    journeys: pl.DataFrame, events: pl.DataFrame, plan: Plan, properties: Sequence[str], *, latest: bool
) -> pl.DataFrame:
    order = range(plan.stages - 1, -1, -1) if latest else range(plan.stages)
    values = pl.concat(
        [
            values_at(journeys, events, plan, properties, stage).rename({p: f"{p}@{stage}" for p in properties})
            for stage in order
        ],
        how="horizontal",
    )
    return values.select(pl.coalesce(f"{name}@{stage}" for stage in order).alias(name) for name in properties)
