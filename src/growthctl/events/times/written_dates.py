"""Dates and times as people write them, as ISO text: names of months, AM and PM, the year first or last."""

from __future__ import annotations

from typing import Literal

import polars as pl

DAY_FIRST: Literal["day-first"] = "day-first"
MONTH_FIRST: Literal["month-first"] = "month-first"
DateOrder = Literal["day-first", "month-first"]
"""What comes first in a date such as 03/02/2014."""
_CLOCK = (
    r"(?:(?:\s*,\s*|\s+|[Tt:])(?<hour>[0-9]{1,2}):(?<minute>[0-5][0-9])(?::(?<second>[0-5]?[0-9])(?:[.,](?<fraction>[0-9]+))?)?"
    r"(?:\s*(?<half>[AaPp])\.?[Mm]\.?)?\s*(?<offset>[Zz]|UTC|GMT|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)?)?\s*$"
)
_MONTH = r"(?<name>(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))[a-z]*\.?"
_WEEKDAY = r"^\s*(?:(?i:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+)?"
_YEAR, _DAY = r"(?<year>[0-9]{4})", r"(?<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_ANY_YEAR = r"(?<year>[0-9]{4}|[0-9]{2})"
_PLAIN = (
    rf"^\s*{_YEAR}[-/.](?<month>[0-9]{{1,2}})[-/.](?<day>[0-9]{{1,2}}){_CLOCK}",
    rf"{_WEEKDAY}{_DAY}[-/.\s]+{_MONTH}[-/.,\s]+{_YEAR}{_CLOCK}",
    rf"{_WEEKDAY}{_MONTH}\s+{_DAY},?\s+{_YEAR}{_CLOCK}",
)
_ORDERED = {
    DAY_FIRST: rf"^\s*(?<day>[0-9]{{1,2}})[-/.](?<month>[0-9]{{1,2}})[-/.]{_ANY_YEAR}{_CLOCK}",
    MONTH_FIRST: rf"^\s*(?<month>[0-9]{{1,2}})[-/.](?<day>[0-9]{{1,2}})[-/.]{_ANY_YEAR}{_CLOCK}",
}
_FIRST_OF_1900S = "69"
"""As in POSIX, a year of two digits is one of 1969 to 2068."""
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: str(number) for number, name in enumerate(_NAMES, start=1)}


def as_iso(texts: pl.Series, order: DateOrder | None) -> pl.Series:
    """`YYYY-MM-DD`, or `YYYY-MM-DD HH:MM:SS.ffffff+02:00` as far as it is written; null for what is no such date.

    Dates of numbers whose year comes last are read by `order`, and not at all without one.
    """
    patterns = [*_PLAIN, *([_ORDERED[order]] if order else [])]
    return texts.to_frame("text").select_seq(pl.coalesce(_iso(pattern) for pattern in patterns)).to_series()


def _iso(pattern: str) -> pl.Expr:
    groups = pl.col("text").str.extract_groups(pattern).struct

    def part(name: str) -> pl.Expr:
        return groups.field(name)

    month = part("month") if "<month>" in pattern else part("name").str.to_lowercase().replace_strict(_MONTHS)
    year = part("year")
    century = pl.when(year < _FIRST_OF_1900S).then(pl.lit("20")).otherwise(pl.lit("19"))
    year = pl.when(year.str.len_bytes() == 2).then(century + year).otherwise(year)
    date = pl.concat_str([year, month.str.zfill(2), part("day").str.zfill(2)], separator="-")
    hour, half = part("hour").cast(pl.Int64), part("half").str.to_lowercase()
    hour = pl.when(half.is_null()).then(hour).when(hour.is_between(1, 12)).then(hour % 12 + 12 * (half == "p"))
    second, fraction = part("second").fill_null("0"), part("fraction")
    clock = pl.concat_str([hour.cast(pl.String).str.zfill(2), part("minute"), second.str.zfill(2)], separator=":")
    tail = pl.concat_str([pl.lit(".") + fraction, part("offset").replace("GMT", "UTC")], ignore_nulls=True)
    return pl.when(part("hour").is_null()).then(date).otherwise(pl.concat_str([date, pl.lit(" "), clock, tail]))
