"""On which weekdays a stage is reached: what a capacity per day is measured against."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple, Self

import polars as pl

from growthctl.clock import NEVER
from growthctl.kernel.tally.sums import earliest, latest
from growthctl.stats.arrays import Ints


class Weekdays(NamedTuple):
    """On which days journeys of some entities reached a stage."""

    counts: tuple[int, ...]
    """How many on each weekday, Monday first."""
    first: date | None
    last: date | None

    @classmethod
    def of(cls, time: Ints, timezone: str) -> Self:
        """`time`: when each journey reached the stage (µs; NEVER does not count)."""
        at = pl.Series(time[time != NEVER]).cast(pl.Datetime("us"))
        local = at.dt.replace_time_zone("UTC").dt.convert_time_zone(timezone).dt.date()
        counts = dict(local.dt.weekday().value_counts().iter_rows())
        days = pl.DataFrame({"day": local}).select(first=pl.col("day").min(), last=pl.col("day").max())
        return cls(tuple(counts.get(day, 0) for day in range(1, 8)), *days.row(0))

    def __add__(self, other: Self) -> Self:  # type: ignore[override]
        counts = tuple(map(sum, zip(self.counts, other.counts, strict=True)))
        return type(self)(counts, earliest(self.first, other.first), latest(self.last, other.last))

    @property
    def days(self) -> int:
        """How many calendar days from the first to the last."""
        return (self.last - self.first).days + 1 if self.first and self.last else 0
