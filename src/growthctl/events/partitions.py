"""Rows in parts, all rows of one entity in the same part: in memory, or in files that are deleted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from growthctl.events.scratch import Scratch

ROWS_PER_PART = 1_500_000
"""About as many as the caches of a processor can group quickly."""
PART = "#part"


@dataclass(frozen=True)
class Partitions:
    """`rows` are all of them; the hash of the column `key` decides which of the `number` parts holds a row.

    `files` hold a part each, in `scratch`; without any the rows are in memory.
    """

    rows: pl.LazyFrame
    key: str
    number: int
    files: tuple[Path, ...] = ()
    scratch: Scratch | None = None

    @classmethod
    def of_frame(cls, frame: pl.DataFrame, key: str) -> Partitions:
        """Rows in memory."""
        return cls(frame.lazy(), key, -(-frame.height // ROWS_PER_PART) or 1)

    def __iter__(self) -> Iterator[pl.DataFrame]:
        """The parts, one after the other."""
        if self.files:
            return (pl.scan_ipc(file).collect() for file in self.files)
        if self.number == 1:
            return iter([self.rows.collect()])
        return (self.rows.filter(_part(self.key, self.number) == part).collect() for part in range(self.number))


@dataclass(frozen=True)
class Spill:
    """A place for rows that are too many for memory, and the number of files they are to go to."""

    scratch: Scratch
    key: str
    number: int

    def query(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """Writes `rows`; a part without rows gets no file."""
        by_part = pl.PartitionBy(self.scratch.path, key=_part(self.key, self.number).alias(PART), include_key=False)
        return rows.sink_ipc(by_part, compression="uncompressed", maintain_order=False, lazy=True)

    def written(self, schema: pl.Schema) -> Partitions:
        """The rows that the query wrote, which have this schema."""
        files = sorted(self.scratch.path.glob("*/*.ipc"))
        rows = pl.scan_ipc(files) if files else pl.LazyFrame(schema=schema)
        return Partitions(rows, self.key, max(1, len(files)), tuple(files), self.scratch)


def _part(key: str, number: int) -> pl.Expr:
    return pl.col(key).hash() % number
