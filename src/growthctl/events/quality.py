"""Whether a log is good enough to be believed, and if not, which rows to look at."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import PurePath
from typing import Any, NamedTuple

import polars as pl

from growthctl.errors import DataError, Notice, Problem
from growthctl.events.column_names import REJECTED
from growthctl.events.formats.sniff import LogFile, opened
from growthctl.events.reading.open import ROW, Log, compute, parts
from growthctl.events.rows import Quality, canonical_rows
from growthctl.funnel.sections.source import Source

_SHOWN = 3
_WIDEST = 60
_LARGEST_FIELD = 2**31 - 1
_BAD = ("unreadable", "bad_time")
_DAY_OR_MONTH_FIRST = re.compile(r"\s*\d{1,2}([-/.])\d{1,2}\1\d{2,4}\b")


class Offender(NamedTuple):
    """A row that cannot be read: where it is, why (`unreadable` or `bad_time`), and its time as the log has it."""

    place: str
    reason: str
    time: object


def check_quality(quality: Quality, log: Log, source: Source, timezone: str) -> list[Notice]:
    """Notices of rows that cannot be read.

    Raises DataError `empty` without rows, `too_many_bad_rows` where more than `source.max_bad` of them are unreadable
    or have no time, `no_usable_rows`. Bad rows are looked for once more, to show the first few of them.
    """
    seen = quality.rows_read + quality.rows_after_as_of
    if seen == 0:
        passing = " that pass source.filter" if source.filter else ""
        raise DataError(Problem("empty", f"{log.place} has no rows{passing}"))
    bad = sum(quality.rows_rejected[reason] for reason in _BAD)
    notices = []
    if bad:
        offenders = first_offenders(log, source, timezone)
        reasons = {reason: quality.rows_rejected[reason] for reason in _BAD if quality.rows_rejected[reason]}
        numbers: dict[str, Any] = {
            "rows": seen,
            "reasons": reasons,
            "first": [_shown(offender, log) for offender in offenders],
        }
        # A row without a time may lie on either side of `as_of`: the share is that of the whole log.
        if bad > source.max_bad * seen:
            message = f"{log.place}: {unreadable_rows(**numbers)}"
            raise DataError(Problem("too_many_bad_rows", message, _hint(source, timezone, offenders)))
        notices.append(Notice("bad_rows", numbers=numbers))
    if quality.rows_used == 0 and quality.rows_after_as_of:
        hint = "--as-of is the time up to which the log is complete"
        raise DataError(Problem("empty", f"{log.place} has no usable row up to --as-of", hint))
    if quality.rows_used == 0:
        faults = ", ".join(f"{count} {reason}" for reason, count in quality.rows_rejected.items() if count)
        hint = f"are columns.entity ('{source.columns.entity}') and columns.time ('{source.columns.time}') right?"
        raise DataError(Problem("no_usable_rows", f"{log.place} has no usable row: {faults}", hint))
    return notices


def first_offenders(log: Log, source: Source, timezone: str) -> list[Offender]:
    """The first rows that are unreadable or have no time, by file and line; of frames and Parquet by row."""
    found = (offender for part in parts(log) for offender in _offenders_in(part, source, timezone))
    return list(islice(found, _SHOWN))


def _offenders_in(part: Log, source: Source, timezone: str) -> Iterator[Offender]:
    without_ids = source.model_copy(update={"columns": source.columns.model_copy(update={"id": None})})
    time = source.columns.time

    def worst(log: Log) -> pl.DataFrame:
        rows = canonical_rows(log, without_ids, timezone, [ROW, time])
        return rows.filter(pl.col(REJECTED).is_in(_BAD)).bottom_k(_SHOWN, by=ROW).collect().sort(ROW)

    bad = compute(part, worst)
    places = _places(part, bad.get_column(ROW).to_list())
    yield from map(Offender, places, bad.get_column(REJECTED), bad.get_column(time))


def _places(part: Log, rows: list[int]) -> list[str]:
    if part.format == "ndjson":
        return [f"{part.place}:{line}" for line in rows]
    if part.format == "csv" and rows:
        return [f"{part.place}:{line}" for line in _csv_lines(part.files[0], rows)]
    return [f"{part.place}, row {row + 1}" for row in rows]


def _csv_lines(file: LogFile, rows: list[int]) -> list[int]:
    """The lines on which these rows (from 0, ascending) begin; quoted fields may hold line breaks."""
    csv.field_size_limit(_LARGEST_FIELD)
    with io.TextIOWrapper(opened(file.path), encoding="utf-8-sig", newline="") as text:
        reader = csv.reader(text, delimiter=file.delimiter)
        next(filter(None, reader))  # the header; polars too passes over blank lines before it
        begins, lines = reader.line_num + 1, []
        for row, _ in enumerate(islice(reader, rows[-1] + 1)):
            if row in rows:
                lines.append(begins)
            begins = reader.line_num + 1
    return lines


def unreadable_rows(rows: int, reasons: Mapping[str, int], first: Sequence[str]) -> str:
    """How many of `rows` cannot be read, by reason, and the `first` of them: of the error, and of the warning."""
    bad = sum(reasons.values())
    counts = ", ".join(f"{count} {reason}" for reason, count in reasons.items())
    share = f"{100 * bad / rows:.3g}%"
    return f"{bad:,} of {rows:,} rows ({share}) cannot be read ({counts}); the first: {', '.join(first)}"


def _shown(offender: Offender, log: Log) -> str:
    # The folder does not matter, and a result must not depend on where it was computed.
    place = PurePath(offender.place).name
    if offender.reason == "unreadable":
        what = "no JSON object" if log.format == "ndjson" else "more fields than the header"
        return f"{place} ({what})"
    if offender.time is None:
        return f"{place} (no time)"
    text = str(offender.time)
    return f"{place} '{text if len(text) <= _WIDEST else text[:_WIDEST] + '…'}'"


def _hint(source: Source, timezone: str, offenders: list[Offender]) -> str:
    times = [str(offender.time) for offender in offenders if offender.reason == "bad_time"]
    if not times:
        return "mend these rows, or allow more with source.max_bad"
    if any(_DAY_OR_MONTH_FIRST.match(time) for time in times):
        return "day-first and month-first dates cannot be told apart: write them as ISO, 2018-01-31 12:38"
    column = f"is columns.time ('{source.columns.time}') the column that says when?"
    return f"{column} Local times are in {timezone}; source.max_bad allows more"
