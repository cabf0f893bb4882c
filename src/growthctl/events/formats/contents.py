"""What is in a file, wherever it is and however it is packed; what may be wrong with it."""

from __future__ import annotations

import gzip
import io
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import polars as pl
from polars import selectors

from growthctl.errors import DataError, Problem
from growthctl.events.formats.packed import GZIP, ZSTD, unpacked_size

SAMPLE = 1000
"""How many lines of a file are looked at, to know what the others are like."""
_HEAD = 4096


def is_remote(path: str) -> bool:
    """Whether the path is a URL, which polars opens by itself."""
    return "://" in path


def first_bytes(path: str) -> bytes:
    """Of the file as it is, packed or not; of a URL none."""
    if is_remote(path):
        return b""
    with Path(path).open("rb") as file:
        return file.read(_HEAD)


def is_packed(path: str) -> bool:
    """Whether a local file is compressed."""
    return first_bytes(path).startswith((GZIP, ZSTD))


def opened(path: str, lines: int | None = None) -> io.BytesIO | io.BufferedReader | gzip.GzipFile:
    """The bytes of a text file, unpacked. `lines` = how many the caller will read, where that saves work."""
    start = first_bytes(path)
    if is_remote(path) or start.startswith(ZSTD):
        # Only polars can fetch or unpack these here.
        text = pl.scan_lines(path, glob=is_remote(path), n_rows=lines).collect().get_column("line")
        return io.BytesIO("\n".join(text).encode())
    return gzip.open(path) if start.startswith(GZIP) else Path(path).open("rb")


def text_head(path: str) -> bytes:
    """The first 4 KB of a text file, unpacked, up to the end of a line."""
    with opened(path, SAMPLE) as stream:
        return stream.read(_HEAD) + stream.readline()


def line_count(path: str) -> int | None:
    """About how many lines a text file has, guessed from the first ones; None for a URL."""
    if is_remote(path):
        return None
    with opened(path, SAMPLE) as stream:
        lines = [len(line) for line in islice(stream, SAMPLE)]
    return len(lines) if len(lines) < SAMPLE else unpacked_size(path) * len(lines) // sum(lines)


def unique_names(header: Sequence[str]) -> list[str]:
    """Names that occur twice get their position, so that nobody takes one for the other."""
    return [
        name if header.count(name) == 1 else f"{name} (column {position})"
        for position, name in enumerate(header, start=1)
    ]


def with_durations_as_text(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Durations are ids or values to be told apart, if anything, and polars casts them to no text."""
    return frame.with_columns(selectors.duration().dt.to_string("iso"))


def wrong_format(message: str, hint: str) -> DataError:
    """The error for what is no log, or is in another format."""
    return DataError(Problem("wrong_format", message, hint))


def not_utf8(place: str) -> DataError:
    """The error for text in another encoding."""
    return DataError(
        Problem("not_utf8", f"{place} is not UTF-8", "set source.encoding: cp1252 for Western Europe, cp1250, cp1251 …")
    )
