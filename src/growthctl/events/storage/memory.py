"""How much memory a question may take, and how much the rows of a log would."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from growthctl.errors import Problem, UsageError
from growthctl.events.reading.open import Log
from growthctl.events.storage.scratch import Scratch
from growthctl.events.storage.spill import Spill

SHARE = 0.5
"""Of the machine's memory, what a question may take unless it is told."""
_UNKNOWN = 8 << 30
_WIDTHS = {pl.String(): 32, pl.UInt8(): 1, pl.UInt16(): 2, pl.UInt32(): 4, pl.Categorical(): 4}
_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?\s*", re.IGNORECASE)
_ROWS_PER_FILE = 4_000_000
_MOST_FILES = 500
_WORK = 4
"""About how many times its rows a question needs in memory."""


Memory = str | int | None
"""An amount such as 4GB, or bytes; None is half of what the machine has."""


def bytes_of(memory: Memory) -> int:
    """Bytes: of a size such as 4GB or 512MiB (units of 1024), else half of what the machine, or its cgroup, has.

    Raises UsageError for what is no size.
    """
    if memory is None:
        return int(SHARE * min(_machine(), _cgroup()))
    match = _SIZE.fullmatch(str(memory))
    if match is None or float(match[1]) == 0:
        raise UsageError(Problem("invalid_size", f"--memory: '{memory}' is no amount of memory", "write 4GB or 512MB"))
    return int(float(match[1]) * _UNITS[match[2].upper()])


def _machine() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return _UNKNOWN


def _cgroup() -> int:
    try:
        return int(Path("/sys/fs/cgroup/memory.max").read_text())
    except (OSError, ValueError):
        return _machine()


def spill_for(log: Log, schema: pl.Schema, memory: int, key: str) -> Spill | None:
    """Where rows of `schema` go when those of the log may be too many for memory (bytes); None when they fit.

    Never more files than a process may have open.
    """
    if fits(log, schema.values(), memory):
        return None
    rows = rows_about(log)
    parts = (
        _MOST_FILES if rows is None else max(rows // _ROWS_PER_FILE, rows * _width(schema.values()) * _WORK // memory)
    )
    return Spill(Scratch(), key, min(parts + 1, _MOST_FILES))


def fits(log: Log, types: Iterable[pl.DataType], memory: int) -> bool:
    """Whether columns of these types, of all rows of the log, can be worked on in so much memory (bytes)."""
    rows = rows_about(log)
    return rows is not None and rows * _width(types) * _WORK <= memory


def _width(types: Iterable[pl.DataType]) -> int:
    return sum(map(_width_of, types))


def _width_of(dtype: pl.DataType) -> int:
    if isinstance(dtype, pl.Struct):
        return _width(field.dtype for field in dtype.fields)  # type: ignore[misc]
    return _WIDTHS.get(dtype, 8)


def rows_about(log: Log) -> int | None:
    """How many rows the log holds, of text and lists guessed from the first; None where that cannot be known."""
    counts = [file.format.row_count(file) for file in log.files] if log.files else [log.height]
    return None if None in counts else int(sum(count or 0 for count in counts) * log.shape.length)
