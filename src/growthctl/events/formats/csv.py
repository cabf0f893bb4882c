"""CSV, with any of the usual delimiters."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Hashable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING, Any, TextIO

import polars as pl

from growthctl.errors import DataError, Problem
from growthctl.events.column_names import ROW, UNREADABLE
from growthctl.events.formats.contents import (
    is_remote,
    line_count,
    not_utf8,
    opened,
    text_head,
    unique_names,
    wrong_format,
)
from growthctl.events.formats.interface import Keys, LogFile, LogFormat
from growthctl.events.formats.quotes import broken_records, mended, odd_lines, without
from growthctl.events.storage.scratch import Scratch

if TYPE_CHECKING:
    from _csv import Reader as CsvReader

_DELIMITERS = ",;\t|"
# Python's own limit is 128 KB; a field may hold a whole page.
csv.field_size_limit(2**31 - 1)
_SEP = re.compile(r"(?i)sep=(.)\r?\n")
"""What Excel writes and reads before the header."""
_RUNS_OF_BLANKS = re.compile(r"\S {2,}\S")
_BEYOND = "#beyond"
"""The first field that a row has beyond the header's last."""


class CsvFormat(LogFormat):
    """Its files list their columns in a header; a row that is too long is unreadable."""

    name = "csv"
    title = "CSV"
    endings = (".csv", ".tsv", ".txt")
    is_text = True
    has_rows_for_blank_lines = True
    stops_at_bad_rows = True
    bad_row = "more fields than the header, or a quote that is not closed at the end of its field"

    def __init__(self, delimiter: str | None = None, *, has_header: bool = True, quote: str | None = '"') -> None:
        """`delimiter`: None = whatever explains the first records best; `quote`: None = a character like any other."""
        self.delimiter, self.has_header, self.quote = delimiter, has_header, quote

    def describe(self, path: str, label: str, head: bytes) -> LogFile:
        """With its delimiter, and the header; without one the columns are called 0, 1, 2 …"""
        try:
            text = head.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise not_utf8(label) from None
        if "\r" in text and "\n" not in text:
            hint = "write them as others do: tr '\\r' '\\n' < OLD > NEW"
            raise wrong_format(f"the lines of {label} end as on old Macs, with CR alone", hint)
        declared = _SEP.match(text)
        text = text[declared.end() :] if declared else text
        likely = declared[1] if declared else max(_DELIMITERS, key=lambda candidate: _fit(text, candidate))
        delimiter = self.delimiter or likely
        names = next(self.records(text, delimiter), [])
        if not self.has_header:
            names = [str(position) for position in range(len(names))]
        if len(names) == 1 and _RUNS_OF_BLANKS.search(names[0].strip()):
            hint = "write one delimiter: sed -E 's/ {2,}/,/g' OLD > NEW.csv"
            raise wrong_format(f"the columns of {label} are separated by runs of blanks", hint)
        return LogFile(
            path=path if self.quote is None else _mended(path, delimiter, len(names)),
            label=label,
            format=self,
            delimiter=delimiter,
            header=tuple(name.strip() for name in names),
            preamble=1 if declared else 0,
            is_padded=any(name.startswith(" ") for name in names[1:]),
        )

    def shape(self, file: LogFile) -> Hashable:
        """One header."""
        return file.delimiter, file.header, file.preamble, file.is_padded

    def scan(self, files: Sequence[LogFile], keys: Keys) -> pl.LazyFrame:
        """As text."""
        return _scan(files, self)

    def scan_numbered(self, file: LogFile, keys: Keys) -> pl.LazyFrame:
        """ROW counts from 0."""
        if self.quote is not None and not is_remote(file.path):
            file = file._replace(path=_without_broken(file.path, file.delimiter, len(file.header)))
        return _scan([file], self, ROW)

    def examples(self, file: LogFile, column: str) -> list[str]:
        """Of the head of a local file."""
        if is_remote(file.path) or column not in file.header:
            return []
        at = file.header.index(column)
        text = _SEP.sub("", text_head(file.path).decode("utf-8-sig", "replace"), count=1)
        records = islice(self.records(text, file.delimiter), 1 if self.has_header else 0, None)
        return [record[at] for record in records if len(record) > at]

    def lines(self, file: LogFile, rows: Sequence[int]) -> list[int]:
        """Counted by reading the file up to there, as quoted fields may hold line breaks."""
        if not rows:
            return []
        with io.TextIOWrapper(opened(file.path), encoding="utf-8-sig", newline="") as text:
            reader = self.reader(text, file.delimiter)
            for _ in range(file.preamble + (1 if self.has_header else 0)):
                next(filter(None, reader))  # the header; polars too passes over blank lines before it
            begins, lines = reader.line_num + 1, []
            for row, _ in enumerate(islice(reader, rows[-1] + 1)):
                if row in rows:
                    lines.append(begins)
                begins = reader.line_num + 1
        return lines

    def reader(self, text: TextIO, delimiter: str) -> CsvReader:
        """Of the records, with the number of the line after each."""
        return csv.reader(
            text, delimiter=delimiter, quoting=csv.QUOTE_NONE if self.quote is None else csv.QUOTE_MINIMAL
        )

    def records(self, text: str, delimiter: str) -> Iterator[list[str]]:
        """Those that are no blank lines."""
        return (record for record in self.reader(io.StringIO(text, newline=""), delimiter) if record)

    def row_count(self, file: LogFile) -> int | None:
        """About as many as lines."""
        return line_count(file.path)


CSV = CsvFormat()
_COPIES: list[Scratch] = []
"""Where files went whose damaged lines have been replaced; kept until exit."""


def _mended(path: str, delimiter: str, width: int) -> str:
    """The file; where quotes of it do not close, a copy in which only their lines cannot be read."""
    if is_remote(path):
        return path
    odd = set(odd_lines(path))
    if not odd:
        return path
    scratch, is_damaged = Scratch(), False
    with closing(opened(path)) as lines, (scratch.path / "log").open("wb") as copy:
        for line, stands_in in mended(lines, odd, delimiter, width):
            copy.write(line)
            is_damaged |= stands_in
    if not is_damaged:
        scratch.delete()
        return path
    _COPIES.append(scratch)
    return copy.name


def _without_broken(path: str, delimiter: str, width: int) -> str:
    """The file; where text follows a closing quote, a copy in which such records cannot be read."""
    broken = [record for record in broken_records(path, delimiter) if record.start]
    if not broken:
        return path
    scratch = Scratch()
    _COPIES.append(scratch)
    with closing(opened(path)) as lines, (scratch.path / "log").open("wb") as copy:
        copy.writelines(without(lines, broken, delimiter, width))
    return copy.name


def _scan(files: Sequence[LogFile], format: CsvFormat, row: str | None = None) -> pl.LazyFrame:
    """Files with one header. A row that is too long shifts its fields, so none of them can be trusted."""
    first = files[0]
    paths, remote = [file.path for file in files], is_remote(first.path)
    how: dict[str, Any] = {
        "separator": first.delimiter,
        "glob": remote,
        "skip_lines": first.preamble,
        "has_header": format.has_header,
        "quote_char": format.quote,
    }
    names = list(first.header)
    try:
        if format.has_header:
            names = pl.scan_csv(paths[0], infer_schema=False, **how).collect_schema().names()
    except pl.exceptions.DuplicateError:
        twice = next(name for name in first.header if first.header.count(name) > 1)
        hint = "give every column a name of its own"
        message = f"the header of {first.label} has '{twice}' more than once, and names that look like its copies"
        raise DataError(Problem("unreadable", message, hint)) from None
    if len(names) != len(first.header):
        raise DataError(Problem("unreadable", f"the header of {first.label} cannot be taken apart", "check its quotes"))
    frame = pl.scan_csv(
        paths,
        schema=dict.fromkeys([*names, _BEYOND], pl.String()),
        missing_columns="insert",
        truncate_ragged_lines=True,
        row_index_name=row,
        **how,
    )
    if first.is_padded:
        frame = frame.with_columns(pl.col(names).str.strip_chars(" "))
    unreadable = pl.col(_BEYOND).is_not_null().alias(UNREADABLE)
    return (
        frame.with_columns(unreadable).drop(_BEYOND).rename(dict(zip(names, unique_names(first.header), strict=True)))
    )


def _fit(text: str, delimiter: str) -> tuple[bool, float, int]:
    """How well a delimiter explains the first records: more than one field, as many in each, many of them."""
    try:
        widths = [len(record) for record in islice(CSV.records(text, delimiter), 20)]
    except csv.Error:
        return False, 0.0, 0
    return widths[0] > 1, widths.count(widths[0]) / len(widths), widths[0]
