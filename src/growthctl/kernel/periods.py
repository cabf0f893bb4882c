"""Hours, days, weeks and months in the funnel's timezone; a day has 23, 24 or 25 hours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

import polars as pl

from growthctl.clock import TimeRange
from growthctl.stats.arrays import Ints

Every = Literal["hour", "day", "week", "month"]
_STEP = {"hour": "1h", "day": "1d", "week": "1w", "month": "1mo"}


class Period(NamedTuple):
    """An hour, day, week or month."""

    group: int
    """As `period_of` maps to it."""
    starts: datetime
    """As the clocks show it."""
    start_at: int
    """µs since the epoch."""
    end_at: int
    """It lasts until before then."""


def period_of(every: Every, timezone: str) -> Callable[[pl.Expr], pl.Expr]:
    """Maps microseconds since the epoch to the start of their period on the local clock, as microseconds.

    The hour that clocks go through twice is one period of two hours.
    """

    def start(time: pl.Expr) -> pl.Expr:
        return _local(time, timezone).dt.truncate(_STEP[every]).to_physical()

    return start


def span_of(spans: Sequence[TimeRange]) -> Callable[[pl.Expr], pl.Expr]:
    """Maps a time to the position of its span, or to their number; the spans do not overlap."""

    def position(time: pl.Expr) -> pl.Expr:
        place = pl.lit(len(spans))
        for number, span in enumerate(spans):
            place = pl.when((time >= span.since) & (time < span.until)).then(number).otherwise(place)
        return place.cast(pl.Int64)

    return position


def periods(every: Every, timezone: str, first: int, last: int) -> list[Period]:
    """All periods from the one that holds the instant `first` to the one that holds `last`, without gaps."""
    ends = pl.DataFrame({"at": [first, last]}).select(_local(pl.col("at"), timezone).dt.truncate(_STEP[every]))["at"]
    step = _STEP[every]
    following = ends.dt.offset_by(step)[1]
    starts = pl.datetime_range(ends[0], following, step, time_unit="us", eager=True)
    instants = pl.select(_instant(starts, timezone)).to_series().to_list()
    return [
        Period(group, label, start, end)
        for group, label, start, end in zip(starts.to_physical(), starts, instants, instants[1:], strict=False)
        if start < end
    ]


def instants_of(local: Ints, timezone: str) -> Ints:
    """The first instants (µs) at which clocks show at least these local times (µs, in their order)."""
    return pl.select(_instant(pl.Series(local).cast(pl.Datetime("us")), timezone)).to_series().to_numpy()


def _local(time: pl.Expr, timezone: str) -> pl.Expr:
    instant = time.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    return instant.dt.convert_time_zone(timezone).dt.replace_time_zone(None)


def _instant(local: pl.Series, timezone: str) -> pl.Expr:
    """The first instant at which clocks show at least this: where they skip it, the instant at which they do."""

    def zoned(naive: pl.Expr) -> pl.Expr:
        return naive.dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null").to_physical()

    column = pl.lit(local)
    skipped = column.dt.offset_by("1h").dt.truncate("1h")
    instants = pl.coalesce(zoned(column), zoned(skipped), zoned(skipped.dt.offset_by("1h")))
    # Samoa once went without a whole day.
    return instants.fill_null(strategy="backward")
