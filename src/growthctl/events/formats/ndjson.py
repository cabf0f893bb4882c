"""NDJSON line by line: slower than polars' own reader, but a line that is no JSON object costs only itself."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator, Sequence

import polars as pl
from polars.io.plugins import register_io_source

from growthctl.events.formats.sniff import json_object, opened

UNREADABLE = "#unreadable"
"""Boolean column: the line could not be taken apart, so its other columns are null or not to be trusted."""
LINE = "#line"
"""UInt32 column: the number of the line in its file, from 1."""

_BLOCK = 8 << 20
_FEW = 512
"""So few lines are looked at one by one rather than halved again."""
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
            for number, block in _blocks(stream):
                frame = _parsed(number, block, read).select(wanted).slice(0, rows)
                yield frame if predicate is None else frame.filter(predicate)
                if rows is not None:
                    rows -= frame.height
                    if rows == 0:
                        break

    return register_io_source(frames, schema=schema)


def _blocks(stream: io.BufferedIOBase) -> Iterator[tuple[int, bytes]]:
    """Some megabytes of whole lines at a time, and the number of the first."""
    number = 1
    while block := stream.read(_BLOCK):
        block = (block + stream.readline()).removesuffix(b"\n")
        yield number, block.removeprefix(codecs.BOM_UTF8) if number == 1 else block
        number += block.count(b"\n") + 1


def _parsed(number: int, block: bytes, keys: Sequence[str]) -> pl.DataFrame:
    """All lines at once where polars can and none is blank."""
    lines = block.split(b"\n")
    numbers = range(number, number + len(lines))
    frame = _decoded(block, numbers, keys) if all(map(bytes.strip, lines)) else None
    if frame is None:
        frame = _sifted([(at, line) for at, line in zip(numbers, lines, strict=True) if line.strip()], keys)
    return frame


def _sifted(lines: _Lines, keys: Sequence[str]) -> pl.DataFrame:
    """By halves down to the bad lines; of a few, those that are objects at once."""
    frame = _decoded(b"\n".join(line for _, line in lines), [number for number, _ in lines], keys)
    if frame is not None:
        return frame
    if len(lines) == 1:
        return _refused(lines, keys)
    if len(lines) <= _FEW:
        objects = [line for line in lines if json_object(line[1]) is not None]
        if len(objects) < len(lines):
            numbers = {number for number, _ in objects}
            return pl.concat(
                [_sifted(objects, keys), _refused([line for line in lines if line[0] not in numbers], keys)]
            )
    middle = len(lines) // 2
    return pl.concat([_sifted(lines[:middle], keys), _sifted(lines[middle:], keys)])


def _decoded(text: bytes, numbers: Sequence[int], keys: Sequence[str]) -> pl.DataFrame | None:
    try:
        frame = pl.read_ndjson(text, schema=dict.fromkeys(keys, pl.String()))
    except pl.exceptions.ComputeError:
        return None
    return _marked(frame, numbers, unreadable=False) if frame.height == len(numbers) else None


def _refused(lines: _Lines, keys: Sequence[str]) -> pl.DataFrame:
    nothing = pl.DataFrame(schema=dict.fromkeys(keys, pl.String())).clear(len(lines))
    return _marked(nothing, [number for number, _ in lines], unreadable=True)


def _marked(frame: pl.DataFrame, numbers: Sequence[int], *, unreadable: bool) -> pl.DataFrame:
    return frame.with_columns(pl.lit(unreadable).alias(UNREADABLE), pl.Series(LINE, numbers, pl.UInt32))
