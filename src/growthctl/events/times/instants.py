"""Numbers, and local times of a timezone, as instants: microseconds since 1970-01-01T00:00Z."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from growthctl.clock import DAY, SECOND

# 1000-01-01 and 2100-01-01: beyond lie stand-ins such as 9999-12-31, and digits such as 20090319043255 taken for ms.
EARLIEST, LATEST = 631_152_000_000_000, 4_102_444_800_000_000


def within_reach(instant: pl.Expr) -> pl.Expr:
    """Null for instants before the year 1000 or after 2099: they stand for something else."""
    return pl.when(instant.is_between(EARLIEST, LATEST, closed="left")).then(instant)


def epoch(number: pl.Expr) -> pl.Expr:
    """Seconds, ms, µs or ns since 1970 by their magnitude; not a number and infinite become null."""
    size = number.abs()
    micros = (
        pl.when(size < 1e11)
        .then(number * SECOND)
        .when(size < 1e14)
        .then(number * 1000)
        .when(size < 1e17)
        .then(number)
        .otherwise(number // 1000)
    )
    return micros.round().cast(pl.Int64, strict=False)


def start_of_day(midnight: pl.Expr, timezone: str) -> pl.Expr:
    """The instant at which a local day starts: where clocks go forward at midnight, at one."""
    return pl.coalesce(_zoned(midnight, timezone), _zoned(midnight.dt.offset_by("1h"), timezone))


def of_local(local: pl.Series, timezone: str) -> pl.Series:
    """Int64 instants of local times, Datetime("us"): of two the earlier, null where the clock skipped the time.

    Most days have one offset from UTC. It is looked up once a day, and only the times of other days one by one, which
    costs several times more.
    """
    micros = local.to_physical()
    if timezone == "UTC":
        return micros
    days = micros // DAY
    first, last = days.min(), days.max()
    if not isinstance(first, int) or not isinstance(last, int) or last - first >= len(local):
        return _one_by_one(local, timezone)
    instants = micros - _offsets(first, last, timezone).gather(days - first)
    left = (instants.is_null() & local.is_not_null()).arg_true()
    return instants.scatter(left, _one_by_one(local.gather(left), timezone)) if len(left) else instants


def evaluated(expression: Callable[[pl.Expr], pl.Expr], column: pl.Series) -> pl.Series:
    """The expression of a column that is at hand."""
    return column.to_frame("column").select_seq(expression(pl.col("column"))).to_series()


def _one_by_one(local: pl.Series, timezone: str) -> pl.Series:
    return evaluated(lambda local: _zoned(local, timezone), local)


def _offsets(first: int, last: int, timezone: str) -> pl.Series:
    """µs ahead of UTC of each day, counted from 1970; null where the day is not 24 hours long."""
    midnights = pl.int_range(first, last + 2, eager=True).alias("local") * DAY
    instants = _one_by_one(midnights.cast(pl.Datetime("us")), timezone)
    length = pl.col("instant").shift(-1) - pl.col("instant")
    offsets = pl.DataFrame({"local": midnights, "instant": instants}).select_seq(
        pl.when(length == DAY).then(pl.col("local") - pl.col("instant"))
    )
    return offsets.to_series().head(-1)


def _zoned(local: pl.Expr, timezone: str) -> pl.Expr:
    zoned = local.dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")
    return zoned.to_physical()
