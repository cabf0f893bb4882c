"""On which weekdays a stage is reached: what a capacity per day is measured against."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from growthctl.clock import NEVER
from growthctl.stats.arrays import Ints


class Weekdays(NamedTuple):
    """How many journeys reached a stage on each weekday, Monday first, and over how many calendar days."""

    counts: tuple[int, ...]
    days: int


def weekdays(parts: Sequence[Ints], timezone: str) -> Weekdays:
    """The weekdays, in a timezone, of the moments (µs; NEVER does not count) at which journeys reached a stage."""
    moments = np.concatenate(parts)
    at = pl.Series(moments[moments != NEVER]).cast(pl.Datetime("us"))
    local = at.dt.replace_time_zone("UTC").dt.convert_time_zone(timezone).dt.date()
    if local.is_empty():
        return Weekdays((0,) * 7, 0)
    counts = dict(local.dt.weekday().value_counts().iter_rows())
    first, last = local.sort().gather([0, -1])
    return Weekdays(tuple(counts.get(day, 0) for day in range(1, 8)), (last - first).days + 1)
