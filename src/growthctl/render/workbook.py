"""Lists of entities as an Excel workbook; times are on the clocks of their zone, as Excel knows no zones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any

import polars as pl

from growthctl.errors import MissingExtraError, Problem, UsageError

_MOST_ROWS, _MOST_CHARACTERS = 1_048_575, 32_767
_DIGITS = 15
"""So many of a number Excel keeps."""
_TIME_WIDTH = 20


def render_xlsx(frame: pl.DataFrame) -> bytes:
    """The rows with their types, below a bold header that stays in sight; no text is ever a formula or a link.

    Raises MissingExtraError without the library that writes it, UsageError for what a sheet has no room for.
    """
    try:
        from xlsxwriter import Workbook
    except ImportError:
        raise MissingExtraError("excel", "to write a workbook") from None
    cells = frame.select(map(_as_cells, frame))
    _check_room(cells)
    content = BytesIO()
    with Workbook(content, {"in_memory": True, "remove_timezone": True}) as book:
        # Of any fixed time: the same list is the same bytes.
        book.set_properties({"created": datetime(2026, 1, 1)})
        bold, time = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss.000"})
        sheet = book.add_worksheet("entities")
        sheet.freeze_panes(1, 0)
        for at, column in enumerate(cells):
            sheet.write_string(0, at, column.name, bold)
            write: Callable[..., Any] = sheet.write_string
            look = []
            if column.dtype.is_numeric():
                write = sheet.write_number
            elif isinstance(column.dtype, pl.Datetime):
                write, look = sheet.write_datetime, [time]
                sheet.set_column(at, at, _TIME_WIDTH)
            for row, cell in enumerate(column, start=1):
                if cell is not None:
                    write(row, at, cell, *look)
    return content.getvalue()


def _as_cells(column: pl.Series) -> pl.Series:
    """Times and numbers that Excel can hold as they are, all else as text: ids with more digits than it keeps, too."""
    if isinstance(column.dtype, pl.Datetime):
        return column
    if column.dtype.is_integer() and (column.is_null() | column.is_between(-(10**_DIGITS), 10**_DIGITS)).all():
        return column
    if column.dtype.is_float() and (column.is_null() | column.is_finite()).all():
        return column
    return column.cast(pl.String)


def _check_room(cells: pl.DataFrame) -> None:
    longest = max((column.str.len_chars().max() or 0 for column in cells if column.dtype == pl.String), default=0)
    if cells.height > _MOST_ROWS or longest > _MOST_CHARACTERS:  # type: ignore[operator]
        message = f"a sheet of Excel has room for {_MOST_ROWS:,} rows and {_MOST_CHARACTERS:,} characters in a cell"
        raise UsageError(Problem("unsuitable_output", message, "write CSV or Parquet: -o NAME.csv"))
