"""Times that cannot be read, or not before somebody says how: which comes first, what else they may be."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from growthctl.events.reading.open import Log
from growthctl.events.reading.readable import collected
from growthctl.events.times.time_column import time_expr
from growthctl.events.times.written_dates import DAY_FIRST, MONTH_FIRST
from growthctl.funnel.sections.source import Source

_YEAR_LAST = re.compile(r"\s*\d{1,2}([-/.])\d{1,2}\1\d{2,4}\b")
_TWO_NUMBERS = r"^\s*(?<first>\d{1,2})[-/.](?<second>\d{1,2})[-/.]\d{4}\b"
_LAST_MONTH = 12
_LOOK = 1000
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_FIRST_EPOCH = 631_152_000
"""1990 in seconds since 1970."""
_EXCEL = (32_874, 73_051)
"""1990 and 2100 in days of Excel."""


def settled(log: Log, source: Source, *, everywhere: bool = False) -> Source:
    """The source with what comes first in dates such as 03/02/2014, where one of all of them tells: 31/01/2014.

    `everywhere`: may there be such dates although none is among the first times?
    """
    dtype = log.schema.get(source.columns.time)
    if source.time_format is not None or source.time_origin is not None or dtype != pl.String():
        return source
    if not everywhere and not any(_YEAR_LAST.match(text) for text in _first_texts(log, source.columns.time)):
        return source
    order = _comes_first(log, source.columns.time)
    return source if order is None else source.model_copy(update={"time_format": order})


def _first_texts(log: Log, column: str) -> list[str]:
    if examples := log.examples(column):
        return examples
    head = collected(log, lambda frame: frame.select(column).head(_LOOK))
    return head.get_column(column).drop_nulls().to_list()


def _comes_first(log: Log, column: str) -> str | None:
    text = pl.col(column).str.extract_groups(_TWO_NUMBERS).alias("numbers")
    largest = pl.all().cast(pl.Int64).max()
    row = collected(log, lambda frame: frame.select(text).unnest("numbers").select(largest)).row(0)
    is_day = [number is not None and number > _LAST_MONTH for number in row]
    return None if is_day[0] == is_day[1] else DAY_FIRST if is_day[0] else MONTH_FIRST


def how_to_mend(times: Sequence[str], source: Source, timezone: str) -> str:
    """What to do about rows of which the first few have these times."""
    if not times:
        return "mend these rows, or allow more with source.max_bad"
    key = "columns.time" if source.counted is None else "counted.day"
    if source.time_format is not None:
        return f"is source.time_format ('{source.time_format}') how {key} is written?"
    if any(_YEAR_LAST.match(time) for time in times):
        return "day-first and month-first dates look alike: set source.time_format to day-first, or month-first"
    if all(_NUMBER.fullmatch(time) and _EXCEL[0] <= float(time) <= _EXCEL[1] for time in times):
        return "Excel counts days so: export them as dates, or set source.time_origin: 1899-12-30, and time_unit: d"
    if all(_NUMBER.fullmatch(time) and abs(float(time)) < _FIRST_EPOCH for time in times):
        return "numbers that count from a start? Set source.time_origin: 2024-01-01, and time_unit: s, m, h or d"
    if any(_was_skipped(time, timezone) for time in times):
        return f"clocks in {timezone} never showed some of these: are the times of another zone? Set timezone"
    if source.counted is not None and any(time.lower().startswith("total") for time in times):
        return f"rows of totals? source.filter: \"{source.columns.time} NOT LIKE 'Total%'\" leaves them out"
    column = f"is {key} ('{source.columns.time}') the column that says when?"
    return f"{column} Local times are in {timezone}; source.max_bad allows more"


def _was_skipped(time: str, timezone: str) -> bool:
    """Is it a time of day like any other, but for one zone, whose clocks went past it?"""
    column = pl.DataFrame({"time": [time]})
    local, universal = (time_expr(pl.col("time"), pl.String(), zone) for zone in (timezone, "UTC"))
    return timezone != "UTC" and column.select(local.is_null() & universal.is_not_null()).item() is True
