"""Texts as instants by a declared format of strftime."""

from __future__ import annotations

import re

import polars as pl

from growthctl.events.times.instants import evaluated, of_local, within_reach

_CLOCK = re.compile(r"%[-_0]?[HIkMSTRXcsp]")
_ZONE = re.compile(r"%:*z|%#z")
_MIDNIGHT, _MIDNIGHT_FORMAT = " 00:00", " %H:%M"


def time_of_format(text: pl.Expr, format: str, timezone: str) -> pl.Expr:
    """Int64 µs since the epoch, null where a text is not written so; without a zone in the local time of `timezone`.

    A day alone is its start.
    """
    text = text.str.strip_chars()
    if _ZONE.search(format):
        return within_reach(_strptime(text, format).to_physical())
    if not _CLOCK.search(format):
        return _instants(_strptime(text + _MIDNIGHT, format + _MIDNIGHT_FORMAT), timezone)
    return _instants(_strptime(text, format), timezone)


def _strptime(text: pl.Expr, format: str) -> pl.Expr:
    return text.str.to_datetime(format, time_unit="us", strict=False, cache=False)


def _instants(local: pl.Expr, timezone: str) -> pl.Expr:
    return local.map_batches(
        lambda times: evaluated(within_reach, of_local(times, timezone)), pl.Int64, is_elementwise=True
    )
