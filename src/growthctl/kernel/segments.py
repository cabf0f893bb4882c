"""The value of a property for each journey: the segment that it belongs to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from growthctl.events.rows import ENTITY, TIME
from growthctl.kernel.moments import Ints
from growthctl.kernel.names import SESSION, STAGES
from growthctl.kernel.plan import Plan, times

MISSING = "#missing"
NOWHERE = -1
"""The row of a stage that a journey lacks."""
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


def segment_of_rows(
    source: pl.DataFrame, row: Mapping[int, Ints], properties: Sequence[str], attribution: str | int
) -> pl.DataFrame:
    """The same for journeys of which it is known which `row` of `source` fills each stage; NOWHERE where none does."""
    names = list(properties)
    if isinstance(attribution, str):
        stages = sorted(row, reverse=attribution == "last")
        values = _first_known([of_rows(source, row[stage], names) for stage in stages], names)
        return values.with_columns(pl.lit(value=False).alias(MISSING))
    missing = pl.Series(MISSING, row[attribution] == NOWHERE)
    return of_rows(source, row[attribution], names).with_columns(missing)


def of_rows(source: pl.DataFrame, row: Ints, properties: Sequence[str]) -> pl.DataFrame:
    """`properties` of some rows; null for NOWHERE."""
    index = pl.Series(row)
    if bool((row == NOWHERE).any()):
        index = index.replace(NOWHERE, None)
    return pl.DataFrame([source[name].gather(index) for name in properties])


def values_at(
    journeys: pl.DataFrame, events: pl.DataFrame, plan: Plan, properties: Sequence[str], stage: int
) -> pl.DataFrame:
    """`properties` of the event at a stage for each of `journeys`, in their order; null where there is none.

    Of several events at the stage's instant that match it, the one with the smallest values: whichever row the log
    happens to hold first must not decide.
    """
    matching = pl.col(STAGES) > 0 if plan.order == "any" else pl.col(STAGES) & (1 << stage) > 0
    # A session by gap has no column of its own: an entity has one session at a time.
    keys = [name for name in (ENTITY, SESSION) if name in events.columns]
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
    return _first_known([values_at(journeys, events, plan, properties, stage) for stage in order], properties)


def _first_known(values: Sequence[pl.DataFrame], properties: Sequence[str]) -> pl.DataFrame:
    """Of several values for each journey the first that is not null."""
    together = [pl.coalesce(pl.Series(name, frame[name]) for frame in values).alias(name) for name in properties]
    return pl.select(together)
