"""Who moves through the funnel: entities and their sessions as numbers, and whose events may be chained."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from growthctl.events.rows import ENTITY, TIME
from growthctl.kernel.names import SESSION, UNIT

NAME = "#name"


def numbered(events: pl.DataFrame, hold: Sequence[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`events` with ENTITY as a number and UNIT added; and what the units stand for: UNIT, NAME, SESSION, `hold`.

    With SESSION, an entity is a pair of both. UNIT is the entity, or the entity with its values of `hold`: null where
    one of these is null, because an entry with a null holds nothing.
    """
    keys = [name for name in (ENTITY, SESSION) if name in events.columns]
    names = events.select(keys).unique().sort(keys).with_row_index("#number")
    events = events.join(names, on=keys, maintain_order="left").drop(keys).rename({"#number": ENTITY})
    names = names.rename({ENTITY: NAME}).rename({"#number": ENTITY})
    if not hold:
        return events.with_columns(pl.col(ENTITY).alias(UNIT)), names.rename({ENTITY: UNIT})
    units = events.select(ENTITY, *hold).drop_nulls().unique().sort(ENTITY, *hold).with_row_index(UNIT)
    events = events.join(units, on=[ENTITY, *hold], how="left", maintain_order="left").drop(hold)
    return events, units.join(names, on=ENTITY).drop(ENTITY)


def sessions_by_gap(events: pl.LazyFrame, gap: int) -> pl.LazyFrame:
    """`events` with SESSION: numbered from 1 per entity; more than `gap` microseconds without an event end one."""
    ordered = events.sort(ENTITY, TIME, maintain_order=True)
    same = pl.col(ENTITY).eq_missing(pl.col(ENTITY).shift())
    starts = ~same | (pl.col(TIME) - pl.col(TIME).shift() > gap)
    return (
        ordered.with_columns(starts.fill_null(value=True).cast(pl.UInt32).alias("starts"))
        .with_columns(pl.col("starts").cum_sum().over(ENTITY).alias(SESSION))
        .drop("starts")
    )
