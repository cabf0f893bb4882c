"""Numbers, and local times of a timezone, as instants: microseconds since 1970-01-01T00:00Z."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from growthctl.clock import DAY, SECOND

# 1000-01-01 and 2100-01-01: beyond lie stand-ins such as 9999-12-31, and digits such as 20090319043255 taken for ms.
EARLIEST, LATEST = -30_610_224_000_000_000, 4_102_444_800_000_000
EARLIEST_EVENT = 631_152_000_000_000
"""1990-01-01: nobody logged events before, and small numbers would be times of 1970."""
# Digits of a day, or of a day and a time; as seconds or ms since 1970 they would be before 1990 or after 2100.
_DIGITS = {
    "%Y%m%d": (19_900_101, 20_991_231),
    "%Y%m%d%H%M": (199_001_010_000, 209_912_312_359),
    "%Y%m%d%H%M%S": (19_900_101_000_000, 20_991_231_235_959),
}


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


def of_numbers(number: pl.Series, timezone: str, *, is_local: bool = False) -> pl.Series:
    """Int64 instants of whole numbers: the digits of a local day or time (`20240131`, `20240131093005`), else `epoch`.

    `is_local`: do they count from 1970 on the clocks of `timezone`?
    """
    instants = evaluated(epoch, number)
    if is_local:
        instants = of_local(instants.cast(pl.Datetime("us")), timezone)
    for form, (first, last) in _DIGITS.items():
        at = number.is_between(first, last).arg_true()
        if len(at):
            instants = instants.scatter(at, _of_digits(number.gather(at), form, timezone))
    return instants


def _of_digits(number: pl.Series, form: str, timezone: str) -> pl.Series:
    if form == "%Y%m%d":
        day = number.cast(pl.String).str.to_date(form, strict=False).cast(pl.Datetime("us"))
        return evaluated(lambda midnight: start_of_day(midnight, timezone), day)
    return of_local(number.cast(pl.String).str.to_datetime(form, time_unit="us", strict=False), timezone)


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
