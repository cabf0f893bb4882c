"""What a format of files knows how to do. The rest of the room asks a file's format, and compares no names."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping, Sequence
from pathlib import PurePath
from typing import NamedTuple

import polars as pl

from growthctl.events.shape.nesting import Nesting

Nestings = Mapping[str, Nesting]
"""What is in the columns that are nested."""
Keys = Mapping[str, pl.DataType]
"""The columns to be looked for in files that do not list theirs, and what they are to be read as."""


class LogFormat(ABC):
    """A way to write logs. Each is a file beside this one, and a line in `recognise.FORMATS`."""

    name: str
    """What `source.format` and messages call it: csv."""
    title: str
    """What people call it: CSV."""
    endings: tuple[str, ...]
    """Of its files' names, compression aside: .csv."""
    signature = b""
    """The first bytes of each of its files; empty for text, which `looks_like` knows."""
    is_text = False
    """Are all its columns text? Then whoever uses a column decides its type."""
    is_columnar = False
    """Are only those columns and row groups read that a query needs, and do statistics say what these hold?"""
    has_rows_for_blank_lines = False
    """Does polars read a blank line as a row of nulls?"""
    stops_at_bad_rows = False
    """Does `scan` fail at a row that cannot be read, where `scan_numbered` marks it UNREADABLE?"""
    bad_row = ""
    """What is wrong with a row that is UNREADABLE."""

    def is_signed(self, start: bytes) -> bool:
        """Whether a file that begins so has the signature of this format."""
        return bool(self.signature) and start.startswith(self.signature)

    def looks_like(self, head: bytes) -> bool:
        """Whether text that begins so is of this format, whatever the file is called."""
        return False

    def describe(self, path: str, label: str, head: bytes) -> LogFile:
        """The file, whose text begins with `head`; DataError `wrong_format` or `not_utf8` where it cannot be read."""
        return LogFile(path, label, self)

    def with_sheet(self, file: LogFile, sheet: str | None) -> LogFile:
        """The file with its `rows`, where files are read at once; `sheet` names one of several tables in a file."""
        return file

    def keys(self, files: Sequence[LogFile], needed: Sequence[str], place: str) -> tuple[Keys, Nestings] | None:
        """The columns that `scan` must look for, as text, as the files do not list theirs, and what is nested in them;
        None where they do.

        `needed` ones are among them wherever they first occur. Raises DataError, which names the log by its `place`.
        """
        return None

    @abstractmethod
    def shape(self, file: LogFile) -> Hashable:
        """Files of one shape can be scanned together."""

    @abstractmethod
    def scan(self, files: Sequence[LogFile], keys: Keys) -> pl.LazyFrame:
        """All columns (`keys`, where there are any) of files of one shape, and UNREADABLE."""

    @abstractmethod
    def scan_numbered(self, file: LogFile, keys: Keys) -> pl.LazyFrame:
        """One file, with ROW too, for a second look: a row that cannot be read costs only itself."""

    def examples(self, file: LogFile, column: str) -> list[str]:
        """Some texts of a column; none where they would cost a look at more than the head of a file."""
        return []

    def lines(self, file: LogFile, rows: Sequence[int]) -> list[int] | None:
        """The lines on which rows (by ROW, ascending) begin; None where a file has no lines."""
        return None

    @abstractmethod
    def row_count(self, file: LogFile) -> int | None:
        """About how many rows a file has; None where that cannot be known."""


class LogFile(NamedTuple):
    """One file of a log."""

    path: str
    label: str
    """The file in messages."""
    format: LogFormat
    delimiter: str = ","
    """Of CSV."""
    header: tuple[str, ...] = ()
    """Of CSV: names as they are written."""
    preamble: int = 0
    """Of CSV: lines before the header."""
    is_padded: bool = False
    """Of CSV: do blanks follow the delimiters?"""
    rows: pl.DataFrame | None = None
    """Of Excel: those of the sheet that are not blank, with ROW."""
    sheet: str | None = None
    """Of Excel: its name."""

    @property
    def stem(self) -> str:
        """Its name without folder and endings."""
        return PurePath(self.label).name.split(".")[0]
