"""Excel workbooks, and those of OpenOffice: one sheet is a log; columns have types."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from growthctl.errors import DataError, MissingExtraError, Problem
from growthctl.events.column_names import ROW, UNREADABLE
from growthctl.events.formats.contents import is_remote, unique_names, wrong_format
from growthctl.events.formats.interface import Keys, LogFile, LogFormat
from growthctl.funnel.nearest import did_you_mean

if TYPE_CHECKING:
    from fastexcel import ExcelReader

_ZIP, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_IN_ZIP = (b"xl/", b"[Content_Types].xml", b"opendocument.spreadsheet")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_RENAMED = re.compile(r"(.+)_\d+")
_EXACT = 2**53
"""Up to here each whole number is one of Excel's."""


class ExcelFormat(LogFormat):
    """Its files are read at once: a sheet has a million rows at most. The first row that is not blank is the header."""

    name = "excel"
    title = "Excel"
    endings = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
    signature = b"PK"

    def is_signed(self, start: bytes) -> bool:
        """A zip archive with a workbook in it, or what Excel wrote before 2007."""
        return start.startswith(_OLD) or (start.startswith(_ZIP) and any(part in start for part in _IN_ZIP))

    def with_sheet(self, file: LogFile, sheet: str | None) -> LogFile:
        """With the rows of that sheet, by default the first; MissingExtraError without the library that reads it."""
        workbook = _workbook(file)
        names = workbook.sheet_names
        if sheet is not None and sheet not in names:
            message = f"{file.label} has no sheet '{sheet}'{did_you_mean(sheet, names)}"
            raise DataError(Problem("no_such_sheet", message, f"sheets: {', '.join(names)}"))
        name = names[0] if sheet is None else sheet
        frame = workbook.load_sheet(name, header_row=0, schema_sample_rows=None).to_polars()
        if not frame.width:
            hint = f"name the sheet of the log with source.sheet: {', '.join(names)}" if len(names) > 1 else None
            raise DataError(Problem("empty", f"the sheet '{name}' of {file.label} is empty", hint))
        frame = frame.rename(dict(zip(frame.columns, _header(frame.columns, workbook, name), strict=True)))
        is_blank = pl.all_horizontal(pl.all().exclude(ROW).is_null())
        rows = frame.with_columns(map(_without_fractions, frame)).with_row_index(ROW).filter(~is_blank)
        return file._replace(rows=rows, sheet=name)

    def shape(self, file: LogFile) -> Hashable:
        """The names and types of its columns."""
        return tuple(_rows_of(file).schema.items())

    def scan(self, files: Sequence[LogFile], keys: Keys) -> pl.LazyFrame:
        """With the types that the cells have; a column of several types is text."""
        return pl.concat([self.scan_numbered(file, keys) for file in files]).drop(ROW)

    def scan_numbered(self, file: LogFile, keys: Keys) -> pl.LazyFrame:
        """ROW counts the rows below the header from 0, blank ones too."""
        return _rows_of(file).lazy().with_columns(pl.lit(False).alias(UNREADABLE))

    def lines(self, file: LogFile, rows: Sequence[int]) -> list[int]:
        """The rows of the sheet as Excel numbers them."""
        if not rows:
            return []
        # Only such a look at the sheet counts the blank rows above the header, and it takes as long as the first.
        texts = _texts(_workbook(file), file.sheet or 0)
        return [_header_row(texts) + 2 + row for row in rows]

    def row_count(self, file: LogFile) -> int:
        """Exactly."""
        return _rows_of(file).height


EXCEL = ExcelFormat()


def _rows_of(file: LogFile) -> pl.DataFrame:
    assert file.rows is not None, "with_sheet reads them"
    return file.rows


def _workbook(file: LogFile) -> ExcelReader:
    if is_remote(file.path):
        raise wrong_format(f"{file.label} is a workbook far away", "download it, and name the file")
    try:
        import fastexcel
    except ImportError:
        raise MissingExtraError("excel", f"to read {file.label}") from None
    content = Path(file.path).read_bytes()
    try:
        # Of bytes, for some programs call every workbook .xls.
        return fastexcel.read_excel(content)
    except fastexcel.FastExcelError as error:
        if _ENCRYPTED in content or "password" in str(error).lower():
            message = f"{file.label} is protected by a password"
            raise DataError(Problem("unreadable", message, "save it without one")) from None
        reason = str(error).partition("\n")[0].removeprefix("calamine error: ")
        raise wrong_format(
            f"{file.label} is not a workbook that can be read: {reason}", "save the sheet as CSV"
        ) from None


def _texts(workbook: ExcelReader, sheet: str | int) -> pl.DataFrame:
    """All cells from A1 on."""
    return workbook.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string").to_polars()


def _header_row(texts: pl.DataFrame) -> int:
    """From 0."""
    return int(texts.select(pl.any_horizontal(pl.all().is_not_null()).arg_true().first()).item())


def _header(names: Sequence[str], workbook: ExcelReader, sheet: str) -> list[str]:
    """The names as the sheet has them, told apart by their positions; `names` tell them apart by _1, _2 …"""
    if any((match := _RENAMED.fullmatch(name)) and match[1] in names for name in names):
        texts = _texts(workbook, sheet)
        written = texts.row(_header_row(texts))
        names = [name if text is None else text for name, text in zip(names, written, strict=True)]
    return unique_names([name.strip() for name in names])


def _without_fractions(column: pl.Series) -> pl.Series:
    """Excel has only fractions: where all are whole numbers, they are ids or counts."""
    if not column.dtype.is_float() or not ((column == column.round()) & (column.abs() < _EXACT)).all():
        return column
    return column.cast(pl.Int64)
