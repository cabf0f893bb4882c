"""Parquet: columns have types, row groups have statistics, and the names of folders may be columns."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from pathlib import Path

import polars as pl

from growthctl.errors import DataError, Problem
from growthctl.events.column_names import ROW, UNREADABLE
from growthctl.events.formats.contents import is_remote, with_durations_as_text
from growthctl.events.formats.interface import Keys, LogFile, LogFormat


class ParquetFormat(LogFormat):
    """Its files list their columns, and have no rows that cannot be read."""

    name = "parquet"
    title = "Parquet"
    endings = (".parquet", ".pq")
    signature = b"PAR1"
    is_columnar = True

    def shape(self, file: LogFile) -> Hashable:
        """One schema, and one set of folders that are columns."""
        try:
            schema = pl.scan_parquet(file.path, glob=is_remote(file.path), hive_partitioning=False).collect_schema()
        except pl.exceptions.InvalidOperationError as error:
            # Of a schema of Arrow in the footer that is no longer one.
            message = f"{file.label} is cut short or damaged: {str(error).partition(chr(10))[0]}"
            raise DataError(Problem("damaged", message, "copy or export it again")) from None
        return tuple(schema.items()), _hive_keys(file)

    def scan(self, files: Sequence[LogFile], keys: Keys) -> pl.LazyFrame:
        """With the types that the files give them."""
        return _scan(files)

    def scan_numbered(self, file: LogFile, keys: Keys) -> pl.LazyFrame:
        """ROW counts from 0."""
        return _scan([file], ROW)

    def row_count(self, file: LogFile) -> int:
        """Exactly: the file says so."""
        scanned = pl.scan_parquet(file.path, glob=is_remote(file.path), hive_partitioning=False)
        return int(scanned.select(pl.len()).collect().item())


PARQUET = ParquetFormat()


def _scan(files: Sequence[LogFile], row: str | None = None) -> pl.LazyFrame:
    frame = pl.scan_parquet(
        [file.path for file in files],
        glob=is_remote(files[0].path),
        hive_partitioning=bool(_hive_keys(files[0])),
        row_index_name=row,
    )
    return with_durations_as_text(frame).with_columns(pl.lit(False).alias(UNREADABLE))


def _hive_keys(file: LogFile) -> tuple[str, ...]:
    return tuple(part.split("=")[0] for part in Path(file.path).parent.parts if "=" in part)
