"""A log as one lazy frame of its raw columns.

CSV and NDJSON columns are text, so that ids keep their zeros; whoever uses a column decides its type. Parquet and
frames keep their types. Files of one log may differ in columns: what a file lacks is null.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import Literal, NamedTuple, TypeVar

import polars as pl

from growthctl.errors import DataError, Problem, UsageError
from growthctl.events.formats.ndjson import LINE, UNREADABLE, scan_by_line
from growthctl.events.formats.scan import scan
from growthctl.events.formats.sniff import Format, LogFile, examples, json_object, keys_of, not_utf8, opened
from growthctl.events.reading.files import STDIN, log_files
from growthctl.funnel.conditions.parse import columns as columns_of
from growthctl.funnel.sections.source import Source

Data = str | PurePath | Sequence[str | PurePath] | pl.DataFrame | pl.LazyFrame | None
T = TypeVar("T")

ROW = "#row"
"""Column of `parts`: the number of the row in its file, from 0; of an NDJSON line from 1."""


class Log(NamedTuple):
    """An event log: `frame` has the columns of `schema` and UNREADABLE; `place` names it as the user did.

    `height` is how many rows a frame has, if it is known; `spotless` what `rows.spotless` says of it.
    """

    frame: pl.LazyFrame
    schema: Mapping[str, pl.DataType]
    place: str
    format: Format | Literal["frame"]
    files: tuple[LogFile, ...] = ()
    height: int | None = None
    spotless: bool = False

    @property
    def is_text(self) -> bool:
        """Whether all columns of its files are text."""
        return self.format in ("csv", "ndjson")

    def examples(self, column: str) -> list[str]:
        """Some texts of a column of text; none where they would cost a look at more than the head of a file."""
        is_text = self.is_text and self.schema.get(column) == pl.String()
        return examples(self.files[0], column) if is_text else []


def open_log(data: Data, source: Source, folder: Path, needed: Sequence[str] = ()) -> Log:
    """The log at `data` (relative to the working directory), or at `source.path` (relative to `folder`).

    `data`: a file, glob, directory, URL or `-` for standard input, a list of these, or a frame; nothing =
    `source.path`. `needed` = columns that will be used besides those of `source`: NDJSON keys are known from the first
    thousand lines of each file, needed ones are looked for in all lines.
    Raises DataError that says what, where, and how to mend it; UsageError where no log is named.
    """
    if isinstance(data, pl.DataFrame | pl.LazyFrame):
        frame = data.lazy()
        unmarked = frame.with_columns(pl.lit(False).alias(UNREADABLE))
        height = data.height if isinstance(data, pl.DataFrame) else None
        return Log(unmarked, dict(frame.collect_schema()), "the frame", "frame", height=height)
    names, base = _names(data, source, folder)
    shown = ", ".join("standard input" if name == STDIN else name for name in names[:3])
    place = shown + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    with data_errors(place):
        files = tuple(log_files(names, base, source.format))
        keys = _keys(files, [*columns_used(source), *needed], place) if files[0].format == "ndjson" else []
        frame = scan(files, keys)
        schema = dict(frame.collect_schema())
    del schema[UNREADABLE]
    return Log(frame, schema, place, files[0].format, files)


def columns_used(source: Source) -> list[str]:
    """The columns that the source itself speaks of."""
    columns, identity = source.columns, source.identity
    who = [columns.entity] if identity is None else [identity.anonymous, identity.known]
    filtered = columns_of(source.filter) if source.filter else ()
    return [*who, columns.event, columns.time, *([columns.id] if columns.id else []), *filtered]


def compute(log: Log, work: Callable[[Log], T]) -> T:
    """What `work` makes of the log; what goes wrong while reading becomes DataError.

    polars reads NDJSON fast but stops at a line that is no object; then `work` runs again on the log read line by
    line, where such a line is a row marked UNREADABLE.
    """
    with data_errors(log.place):
        try:
            return work(log)
        except pl.exceptions.ComputeError:
            if log.format != "ndjson":
                raise
        frames = [scan_by_line(file.path, list(log.schema)).drop(LINE) for file in log.files]
        # Queries that are collected together share one reading.
        return work(log._replace(frame=pl.concat(frames).cache()))


def parts(log: Log) -> Iterator[Log]:
    """The log file by file with ROW, for a second look; each file's `place` is its own name."""
    schema = {**log.schema, ROW: pl.UInt32()}
    if not log.files:
        yield log._replace(frame=log.frame.with_row_index(ROW), schema=schema)
    for file in log.files:
        if file.format == "ndjson":
            frame = scan_by_line(file.path, list(log.schema)).rename({LINE: ROW})
        else:
            frame = scan([file], row=ROW)
        lacking = log.schema.keys() - frame.collect_schema().keys()
        nulls = [pl.lit(None, log.schema[name]).alias(name) for name in lacking]
        yield log._replace(frame=frame.with_columns(nulls), schema=schema, place=file.label, files=(file,))


@contextmanager
def data_errors(place: str) -> Iterator[None]:
    """Turns what polars and the file system raise while a log is read into one DataError that names the log."""
    try:
        yield
    except (pl.exceptions.ComputeError, pl.exceptions.NoDataError, OSError, EOFError, zlib.error) as error:
        raise _translated(error, place) from error


def _translated(error: Exception, place: str) -> DataError:
    if isinstance(error, PermissionError):
        return DataError(Problem("not_permitted", f"{error.filename or place}: permission denied"))
    if isinstance(error, FileNotFoundError):
        return DataError(Problem("no_such_file", f"no such file: {error.filename or place}"))
    text = next(iter(str(error).strip().splitlines()), type(error).__name__)
    if any(sign in text.lower() for sign in ("utf-8", "utf8")):
        return not_utf8(place)
    if any(sign in text.lower() for sign in ("end of file", "end-of-stream", "deflate", "gzip", "zstd", "parquet")):
        return DataError(Problem("damaged", f"{place} is cut short or damaged: {text}", "copy or export it again"))
    hint = "is a quote opened and never closed?" if text.startswith(("could not parse", "CSV malformed")) else None
    return DataError(Problem("unreadable", f"{place} cannot be read: {text}", hint))


def _names(
    data: str | PurePath | Sequence[str | PurePath] | None, source: Source, folder: Path
) -> tuple[list[str], Path]:
    several = [data] if isinstance(data, str | PurePath) else list(data or ())
    if several:
        if "" in map(str, several):
            raise UsageError(Problem("no_log", "the name of an event log is empty", "is a variable not set?"))
        return [str(Path(name).expanduser()) if str(name).startswith("~") else str(name) for name in several], Path()
    if source.path is None:
        raise UsageError(
            Problem("no_log", "no event log is named", "give a file, or set source.path in the funnel file")
        )
    return list(source.path), folder


def _keys(files: Sequence[LogFile], needed: Sequence[str], place: str) -> list[str]:
    """The keys of NDJSON objects: the common ones, and the needed ones wherever they first occur."""
    keys = list(dict.fromkeys(key for file in files for key in keys_of(file)))
    if not keys:
        hint = 'NDJSON is one object a line: {"user_id": "u1", …}'
        raise DataError(Problem("unreadable", f"no line of {place} is a JSON object", hint))
    late = dict.fromkeys(name for name in needed if name not in keys)
    return keys + [name for name in late if any(_mentions(file, name) for file in files)]


def _mentions(file: LogFile, key: str) -> bool:
    """Does a line have this key, and not only a value or a nested object with the same text in it?"""
    spellings = {json.dumps(key).encode(), json.dumps(key, ensure_ascii=False).encode()}
    with opened(file.path) as lines:
        return any(
            any(spelling in line for spelling in spellings) and key in (json_object(line) or {}) for line in lines
        )
