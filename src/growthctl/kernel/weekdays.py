"""On which weekdays a stage is reached: what a capacity per day is measured against."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from growthctl.kernel.plan import times


@dataclass(frozen=True)
class Weekdays:
    """How many journeys reached a stage on each weekday, Monday first, and over how many calendar days."""

    counts: tuple[int, ...]
    days: int


def weekdays(journeys: pl.DataFrame, stage: int, timezone: str) -> Weekdays:
    """The weekdays on which `stage` was reached, in a timezone."""
    at = journeys[times([stage])[0]].drop_nulls().cast(pl.Datetime("us"))
    local = at.dt.replace_time_zone("UTC").dt.convert_time_zone(timezone).dt.date()
    if local.is_empty():
        return Weekdays((0,) * 7, 0)
    counts = dict(local.dt.weekday().value_counts().iter_rows())
    first, last = local.sort().gather([0, -1])
    return Weekdays(tuple(counts.get(day, 0) for day in range(1, 8)), (last - first).days + 1)
