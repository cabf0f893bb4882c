"""The files of a log as one lazy frame; files that differ in columns are read apart and put together."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from glob import escape
from pathlib import Path

import polars as pl

from growthctl.errors import DataError, Problem
from growthctl.events.formats.ndjson import UNREADABLE
from growthctl.events.formats.sniff import LogFile, is_remote

_BEYOND = "#beyond"
"""The first field that a CSV row has beyond the header's last."""


def scan(files: Sequence[LogFile], keys: Sequence[str] = (), row: str | None = None) -> pl.LazyFrame:
    """All columns (of NDJSON: `keys`) and UNREADABLE; `row` names a column for the number of the row, from 0.

    CSV and NDJSON columns are text. Raises DataError where the types of a column do not go together.
    """
    match files[0].format:
        case "csv":
            frames = [_csv(group, row) for group in _grouped(files, lambda file: (file.delimiter, file.header))]
        case "parquet":
            frames = [_parquet(group, row) for group in _grouped(files, _parquet_shape)]
        case "ndjson":
            schema = dict.fromkeys(keys, pl.String())
            paths = [file.path if is_remote(file.path) else escape(file.path) for file in files]
            frames = [pl.scan_ndjson(paths, schema=schema, row_index_name=row).with_columns(_readable())]
    frame = frames[0] if len(frames) == 1 else pl.concat(frames, how="diagonal_relaxed")
    try:
        frame.collect_schema()
    except pl.exceptions.SchemaError as error:
        message = f"the files of {files[0].label} and others differ in the type of a column: {error}"
        raise DataError(
            Problem("mixed_formats", " ".join(message.split()), "read them apart, or cast the column")
        ) from error
    return frame


def _grouped(files: Sequence[LogFile], key: Callable[[LogFile], Hashable]) -> list[list[LogFile]]:
    groups: dict[Hashable, list[LogFile]] = {}
    for file in files:
        groups.setdefault(key(file), []).append(file)
    return list(groups.values())


def _readable() -> pl.Expr:
    return pl.lit(False).alias(UNREADABLE)


def _csv(files: Sequence[LogFile], row: str | None) -> pl.LazyFrame:
    """Files with one header. A row that is too long shifts its fields, so none of them can be trusted."""
    first = files[0]
    paths, remote = [file.path for file in files], is_remote(first.path)
    names = pl.scan_csv(paths[0], separator=first.delimiter, infer_schema=False, glob=remote).collect_schema().names()
    if len(names) != len(first.header):
        raise DataError(Problem("unreadable", f"the header of {first.label} cannot be taken apart", "check its quotes"))
    frame = pl.scan_csv(
        paths,
        separator=first.delimiter,
        schema=dict.fromkeys([*names, _BEYOND], pl.String()),
        missing_columns="insert",
        truncate_ragged_lines=True,
        glob=remote,
        row_index_name=row,
    )
    unreadable = pl.col(_BEYOND).is_not_null().alias(UNREADABLE)
    return frame.with_columns(unreadable).drop(_BEYOND).rename(dict(zip(names, _unique(first.header), strict=True)))


def _unique(header: Sequence[str]) -> list[str]:
    """Names that occur twice get their position, so that nobody takes one for the other."""
    return [
        name if header.count(name) == 1 else f"{name} (column {position})"
        for position, name in enumerate(header, start=1)
    ]


def _hive_keys(file: LogFile) -> tuple[str, ...]:
    return tuple(part.split("=")[0] for part in Path(file.path).parent.parts if "=" in part)


def _parquet_shape(file: LogFile) -> Hashable:
    schema = pl.scan_parquet(file.path, glob=is_remote(file.path), hive_partitioning=False).collect_schema()
    return tuple(schema.items()), _hive_keys(file)


def _parquet(files: Sequence[LogFile], row: str | None) -> pl.LazyFrame:
    frame = pl.scan_parquet(
        [file.path for file in files],
        glob=is_remote(files[0].path),
        hive_partitioning=bool(_hive_keys(files[0])),
        row_index_name=row,
    )
    return frame.with_columns(_readable())
