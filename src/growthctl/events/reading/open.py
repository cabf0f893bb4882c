"""A log as one lazy frame of its raw columns.

CSV and NDJSON columns are text, so that ids keep their zeros; whoever uses a column decides its type. Parquet and
frames keep their types. Files of one log may differ in columns: what a file lacks is null.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import NamedTuple

import polars as pl

from growthctl.errors import DataError, Problem, UsageError
from growthctl.events.column_names import ROW, UNREADABLE
from growthctl.events.formats.contents import not_utf8, with_durations_as_text
from growthctl.events.formats.interface import Keys, LogFile, LogFormat, Nestings
from growthctl.events.formats.recognise import format_of
from growthctl.events.reading.files import STDIN, log_files
from growthctl.events.reading.tables import ArrowTable, frame_of_table, paths_of
from growthctl.events.shape.grouped_numbers import DecimalSign, plain_number
from growthctl.events.shape.reshape import Shape, reshaped, shape_of
from growthctl.funnel.conditions.parse import columns as columns_of
from growthctl.funnel.presets import preset_columns
from growthctl.funnel.sections.column_lists import FILE, parts_of
from growthctl.funnel.sections.source import Source

Data = str | PurePath | Sequence[str | PurePath] | pl.DataFrame | pl.LazyFrame | ArrowTable | None
"""A path or several, as `open_log` takes them, or a frame."""


_DAMAGE = (
    "end of file", "end-of-stream", "deflate", "gzip", "zstd", "incomplete frame", "frame parameter",
    "compression method", "parquet", "out-of-spec",
)  # fmt: skip
"""What messages say about files that are cut short or damaged."""


class Log(NamedTuple):
    """An event log."""

    frame: pl.LazyFrame
    """The columns of `schema`, and UNREADABLE."""
    schema: Mapping[str, pl.DataType]
    place: str
    """The log in messages: as the user named it."""
    format: LogFormat | None = None
    """None where it is a frame."""
    files: tuple[LogFile, ...] = ()
    height: int | None = None
    """How many rows a frame has, where that is known."""
    spotless: bool = False
    """See `quality.is_spotless`."""
    slower: Callable[[], Log] | None = None
    """Of several logs as one: the same, read so that a row that cannot be read costs only itself."""
    written: Mapping[str, pl.DataType] = MappingProxyType({})
    """The columns as they are written, of which those of `schema` are made."""
    shape: Shape = Shape()
    """How they are made."""

    @property
    def is_text(self) -> bool:
        """Whether all columns of its files are text."""
        return self.format is not None and self.format.is_text

    @property
    def is_columnar(self) -> bool:
        """Whether its files are read by columns and row groups."""
        return self.format is not None and self.format.is_columnar

    def examples(self, column: str) -> list[str]:
        """Some texts of a column of text; none where they would cost a look at more than the head of a file."""
        if self.format is None or self.schema.get(column) != pl.String():
            return []
        return self.format.examples(self.files[0], column)


def open_log(data: Data, source: Source, folder: Path, needed: Sequence[str] = ()) -> Log:
    """The log at `data` (relative to the working directory), or at `source.path` (relative to `folder`).

    `data`: a file, glob, directory, URL or `-` for standard input, a list of these, or a frame; nothing =
    `source.path`. `needed` = columns that will be used besides those of `source`: NDJSON keys are known from the first
    thousand lines of each file, needed ones are looked for in all lines.
    Raises DataError that says what, where, and how to mend it; UsageError where no log is named.
    """
    log, nested = written_log(data, source, folder, needed)
    with data_errors(log.place):
        return _shaped(log, source, needed, nested)


def written_log(data: Data, source: Source, folder: Path, needed: Sequence[str] = ()) -> tuple[Log, Nestings | None]:
    """The same with its columns as they are written, and what is nested in those that do not list it."""
    if hasattr(data, "__arrow_c_stream__") and not isinstance(data, pl.DataFrame):
        data = frame_of_table(data)
    if isinstance(data, pl.DataFrame | pl.LazyFrame):
        unmarked = with_durations_as_text(data.lazy()).with_columns(pl.lit(False).alias(UNREADABLE))
        height = data.height if isinstance(data, pl.DataFrame) else None
        schema = _schema(unmarked)
        return Log(unmarked, schema, "the frame", height=height, written=schema), None
    names, base = _names(data, source, folder)
    shown = ", ".join("standard input" if name == STDIN else name for name in names[:3])
    place = shown + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    with data_errors(place):
        files = tuple(log_files(names, base, format_of(source), source.sheet, source.encoding))
        format = files[0].format
        keys, nested = format.keys(files, _written_names(source, needed), place) or ({}, None)
        frame = _scanned(files, keys, with_names=FILE in _written_names(source, needed))
        return Log(frame, _schema(frame), place, format, files, written=_schema(frame)), nested


def _shaped(log: Log, source: Source, needed: Sequence[str], nested: Nestings | None = None) -> Log:
    """The log with all columns that are made of others; `nested`: what is in columns that do not list it."""
    names = [*columns_used(source), *needed]
    required = {str(name) for name in (source.columns.event, source.columns.time)}
    # Salesforce calls the stage otherwise in each of its two tables.
    stage_names = parts_of(source.stage_history.stage) if source.stage_history else ()
    optional = (preset_columns(source.preset) | frozenset(stage_names)) - required

    def shape_in(scan: Callable[[Log], pl.LazyFrame]) -> Shape:
        return shape_of(
            lambda shape: scan(_typed(log, shape, nested)),
            log.schema,
            names,
            source.explode,
            source.stage_dates or {},
            source.properties,
            optional,
            nested,
        )

    try:
        shape = shape_in(lambda typed: typed.frame)
    except (pl.exceptions.ComputeError, pl.exceptions.SchemaError):
        if log.format is None or not log.format.stops_at_bad_rows:
            raise
        shape = shape_in(_row_by_row)
    who = {source.columns.entity} if source.identity is None else {source.identity.anonymous, source.identity.known}
    if who <= set(shape.absent):
        shape = shape._replace(absent=tuple(name for name in shape.absent if name not in who))
    if shape.is_plain:
        return log
    typed = _typed(log, shape, nested)
    frame = reshaped(typed.frame, shape)
    return typed._replace(frame=frame, schema=_schema(frame), shape=shape)


def with_numbers(log: Log, names: Sequence[str], decimal: DecimalSign) -> Log:
    """The log with numbers of `names`, which have signs between thousands, as numbers are written plainly."""
    texts = tuple(name for name in dict.fromkeys(names) if log.schema.get(name) == pl.String())
    frame = log.frame.with_columns(plain_number(pl.col(name), decimal) for name in texts)
    slower = log.slower
    return log._replace(
        frame=frame,
        shape=log.shape._replace(numbers=texts, decimal=decimal),
        slower=None if slower is None else lambda: with_numbers(slower(), names, decimal),
    )


def _typed(log: Log, shape: Shape, nested: Nestings | None) -> Log:
    """The log as it is written, whose nested keys are read as what the shape reads of them: their text is not always
    the JSON that it was.
    """
    outers = [outer for outer in shape.nested if nested and outer in nested and not nested[outer].is_text]
    if not outers:
        return log
    written = {**log.written, **{outer: shape.type_of(outer) for outer in outers}}
    keys = {name: dtype for name, dtype in written.items() if name != FILE}
    return log._replace(frame=_scanned(log.files, keys, with_names=FILE in written), written=written)


def _schema(frame: pl.LazyFrame) -> dict[str, pl.DataType]:
    schema = dict(frame.collect_schema())
    del schema[UNREADABLE]
    return schema


def columns_used(source: Source) -> list[str]:
    """The columns that the source itself speaks of."""
    columns, identity = source.columns, source.identity
    who = [columns.entity] if identity is None else [identity.anonymous, identity.known]
    filtered = columns_of(source.filter) if source.filter else ()
    return [*who, columns.event, columns.time, *([columns.id] if columns.id else []), *filtered]


def _written_names(source: Source, needed: Sequence[str]) -> list[str]:
    """All names of columns that somebody asks for, and the parts of those that are made of several."""
    names = [*columns_used(source), *needed, *source.properties, *([source.explode] if source.explode else [])]
    names += (source.stage_dates or {}).values()
    return [part for name in names for part in parts_of(name)]


def row_by_row(log: Log) -> Log:
    """The log of some files, read slower: a row that cannot be read costs only itself, and is marked UNREADABLE."""
    # Queries that are collected together share one reading.
    return log._replace(frame=reshaped(_row_by_row(log), log.shape).cache())


def _row_by_row(log: Log) -> pl.LazyFrame:
    return pl.concat([_numbered(log, file).drop(ROW) for file in log.files], how="diagonal")


def _numbered(log: Log, file: LogFile) -> pl.LazyFrame:
    """The columns of a file as they are written, with ROW."""
    keys = {name: dtype for name, dtype in log.written.items() if name != FILE}
    frame = _named(file.format.scan_numbered(file, keys), file, with_names=FILE in log.written)
    lacking = log.written.keys() - frame.collect_schema().keys()
    return frame.with_columns(pl.lit(None, log.written[name]).alias(name) for name in lacking)


def parts(log: Log) -> Iterator[Log]:
    """The log file by file with ROW, for a second look; each file's `place` is its own name."""
    schema = {**log.schema, ROW: pl.UInt32()}
    if not log.files:
        yield log._replace(frame=log.frame.with_row_index(ROW), schema=schema)
    for file in log.files:
        frame = reshaped(_numbered(log, file), log.shape)
        yield log._replace(frame=frame, schema=schema, place=file.label, files=(file,))


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
    if any(sign in text.lower() for sign in _DAMAGE):
        return DataError(Problem("damaged", f"{place} is cut short or damaged: {text}", "copy or export it again"))
    hint = "is a quote opened and never closed?" if text.startswith(("could not parse", "CSV malformed")) else None
    return DataError(Problem("unreadable", f"{place} cannot be read: {text}", hint))


def _names(
    data: str | PurePath | Sequence[str | PurePath] | None, source: Source, folder: Path
) -> tuple[list[str], Path]:
    several = paths_of(data)
    if several:
        if "" in map(str, several):
            raise UsageError(Problem("no_log", "the name of an event log is empty", "is a variable not set?"))
        return [str(Path(name).expanduser()) if str(name).startswith("~") else str(name) for name in several], Path()
    if source.path is None:
        raise UsageError(
            Problem("no_log", "no event log is named", "give a file, or set source.path in the funnel file")
        )
    return list(source.path), folder


def _scanned(files: Sequence[LogFile], keys: Keys, *, with_names: bool) -> pl.LazyFrame:
    """All columns and UNREADABLE of files that may differ in shape, `with_names` of files in a column FILE.

    Raises DataError where types do not go together.
    """
    format, groups = files[0].format, dict[Hashable, list[LogFile]]()
    for file in files:
        groups.setdefault((format.shape(file), file.stem if with_names else None), []).append(file)
    frames = [_named(format.scan(group, keys), group[0], with_names=with_names) for group in groups.values()]
    _check_alike(frames, files)
    frame = frames[0] if len(frames) == 1 else pl.concat(frames, how="diagonal_relaxed")
    try:
        frame.collect_schema()
    except pl.exceptions.SchemaError as error:
        reason = str(error).partition("\n")[0]
        message = f"the files of {files[0].label} and others differ in the type of a column: {reason}"
        raise DataError(Problem("mixed_formats", message, "read them apart, or cast the column")) from error
    return frame


def _named(frame: pl.LazyFrame, file: LogFile, *, with_names: bool) -> pl.LazyFrame:
    return frame.with_columns(pl.lit(file.stem).alias(FILE)) if with_names else frame


def _check_alike(frames: Sequence[pl.LazyFrame], files: Sequence[LogFile]) -> None:
    """Raises DataError where a column is nested in one file and plain in another: no cast brings these together."""
    if len(frames) < 2:
        return
    types: dict[str, set[bool]] = {}
    for frame in frames:
        for name, dtype in frame.collect_schema().items():
            types.setdefault(name, set()).add(dtype.is_nested())
    for name, nested in types.items():
        if len(nested) > 1:
            message = f"'{name}' holds lists or objects in some of the files of {files[0].label} and others, not in all"
            raise DataError(Problem("mixed_formats", message, "read them apart, or cast the column"))
