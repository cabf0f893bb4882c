"""When an event happened, by what the funnel file says of its column of times."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl

from growthctl.clock import DAY, SECOND
from growthctl.events.times.declared_format import time_of_format
from growthctl.events.times.instants import EARLIEST_EVENT, LATEST, evaluated
from growthctl.events.times.time_column import time_expr
from growthctl.events.times.written_dates import DAY_FIRST, MONTH_FIRST
from growthctl.funnel.sections.source import Source

_UNITS = {"s": SECOND, "m": 60 * SECOND, "h": 3600 * SECOND, "d": DAY}


def event_time(
    column: pl.Expr, dtype: pl.DataType, source: Source, timezone: str, examples: Sequence[str] = ()
) -> pl.Expr:
    """Int64 µs since the epoch, null where `column` holds no time from 1990 to 2099.

    Before lie numbers that are none of seconds since 1970: days of a spreadsheet, hours since a start.
    """
    # Named twice in one expression, the time would be read twice.
    return _time(column, dtype, source, timezone, examples).map_batches(
        lambda instants: evaluated(_in_time, instants),
        pl.Int64,
        is_elementwise=True,
    )


def _in_time(instant: pl.Expr) -> pl.Expr:
    return pl.when(instant.is_between(EARLIEST_EVENT, LATEST, closed="left")).then(instant)


def _time(column: pl.Expr, dtype: pl.DataType, source: Source, timezone: str, examples: Sequence[str]) -> pl.Expr:
    is_text = isinstance(dtype, pl.String | pl.Categorical | pl.Enum)
    if source.time_origin is not None and (is_text or dtype.is_numeric()):
        number = column.cast(pl.String).str.strip_chars() if is_text else column
        since = (number.cast(pl.Float64, strict=False) * _UNITS[source.time_unit]).round().cast(pl.Int64, strict=False)
        return _bounded(since + _origin(source.time_origin, timezone))
    order = source.time_format if source.time_format in (DAY_FIRST, MONTH_FIRST) else None
    if source.time_format is not None and order is None and (is_text or dtype.is_integer()):
        return time_of_format(column.cast(pl.String), source.time_format, timezone)
    return time_expr(column, dtype, timezone, examples, order=order, is_local=source.time_is == "local")


def _bounded(instant: pl.Expr) -> pl.Expr:
    return pl.when(instant < LATEST).then(instant)


def _origin(text: str, timezone: str) -> int:
    origin = datetime.fromisoformat(text)
    zoned = origin if origin.tzinfo else origin.replace(tzinfo=ZoneInfo(timezone))
    return round(zoned.timestamp() * SECOND)
