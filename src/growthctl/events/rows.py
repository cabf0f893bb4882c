"""Canonical rows: who, what, when, the properties asked for, and why a row may not be used."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from growthctl.events.column_names import ALIASES, ENTITY, EVENT, REJECTED, TIME, UNREADABLE
from growthctl.events.columns import check_plain, column_of, id_of
from growthctl.events.conditions.expressions import compile_condition
from growthctl.events.reading.open import Log
from growthctl.events.times.event_time import event_time
from growthctl.funnel.sections.column_lists import FILE, Constant
from growthctl.funnel.sections.source import Source

FAULTS = ("unreadable", "null_entity", "bad_time", "duplicate")
"""Why a row is not used."""
AFTER_AS_OF = "after_as_of"
"""Why a row is not used that is no fault."""
BLANK = "blank"
"""Why a row is not used that has neither entity nor event nor time: a blank line is no fault, see `stray_rows`."""

_ID = "#id"
_REASONS = pl.Enum([*FAULTS, AFTER_AS_OF, BLANK])


def canonical_rows(
    log: Log, source: Source, timezone: str, properties: Sequence[str] = (), as_of: int | None = None
) -> pl.LazyFrame:
    """ENTITY, EVENT, TIME, REJECTED and `properties` of the rows that pass `source.filter`, in no order.

    REJECTED is the first that applies: `unreadable`, BLANK (of CSV), `null_entity`, `bad_time`, AFTER_AS_OF (later than
    `as_of`, µs; no fault), `duplicate` (of the rows with one id the first by time, entity, event and properties is
    kept). With `columns.id` the ids are read here, once more than the rows. A property may be a field of a struct:
    `page.path`. Raises DataError `unknown_column`, and what reading raises.
    """
    if REJECTED in log.schema:
        # Rows of several logs, which are canonical already.
        return log.frame.select(ENTITY, EVENT, TIME, REJECTED, *dict.fromkeys(properties))
    rows = _marked(log, source, timezone, properties, as_of)
    if source.stage_history is not None:
        rows = _changes(rows)
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


def _changes(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Rows of a history of stages without those that repeat the stage: an edit of something else wrote them."""
    is_usable = pl.col(REJECTED).is_null()
    good = rows.filter(is_usable).sort(ENTITY, TIME, EVENT, maintain_order=True)
    is_change = pl.col(EVENT).ne_missing(pl.col(EVENT).shift().over(ENTITY)) | pl.col(ENTITY).is_first_distinct()
    return pl.concat([rows.filter(~is_usable), good.filter(is_change)])


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
        ENTITY: column_of(log, columns.entity)[0] if log.spotless else id_of(log, columns.entity),
        EVENT: column_of(log, columns.event)[0].cast(pl.String),
        TIME: pl.col(columns.time).dt.cast_time_unit("us").to_physical()
        if log.spotless
        else event_time(*column_of(log, columns.time), source, timezone, log.examples(columns.time)),
    }
    if columns.id is not None:
        canonical[_ID] = id_of(log, columns.id)
    frame = log.frame.with_columns(**canonical)
    frame = _filtered(frame, log, source, timezone)
    rejected = pl.lit(None, _REASONS) if log.spotless else _rejected(as_of, _is_blank(log, source))
    kept = (_property(log, name) for name in dict.fromkeys(properties))
    return frame.select(*canonical, rejected.alias(REJECTED), *kept)


def stray_rows(log: Log, source: Source, timezone: str) -> int:
    """How many BLANK rows have something in another column, so that they are no blank lines.

    To tell these apart all columns are read, once more than the rows and only where there are BLANK ones.
    """
    written = [name for name in log.written or log.schema if name != FILE]
    says_something = pl.any_horizontal(pl.col(written).is_not_null())
    blank = log.frame.filter(_is_blank(log, source) & says_something & ~pl.col(UNREADABLE))
    nothing = {EVENT: pl.lit(None, pl.String), TIME: pl.lit(None, pl.Int64)}
    rows = _filtered(blank.with_columns(**nothing), log, source, timezone)
    return int(rows.select(pl.len()).collect(engine="streaming").item())


def _is_blank(log: Log, source: Source) -> pl.Expr:
    """Whether a row has neither entity nor event nor time, in a format where blank lines are such rows."""
    if log.format is None or not log.format.has_rows_for_blank_lines:
        return pl.lit(value=False)
    columns, identity = source.columns, source.identity
    who = [columns.entity] if identity is None else [identity.anonymous, identity.known]
    names = [name for name in (*who, columns.event, columns.time) if not isinstance(name, Constant)]
    return pl.all_horizontal(pl.col(names).is_null())


def _filtered(frame: pl.LazyFrame, log: Log, source: Source, timezone: str) -> pl.LazyFrame:
    """The rows that pass `source.filter`, and those that cannot be read; `frame` has EVENT and TIME."""
    if source.filter is None:
        return frame
    return frame.filter(compile_condition(source.filter, log.schema, ALIASES, timezone) | pl.col(UNREADABLE))


def _rejected(as_of: int | None, blank: pl.Expr) -> pl.Expr:
    reasons = {
        "unreadable": pl.col(UNREADABLE),
        BLANK: blank,
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


def event_counts(rows: pl.LazyFrame) -> dict[str, int]:
    """The usable canonical rows of each event name; looks through the log once more."""
    counted = rows.filter(pl.col(REJECTED).is_null()).group_by(EVENT).len().collect(engine="streaming")
    return dict(counted.drop_nulls(EVENT).sort(EVENT).iter_rows())
