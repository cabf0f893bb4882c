"""Logs that are at hand in Python: tables of other libraries, and lists of paths."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Any, Protocol

import polars as pl

from growthctl.errors import Problem, UsageError


class ArrowTable(Protocol):
    """A table of another library that hands over Arrow data: of pyarrow, DuckDB, pandas (with pyarrow)."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


def frame_of_table(table: Any) -> pl.DataFrame:
    """An ArrowTable as a frame. Raises UsageError where it cannot be handed over."""
    try:
        return pl.DataFrame(table)
    except ImportError:
        message = f"a table of {type(table).__module__.split('.')[0]} is handed over by pyarrow, which is not installed"
        raise UsageError(Problem("no_log", message, "pip install pyarrow")) from None
    except (TypeError, ValueError, pl.exceptions.PolarsError) as error:
        message = f"the table cannot be handed over: {str(error).partition(chr(10))[0]}"
        hint = "give each column a name of its own, and values of one type"
        raise UsageError(Problem("no_log", message, hint)) from None


def paths_of(data: str | PurePath | Sequence[str | PurePath] | None) -> list[str | PurePath]:
    """One path or several. Raises UsageError for what is neither that nor a table."""
    paths = [data] if isinstance(data, str | PurePath) else [] if data is None else data
    listed = list(paths) if isinstance(paths, Sequence | Iterator) else [paths]
    strange = next((path for path in listed if not isinstance(path, str | PurePath)), None)
    if strange is not None:
        message = f"a log is given as {type(strange).__name__}, which is neither a path nor a table"
        hint = "give a path, a list of paths, or a table of polars, pyarrow, DuckDB or pandas (2.2 or later)"
        raise UsageError(Problem("no_log", message, hint))
    return listed
