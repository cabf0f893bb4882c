"""The columns of a log, nested ones field by field: what is in them, and in how many rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

import polars as pl

from growthctl.events.reading.open import Log
from growthctl.events.reading.readable import collected
from growthctl.events.shape.grouped_numbers import GROUPED
from growthctl.events.shape.nesting import Nesting
from growthctl.events.storage.memory import rows_about
from growthctl.events.times.event_time import event_time
from growthctl.events.times.written_dates import DAY_FIRST, MONTH_FIRST
from growthctl.funnel.sections.source import Source

Kind = Literal["text", "number", "time", "boolean"]
SAMPLE = 1000
MOST_COLUMNS = 100
_EXAMPLES, _LOOK = 3, 5
_MAY_BE_TIME = re.compile(
    r"\d[-/.]\d|\d:\d|^\s*\d{8,19}(\.\d+)?\s*$|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec", re.IGNORECASE
)
_MOSTLY = 0.95
_MOST_EXACT = 2_000_000
_ORDERS = (None, DAY_FIRST, MONTH_FIRST)


class ColumnProfile(NamedTuple):
    """What is in a column, or in a field of a nested one under its dotted name."""

    name: str
    kind: Kind
    examples: tuple[str, ...]
    """The first few that differ."""
    rows: int
    """Of the log."""
    filled: int
    """Rows in which it is not null."""
    distinct: int
    """How many values; of a long log about."""
    largest: float | None = None
    """Of numbers."""


def names_in(schema: Sequence[str], nested: Mapping[str, Nesting]) -> list[str]:
    """All plain columns, and the fields of the nested ones by their dotted names."""
    names = [name for column in schema for name in _names_below(column, nested.get(column))]
    return names[:MOST_COLUMNS]


def _names_below(name: str, nesting: Nesting | None) -> Iterator[str]:
    if nesting is None:
        yield name
    elif nesting.kind != "list":
        for key in nesting.names:
            yield from _names_below(f"{name}.{key}", nesting.children.get(key))


def head_of(log: Log, rows: int = SAMPLE) -> pl.DataFrame:
    """The first rows, without those that cannot be read."""
    return collected(log, lambda frame: frame.head(rows))


def column_profiles(log: Log, names: Sequence[str]) -> list[ColumnProfile]:
    """Those of `names`, which are columns of the log; looks through all of it once."""
    head = head_of(log)
    plain = [name for name in names if not head.schema[name].is_nested() and head.schema[name] != pl.Binary]
    columns = [pl.col(name) for name in plain]
    rows = rows_about(log)
    is_exact = rows is not None and rows <= _MOST_EXACT
    counts = collected(
        log,
        lambda frame: frame.select(
            pl.len().alias("#rows"),
            *(column.count().alias(f"#filled {n}") for n, column in enumerate(columns)),
            *(_distinct(column, is_exact=is_exact).alias(f"#distinct {n}") for n, column in enumerate(columns)),
            *(_number(log, name).max().alias(f"#largest {n}") for n, name in enumerate(plain)),
        ),
    ).row(0, named=True)
    return [
        ColumnProfile(
            name,
            kind_of(head[name]),
            tuple(head[name].drop_nulls().cast(pl.String).unique(maintain_order=True).head(_EXAMPLES)),
            counts["#rows"],
            counts[f"#filled {number}"],
            counts[f"#distinct {number}"],
            counts[f"#largest {number}"],
        )
        for number, name in enumerate(plain)
    ]


def _distinct(column: pl.Expr, *, is_exact: bool) -> pl.Expr:
    values = column.drop_nulls()
    return values.n_unique() if is_exact else values.approx_n_unique()


def _number(log: Log, name: str) -> pl.Expr:
    dtype = log.schema[name]
    is_number = dtype.is_numeric() or dtype == pl.String()
    return pl.col(name).cast(pl.Float64, strict=False) if is_number else pl.lit(None, pl.Float64)


def kind_of(values: pl.Series) -> Kind:
    """What some values of a column are."""
    values = values.drop_nulls()
    if values.dtype == pl.String():
        values = values.filter(values != "")
    if values.dtype == pl.Boolean() or (
        values.len() and set(values.cast(pl.String).str.to_lowercase()) <= {"true", "false"}
    ):
        return "boolean"
    if values.len() and _share_of_times(values) >= _MOSTLY:
        return "time"
    if values.dtype.is_numeric():
        return "number"
    texts = values.cast(pl.String)
    numbers = texts.cast(pl.Float64, strict=False).is_not_null() | texts.str.contains(GROUPED)
    return "number" if values.len() and numbers.sum() >= _MOSTLY * values.len() else "text"


def _share_of_times(values: pl.Series) -> float:
    if values.dtype == pl.String() and not all(_MAY_BE_TIME.search(value) for value in values.head(_LOOK)):
        return 0.0
    frame = values.to_frame("value")
    sources = [Source(time_format=order) for order in _ORDERS]
    times = [event_time(pl.col("value"), values.dtype, source, "UTC").count() for source in sources]
    (counts,) = frame.select(time.alias(str(n)) for n, time in enumerate(times)).rows()
    return float(max(counts) / values.len())
