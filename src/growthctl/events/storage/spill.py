"""Rows in memory; or in files that are deleted, all rows of one entity in the same file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import polars as pl

from growthctl.events.storage.scratch import Scratch

PART = "#part"


@dataclass(frozen=True)
class Partitions:
    """Rows in memory, or in files that hold a part each."""

    rows: pl.LazyFrame
    """All of them, wherever they are."""
    files: tuple[Path, ...] = ()
    """Empty where the rows are in memory."""
    scratch: Scratch | None = None
    """Where the files are."""

    @property
    def height(self) -> int:
        """How many rows there are."""
        return int(self.rows.select(pl.len()).collect().item())

    def __iter__(self) -> Iterator[pl.DataFrame]:
        """The parts, one after the other."""
        return (pl.scan_ipc(file).collect() for file in self.files) if self.files else iter([self.rows.collect()])


class Spill(NamedTuple):
    """Files for rows that are too many for memory."""

    scratch: Scratch
    """Where the files are."""
    key: str
    """The column whose hash says which file a row goes to."""
    number: int
    """How many files."""

    def query(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """Writes `rows`; a part without rows gets no file."""
        part = pl.col(self.key).hash() % self.number
        by_part = pl.PartitionBy(self.scratch.path, key=part.alias(PART), include_key=False)
        return rows.sink_ipc(by_part, compression="uncompressed", maintain_order=False, lazy=True)

    def written(self, schema: pl.Schema) -> Partitions:
        """The rows that the query wrote, which have this schema."""
        files = sorted(self.scratch.path.glob("*/*.ipc"))
        rows = pl.scan_ipc(files) if files else pl.LazyFrame(schema=schema)
        return Partitions(rows, tuple(files), self.scratch)
