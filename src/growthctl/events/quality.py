"""Whether a log is good enough to be believed, and if not, which rows to look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import PurePath
from typing import NamedTuple

import polars as pl

from growthctl.errors import DataError, Notice, Problem
from growthctl.events.column_names import REJECTED, ROW, TIME
from growthctl.events.columns import says_nothing
from growthctl.events.reading.open import Log, data_errors, parts
from growthctl.events.rows import AFTER_AS_OF, BLANK, FAULTS, canonical_rows
from growthctl.events.slips.bad_times import how_to_mend
from growthctl.events.sources.identity import unlinked
from growthctl.events.times.instants import EARLIEST_EVENT, LATEST
from growthctl.funnel.sections.source import Source

_SHOWN = 3
_WIDEST = 60
_BAD = ("unreadable", "bad_time")
_REASONS = {"unreadable": "broken", "bad_time": "without a readable time"}
_WITHIN_NS = 9_200_000_000_000_000
"""µs that a time in ns can hold, before and after 1970."""


class Quality(NamedTuple):
    """What the log held; rows that `source.filter` drops are not counted."""

    rows_read: int
    """rows_used + the sum of rows_rejected."""
    rows_used: int
    rows_rejected: Mapping[str, int]
    """How many for each of FAULTS."""
    first_event_at: int | None
    """µs since the epoch of the first usable row; None without any."""
    last_event_at: int | None
    rows_after_as_of: int = 0

    @classmethod
    def of(cls, counted: pl.DataFrame, stray: int = 0) -> Quality:
        """From what `quality_sums` collects to; `stray` of the BLANK rows are no blank lines, see `rows.stray_rows`."""
        row = counted.row(0, named=True)
        rejected = {fault: row[fault] for fault in FAULTS}
        rejected["null_entity"] += stray
        return cls(
            rows_read=row["used"] + sum(rejected.values()),
            rows_used=row["used"],
            rows_rejected=rejected,
            first_event_at=row["first"],
            last_event_at=row["last"],
            rows_after_as_of=row[AFTER_AS_OF],
        )

    def with_stray(self, stray: int) -> Quality:
        """With so many rows more that have no entity, though they are no blank lines."""
        rejected = {**self.rows_rejected, "null_entity": self.rows_rejected["null_entity"] + stray}
        return self._replace(rows_read=self.rows_read + stray, rows_rejected=rejected)


class Offender(NamedTuple):
    """A row that cannot be read."""

    place: str
    """Its file and line, or row."""
    reason: str
    """`unreadable` or `bad_time`."""
    time: object
    """As the log has it."""


def is_spotless(log: Log, source: Source, timezone: str, as_of: int | None) -> bool:
    """Whether a Parquet file says itself that every row has an entity and a time, so that no query has to look for rows
    that may not be used; there are no ids either that may be there twice.

    Asked of the bare columns, so that the statistics of its row groups can answer; False is "not known". Times without
    a zone are instants only where the funnel's zone is UTC.
    """
    entity, time = source.columns.entity, source.columns.time
    dtype = log.schema.get(time)
    if not log.is_columnar or source.identity or source.stage_history or source.columns.id or entity not in log.schema:
        return False
    if not isinstance(dtype, pl.Datetime) or (dtype.time_zone is None and timezone != "UTC"):
        return False
    earliest, latest = EARLIEST_EVENT, LATEST if as_of is None else min(LATEST, as_of + 1)
    if dtype.time_unit == "ns":
        earliest, latest = max(earliest, -_WITHIN_NS), min(latest, _WITHIN_NS)
    start, end = (_as_time(instant, dtype) for instant in (earliest, latest))
    inside = pl.col(time).is_between(start, end, closed="left")
    faulty = pl.col(entity).is_null() | pl.col(time).is_null() | ~inside
    absent = says_nothing(pl.col(entity), log.schema[entity])
    faulty = faulty if absent is None else faulty | absent
    return log.frame.select(entity, time).filter(faulty).head(1).collect(engine="streaming").is_empty()


def _as_time(instant: int, dtype: pl.DataType) -> pl.Expr:
    """An instant (µs) as a column of times has it; without a zone it is that of UTC."""
    zone = dtype.time_zone if isinstance(dtype, pl.Datetime) else None
    return pl.lit(instant).cast(pl.Datetime("us", "UTC" if zone else None)).cast(dtype)


def quality_sums(rows: pl.LazyFrame, more: Sequence[pl.Expr] = ()) -> pl.LazyFrame:
    """One row of sums over canonical rows, and `more` of them, to be collected beside others."""
    usable = pl.col(REJECTED).is_null()
    time = pl.col(TIME).filter(usable)
    faults = [(pl.col(REJECTED) == reason).sum().alias(reason) for reason in (*FAULTS, AFTER_AS_OF, BLANK)]
    ends = time.min().alias("first"), time.max().alias("last")
    return rows.select(usable.sum().alias("used"), *faults, *ends, *more)


def quality_of_spotless(log: Log, source: Source, known: pl.LazyFrame) -> Quality:
    """The quality of a `spotless` log without ids and filter, of which some canonical rows, `known`, are read already.

    Only a row before or after these can be the first or the last, and few row groups hold any.
    """
    ends_known = known.select(pl.col(TIME).min().alias("first"), pl.col(TIME).max().alias("last"))
    first, last = ends_known.collect(engine="streaming").row(0)
    dtype, time = log.schema[source.columns.time], pl.col(source.columns.time)
    frame = log.frame.select(time)
    if first is not None:
        start, end = (_as_time(end, dtype) for end in (first, last))
        frame = frame.filter(~time.is_between(start, end))
    micros = time.dt.cast_time_unit("us").to_physical()
    beyond = frame.select(micros.min().alias("first"), micros.max().alias("last")).collect(engine="streaming").row(0)
    used = int(log.frame.select(pl.len()).collect(engine="streaming").item())
    moments = [moment for moment in (first, last, *beyond) if moment is not None]
    return Quality(used, used, dict.fromkeys(FAULTS, 0), min(moments, default=None), max(moments, default=None))


def check_quality(quality: Quality, log: Log, source: Source, timezone: str) -> list[Notice]:
    """Notices of rows that cannot be read.

    Raises DataError `empty` without rows, `too_many_bad_rows` where more than `source.max_bad` of them are unreadable
    or have no time, `no_usable_rows`. Bad rows are looked for once more, to show the first few of them.
    """
    rows = quality.rows_read + quality.rows_after_as_of
    if rows == 0:
        passing = " that pass source.filter" if source.filter else ""
        raise DataError(Problem("empty", f"{log.place} has no rows{passing}"))
    bad = sum(quality.rows_rejected[reason] for reason in _BAD)
    notices = []
    if bad:
        offenders = first_offenders(log, source, timezone)
        reasons = {reason: quality.rows_rejected[reason] for reason in _BAD if quality.rows_rejected[reason]}
        first = [_shown(offender, log) for offender in offenders]
        # A row without a time may lie on either side of `as_of`: the share is that of the whole log.
        if bad > source.max_bad * rows:
            share = f"({100 * bad / rows:.3g}%)"
            message = f"{log.place}: {unreadable_rows(rows, reasons)} {share}; the first: {', '.join(first)}"
            times = [str(offender.time) for offender in offenders if offender.reason == "bad_time"]
            raise DataError(Problem("too_many_bad_rows", message, how_to_mend(times, source, timezone)))
        notices.append(Notice("bad_rows", numbers={"rows": rows, "reasons": reasons, "first": first}))
    if quality.rows_used == 0 and quality.rows_after_as_of:
        hint = "--as-of is the time up to which the log is complete"
        raise DataError(Problem("empty", f"{log.place} has no usable row up to --as-of", hint))
    if quality.rows_used == 0:
        faults = ", ".join(f"{count} {reason}" for reason, count in quality.rows_rejected.items() if count)
        identity = source.identity
        who = source.columns.entity if identity is None else f"{identity.anonymous}, else {identity.known}"
        keys = ("columns.entity", "columns.time") if source.counted is None else ("counted.count", "counted.day")
        hint = f"are {keys[0]} ('{who}') and {keys[1]} ('{source.columns.time}') right?"
        raise DataError(Problem("no_usable_rows", f"{log.place} has no usable row: {faults}", hint))
    return notices


def first_offenders(log: Log, source: Source, timezone: str) -> list[Offender]:
    """The first rows that are unreadable or have no time, by file and line; of frames and Parquet by row."""
    offenders = (offender for part in parts(log) for offender in _offenders_in(part, source, timezone))
    return list(islice(offenders, _SHOWN))


def _offenders_in(part: Log, source: Source, timezone: str) -> Iterator[Offender]:
    without_ids = source.model_copy(update={"columns": source.columns.model_copy(update={"id": None})})
    time = source.columns.time
    with data_errors(part.place):
        part, without_ids = unlinked(part, without_ids)
        rows = canonical_rows(part, without_ids, timezone, [ROW, time])
        bad = rows.filter(pl.col(REJECTED).is_in(_BAD)).bottom_k(_SHOWN, by=ROW).collect().sort(ROW)
    places = places_of(part, bad.get_column(ROW).to_list())
    yield from map(Offender, places, bad.get_column(REJECTED), bad.get_column(time))


def places_of(part: Log, rows: Sequence[int]) -> list[str]:
    """Where some rows (ROW) of one of `open.parts` stand: its file and line, or row."""
    lines = part.format.lines(part.files[0], rows) if part.format else None
    if lines is None:
        return [f"{part.place}, row {row + 1}" for row in rows]
    return [f"{part.place}:{line}" for line in lines]


def unreadable_rows(rows: int, reasons: Mapping[str, int]) -> str:
    """How many of `rows` cannot be read, by reason: of the error, and of the warning."""
    bad = sum(reasons.values())
    if len(reasons) == 1:
        return f"{bad:,} of {rows:,} rows {_REASONS[next(iter(reasons))]}"
    counts = ", ".join(f"{count:,} {_REASONS[reason]}" for reason, count in reasons.items())
    return f"{bad:,} of {rows:,} rows unreadable: {counts}"


def _shown(offender: Offender, log: Log) -> str:
    # The folder does not matter, and a result must not depend on where it was computed.
    place = PurePath(offender.place).name
    if offender.reason == "unreadable" and log.format:
        return f"{place} ({log.format.bad_row})"
    if offender.time is None:
        return f"{place} (no time)"
    text = str(offender.time)
    return f"{place} '{text if len(text) <= _WIDEST else text[:_WIDEST] + '…'}'"
