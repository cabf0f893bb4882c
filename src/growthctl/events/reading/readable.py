"""Logs in which some row cannot be read: asked at once, and again with a slower reader that only marks such a row."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import polars as pl

from growthctl.events.reading.open import Log, data_errors, row_by_row

T = TypeVar("T")


def of_readable(log: Log, question: Callable[[Log], T]) -> T:
    """The answer to a question about a log; where a row of it cannot be read, asked again of it row by row.

    What goes wrong while it is read becomes DataError.
    """
    with data_errors(log.place):
        try:
            return question(log)
        except (pl.exceptions.ComputeError, pl.exceptions.SchemaError):
            if log.slower is None and (log.format is None or not log.format.stops_at_bad_rows):
                raise
        return question(row_by_row(log) if log.slower is None else log.slower())


def collected(log: Log, query: Callable[[pl.LazyFrame], pl.LazyFrame]) -> pl.DataFrame:
    """What a query about the frame of a log gives; where a row of it cannot be read, of the others."""
    return of_readable(log, lambda readable: query(readable.frame).collect(engine="streaming"))
