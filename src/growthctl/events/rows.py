"""Canonical rows: who, what, when, the properties asked for, and why a row may not be used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl

from growthctl.errors import DataError, Problem
from growthctl.events.column_names import ALIASES, ENTITY, EVENT, REJECTED, TIME
from growthctl.events.conditions.expressions import compile_condition
from growthctl.events.formats.ndjson import UNREADABLE
from growthctl.events.reading.open import Log
from growthctl.events.times.instants import EARLIEST, LATEST
from growthctl.events.times.time_column import time_expr
from growthctl.funnel.nearest import did_you_mean
from growthctl.funnel.sections.source import Source

FAULTS = ("unreadable", "null_entity", "bad_time", "duplicate")
AFTER_AS_OF = "after_as_of"

_ID = "#id"
_REASONS = pl.Enum([*FAULTS, AFTER_AS_OF])
_MOST_LISTED = 20
_WITHIN_NS = 9_200_000_000_000_000
"""µs that a time in ns can hold, before and after 1970."""


def canonical_rows(
    log: Log, source: Source, timezone: str, properties: Sequence[str] = (), as_of: int | None = None
) -> pl.LazyFrame:
    """ENTITY, EVENT, TIME, REJECTED and `properties` of the rows that pass `source.filter`, in no order.

    REJECTED is the first that applies: `unreadable`, `null_entity`, `bad_time`, AFTER_AS_OF (later than `as_of`, µs; no
    fault), `duplicate` (of the rows with one id the first by time, entity, event and properties is kept). With
    `columns.id` the ids are read here, once more than the rows. A property may be a field of a struct: `page.path`.
    Raises DataError `unknown_column`, and what reading raises (see `open.compute`).
    """
    rows = _marked(log, source, timezone, properties, as_of)
    if source.columns.id is None:
        return rows
    is_usable = pl.col(REJECTED).is_null() & pl.col(_ID).is_not_null()
    hashes = rows.filter(is_usable).select(pl.col(_ID).hash()).collect().get_column(_ID).sort()
    repeated = hashes.filter(hashes == hashes.shift()).unique()
    if repeated.is_empty():
        return rows.drop(_ID)
    is_suspect = is_usable & pl.col(_ID).hash().is_in(repeated.implode())
    suspects = rows.filter(is_suspect).collect().sort(TIME, ENTITY, EVENT, *properties, nulls_last=True)
    # Two ids may share a hash, so among the suspects the ids themselves decide.
    is_kept = pl.col(_ID).is_first_distinct()
    judged = suspects.with_columns(pl.when(~is_kept).then(pl.lit("duplicate", _REASONS)).alias(REJECTED))
    others = rows.filter(is_suspect.not_())
    return pl.concat([others, judged.lazy()]).drop(_ID)


def usable(rows: pl.LazyFrame, log: Log) -> pl.LazyFrame:
    """Those of the canonical `rows` of a log that may be used."""
    # Nothing is filtered where the log says that there is nothing to filter.
    return rows if log.spotless else rows.filter(pl.col(REJECTED).is_null())


def _marked(log: Log, source: Source, timezone: str, properties: Sequence[str], as_of: int | None) -> pl.LazyFrame:
    """The canonical rows but for duplicates, with _ID where there is one."""
    columns = source.columns
    for name in (columns.entity, columns.event, columns.time, *([columns.id] if columns.id else [])):
        check_plain(log, name)
    canonical = {
        ENTITY: _key(log, columns.entity),
        EVENT: column_of(log, columns.event)[0].cast(pl.String),
        TIME: pl.col(columns.time).dt.cast_time_unit("us").to_physical()
        if log.spotless
        else time_expr(*column_of(log, columns.time), timezone, log.examples(columns.time)),
    }
    if columns.id is not None:
        canonical[_ID] = _key(log, columns.id)
    frame = log.frame.with_columns(**canonical)
    if log.format == "csv":
        # polars reads a blank line as a row of nulls.
        frame = frame.filter(pl.any_horizontal(pl.col(columns.entity, columns.event, columns.time).is_not_null()))
    if source.filter is not None:
        frame = frame.filter(compile_condition(source.filter, log.schema, ALIASES, timezone) | pl.col(UNREADABLE))
    rejected = pl.lit(None, _REASONS) if log.spotless else _rejected(as_of)
    kept = (_property(log, name) for name in dict.fromkeys(properties))
    return frame.select(*canonical, rejected.alias(REJECTED), *kept)


def _rejected(as_of: int | None) -> pl.Expr:
    reasons = {
        "unreadable": pl.col(UNREADABLE),
        "null_entity": pl.col(ENTITY).is_null(),
        "bad_time": pl.col(TIME).is_null(),
        AFTER_AS_OF: pl.lit(False) if as_of is None else pl.col(TIME) > as_of,
    }
    rejected = pl.lit(None, _REASONS)
    for reason, applies in reversed(reasons.items()):
        rejected = pl.when(applies).then(pl.lit(reason, _REASONS)).otherwise(rejected)
    return rejected


def _property(log: Log, name: str) -> pl.Expr:
    if name in ALIASES and name not in log.schema:
        return pl.col(ALIASES[name]).alias(name)
    return column_of(log, name)[0].alias(name)


def _key(log: Log, name: str) -> pl.Expr:
    """A column that tells rows apart; an empty text tells nothing."""
    column, _ = column_of(log, name)
    return pl.when(column != "").then(column) if log.is_text else column


def column_of(log: Log, name: str) -> tuple[pl.Expr, pl.DataType]:
    """The column of that name, or the field of a struct that a dotted name means, and its type.

    Raises DataError `unknown_column`.
    """
    outer, *fields = [name] if name in log.schema else name.split(".")
    expr: pl.Expr = pl.col(outer)
    dtype: object = log.schema.get(outer)
    for field in fields:
        inner = dtype.to_schema() if isinstance(dtype, pl.Struct) else {}
        expr, dtype = expr.struct.field(field), inner.get(field)
    if not isinstance(dtype, pl.DataType):
        raise _unknown(log, name)
    return expr, dtype


def check_plain(log: Log, name: str) -> None:
    """Raises DataError `type_mismatch` for a column of lists, objects or bytes, which nothing can be counted by."""
    dtype = column_of(log, name)[1]
    if dtype.is_nested() or dtype in (pl.Binary, pl.Object):
        message = f"the column '{name}' of {log.place} holds {dtype}, not one value a row"
        raise DataError(Problem("type_mismatch", message, "take it apart first, or name a field of it: a.b"))


def _unknown(log: Log, name: str) -> DataError:
    twins = [column for column in log.schema if column.startswith(f"{name} (column ")]
    if twins:
        message = f"the header of {log.place} has '{name}' more than once"
        return DataError(Problem("unknown_column", message, f"name one by its position: {' or '.join(twins)}"))
    listed = ", ".join(list(log.schema)[:_MOST_LISTED]) + (", …" if len(log.schema) > _MOST_LISTED else "")
    message = f"{log.place} has no column '{name}'{did_you_mean(name, log.schema)}"
    return DataError(Problem("unknown_column", message, f"columns: {listed}"))


class Quality(NamedTuple):
    """What the log held: rows_read = rows_used + the sum of rows_rejected, which has a count for each of FAULTS.

    Rows that `source.filter` drops are not counted, rows after `as_of` apart. Instants are µs since the epoch of usable
    rows, None without any.
    """

    rows_read: int
    rows_used: int
    rows_rejected: Mapping[str, int]
    first_event_at: int | None
    last_event_at: int | None
    rows_after_as_of: int = 0

    @classmethod
    def of(cls, counted: pl.DataFrame) -> Quality:
        """From what `quality` collects to."""
        row = counted.row(0, named=True)
        rejected = {fault: row[fault] for fault in FAULTS}
        return cls(
            rows_read=row["used"] + sum(rejected.values()),
            rows_used=row["used"],
            rows_rejected=rejected,
            first_event_at=row["first"],
            last_event_at=row["last"],
            rows_after_as_of=row[AFTER_AS_OF],
        )


def spotless(log: Log, source: Source, as_of: int | None) -> bool:
    """Whether a Parquet file says itself that every row has an entity and a time, so that no query has to look for rows
    that may not be used; there are no ids either that may be there twice.

    Asked of the bare columns, so that the statistics of its row groups can answer; False is "not known".
    """
    entity, time = source.columns.entity, source.columns.time
    dtype = log.schema.get(time)
    if log.format != "parquet" or source.identity or source.columns.id or entity not in log.schema:
        return False
    if not isinstance(dtype, pl.Datetime) or dtype.time_zone is None:
        return False
    earliest, latest = EARLIEST, LATEST if as_of is None else min(LATEST, as_of + 1)
    if dtype.time_unit == "ns":
        earliest, latest = max(earliest, -_WITHIN_NS), min(latest, _WITHIN_NS)
    start, end = (pl.lit(instant).cast(pl.Datetime("us", "UTC")).cast(dtype) for instant in (earliest, latest))
    inside = pl.col(time).is_between(start, end, closed="left")
    faulty = pl.col(entity).is_null() | pl.col(time).is_null() | ~inside
    return log.frame.select(entity, time).filter(faulty).head(1).collect(engine="streaming").is_empty()


def quality(rows: pl.LazyFrame) -> pl.LazyFrame:
    """One row of sums over canonical rows, to be collected beside others."""
    usable = pl.col(REJECTED).is_null()
    time = pl.col(TIME).filter(usable)
    faults = [(pl.col(REJECTED) == reason).sum().alias(reason) for reason in (*FAULTS, AFTER_AS_OF)]
    return rows.select(usable.sum().alias("used"), *faults, time.min().alias("first"), time.max().alias("last"))


def quality_of_spotless(log: Log, source: Source, known: pl.LazyFrame) -> Quality:
    """The same of a `spotless` log without ids and filter, of which some canonical rows, `known`, are read already.

    Only a row before or after these can be the first or the last, and few row groups hold any.
    """
    ends_known = known.select(pl.col(TIME).min().alias("first"), pl.col(TIME).max().alias("last"))
    first, last = ends_known.collect(engine="streaming").row(0)
    dtype, time = log.schema[source.columns.time], pl.col(source.columns.time)
    frame = log.frame.select(time)
    if first is not None:
        start, end = (pl.lit(end).cast(pl.Datetime("us", "UTC")).cast(dtype) for end in (first, last))
        frame = frame.filter(~time.is_between(start, end))
    micros = time.dt.cast_time_unit("us").to_physical()
    beyond = frame.select(micros.min().alias("first"), micros.max().alias("last")).collect(engine="streaming").row(0)
    used = int(log.frame.select(pl.len()).collect(engine="streaming").item())
    moments = [moment for moment in (first, last, *beyond) if moment is not None]
    return Quality(used, used, dict.fromkeys(FAULTS, 0), min(moments, default=None), max(moments, default=None))


def event_counts(rows: pl.LazyFrame) -> dict[str, int]:
    """The usable canonical rows of each event name; looks through the log once more."""
    counted = rows.filter(pl.col(REJECTED).is_null()).group_by(EVENT).len().collect(engine="streaming")
    return dict(counted.drop_nulls(EVENT).sort(EVENT).iter_rows())
