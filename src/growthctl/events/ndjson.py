"""NDJSON line by line: slower than polars' own reader, but a line that is no JSON object costs only itself."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator, Sequence

import polars as pl
from polars.io.plugins import register_io_source

from growthctl.events.sniff import json_object, opened

UNREADABLE = "#unreadable"
"""Boolean column: the line could not be taken apart, so its other columns are null or not to be trusted."""
LINE = "#line"
"""UInt32 column: the number of the line in its file, from 1."""

_BLOCK = 8 << 20
_Lines = list[tuple[int, bytes]]


def scan_by_line(path: str, keys: Sequence[str]) -> pl.LazyFrame:
    """The values of `keys` as text (nested ones as JSON), UNREADABLE and LINE; blank lines are skipped."""
    schema = pl.Schema({**dict.fromkeys(keys, pl.String()), UNREADABLE: pl.Boolean(), LINE: pl.UInt32()})

    def frames(
        columns: list[str] | None, predicate: pl.Expr | None, rows: int | None, _size: int | None
    ) -> Iterator[pl.DataFrame]:
        wanted = schema.names() if columns is None else columns
        # Without any key polars would not look into the lines at all.
        read = [key for key in keys if key in wanted] or keys[:1]
        with opened(path) as stream:
            for lines in _blocks(stream):
                left = lines[:rows]
                frame = _parsed(left, read).select(wanted)
                yield frame if predicate is None else frame.filter(predicate)
                if rows is not None:
                    rows -= len(left)

    return register_io_source(frames, schema=schema)


def _blocks(stream: io.BufferedIOBase) -> Iterator[_Lines]:
    """The numbered lines that are not blank, some megabytes at a time."""
    number = 1
    while block := stream.read(_BLOCK):
        texts = (block + stream.readline()).removesuffix(b"\n").split(b"\n")
        if number == 1:
            texts[0] = texts[0].removeprefix(codecs.BOM_UTF8)
        yield [(at, text) for at, text in enumerate(texts, number) if text.strip()]
        number += len(texts)


def _parsed(lines: _Lines, keys: Sequence[str]) -> pl.DataFrame:
    """All lines at once where polars can, else those that are objects, else by halves down to the bad ones."""
    frame = _decoded(lines, keys)
    if frame is not None:
        return frame
    objects = [line for line in lines if json_object(line[1]) is not None]
    if len(objects) < len(lines):
        others = [line for line in lines if json_object(line[1]) is None]
        return pl.concat([_parsed(objects, keys), _refused(others, keys)])
    if len(lines) == 1:
        return _refused(lines, keys)
    middle = len(lines) // 2
    return pl.concat([_parsed(lines[:middle], keys), _parsed(lines[middle:], keys)])


def _decoded(lines: _Lines, keys: Sequence[str]) -> pl.DataFrame | None:
    try:
        frame = pl.read_ndjson(b"\n".join(text for _, text in lines), schema=dict.fromkeys(keys, pl.String()))
    except pl.exceptions.ComputeError:
        return None
    return _marked(frame, lines, unreadable=False) if frame.height == len(lines) else None


def _refused(lines: _Lines, keys: Sequence[str]) -> pl.DataFrame:
    nothing = pl.DataFrame(schema=dict.fromkeys(keys, pl.String())).clear(len(lines))
    return _marked(nothing, lines, unreadable=True)


def _marked(frame: pl.DataFrame, lines: _Lines, *, unreadable: bool) -> pl.DataFrame:
    numbers = pl.Series(LINE, [number for number, _ in lines], pl.UInt32)
    return frame.with_columns(pl.lit(unreadable).alias(UNREADABLE), numbers)
