"""NDJSON, one object a line: at once, or line by line where a line is no object."""

from __future__ import annotations

import codecs
import io
import json
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import suppress
from glob import escape
from itertools import islice

import polars as pl
from polars.io.plugins import register_io_source

from growthctl.errors import DataError, Problem
from growthctl.events.column_names import ROW, UNREADABLE
from growthctl.events.formats.contents import SAMPLE, is_remote, line_count, opened, text_head, wrong_format
from growthctl.events.formats.interface import Keys, LogFile, LogFormat, Nestings
from growthctl.events.shape.json_text import as_type
from growthctl.events.shape.nested_fields import fields_named
from growthctl.events.shape.nesting import Nesting, json_value, nesting_of_values

_BLOCK = 8 << 20
_FEW = 512
"""So few lines are looked at one by one rather than halved again."""
_Lines = list[tuple[int, bytes]]


def _is_text(key: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in key)


class NdjsonFormat(LogFormat):
    """Its files do not list their columns, so keys are looked for; a line that is no object is unreadable."""

    name = "ndjson"
    title = "NDJSON"
    endings = (".ndjson", ".jsonl", ".json")
    is_text = True
    stops_at_bad_rows = True
    bad_row = "no JSON object"

    def looks_like(self, head: bytes) -> bool:
        """It begins with an object."""
        return _first_character(head) == b"{"

    def describe(self, path: str, label: str, head: bytes) -> LogFile:
        """Any text but an array, which is JSON of another kind."""
        if _first_character(head) == b"[":
            hint = "write one object a line: jq -c '.[]' OLD.json > NEW.ndjson"
            raise wrong_format(f"{label} is a JSON array, not NDJSON", hint)
        return LogFile(path, label, self)

    def keys(self, files: Sequence[LogFile], needed: Sequence[str], place: str) -> tuple[Keys, Nestings]:
        """Those of the first thousand lines of each file, and the needed ones that only some later line has."""
        objects = [parsed for file in files for parsed in _first_objects(file)]
        # Half a surrogate pair is no text: nobody can name such a key.
        keys = [key for key in dict.fromkeys(key for parsed in objects for key in parsed) if _is_text(key)]
        if not keys:
            hint = 'NDJSON is one object a line: {"user_id": "u1", …}'
            raise DataError(Problem("unreadable", f"no line of {place} is a JSON object", hint))
        nestings = {key: _nesting([parsed[key] for parsed in objects if key in parsed]) for key in keys}
        nested = {key: nesting for key, nesting in nestings.items() if nesting is not None}
        late = [name for name in dict.fromkeys(needed) if name not in keys and not _is_nested(name, keys, nested)]
        return dict.fromkeys([*keys, *self._with_values(files, late)], pl.String()), nested

    def _with_values(self, files: Sequence[LogFile], keys: Sequence[str]) -> list[str]:
        """Those keys that some object has a value for."""
        if not keys:
            return []
        frame = self.scan(files, dict.fromkeys(keys, pl.String())).select(pl.col(keys).is_not_null().any())
        with suppress(pl.exceptions.ComputeError):
            return [key for key, is_there in frame.collect(engine="streaming").row(0, named=True).items() if is_there]
        return [key for key in keys if any(_mentions(file, key) for file in files)]

    def shape(self, file: LogFile) -> Hashable:
        """All are alike, as the keys are given."""
        return ()

    def scan(self, files: Sequence[LogFile], keys: Keys) -> pl.LazyFrame:
        """Fast, but it stops at a line that is no object, and at a nested value that is not what it should be."""
        paths = [file.path if is_remote(file.path) else escape(file.path) for file in files]
        frame = pl.scan_ndjson(paths, schema=keys)
        return frame.with_columns(pl.lit(False).alias(UNREADABLE))

    def scan_numbered(self, file: LogFile, keys: Keys) -> pl.LazyFrame:
        """Slower; ROW is the number of the line, from 1."""
        return scan_by_line(file.path, keys)

    def examples(self, file: LogFile, column: str) -> list[str]:
        """Of the head of a local file."""
        if is_remote(file.path):
            return []
        objects = [json_object(line) or {} for line in text_head(file.path).split(b"\n")]
        return [str(object[column]) for object in objects if column in object]

    def lines(self, file: LogFile, rows: Sequence[int]) -> list[int]:
        """The rows are numbered by line."""
        return list(rows)

    def row_count(self, file: LogFile) -> int | None:
        """About as many as lines."""
        return line_count(file.path)


NDJSON = NdjsonFormat()


def json_object(line: bytes) -> dict[str, object] | None:
    """The JSON object that a line is, or None."""
    try:
        parsed = json.loads(line.removeprefix(codecs.BOM_UTF8))
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None


def _first_character(head: bytes) -> bytes:
    return head.removeprefix(codecs.BOM_UTF8).lstrip()[:1]


def _first_objects(file: LogFile) -> list[dict[str, object]]:
    """Those in the first thousand lines."""
    with opened(file.path, SAMPLE) as stream:
        return [parsed for line in islice(stream, SAMPLE) if (parsed := json_object(line)) is not None]


def _nesting(values: list[object]) -> Nesting | None:
    """What is in some values of a key, as objects or as text of them."""
    texts = [value for value in values if isinstance(value, str)]
    nesting = nesting_of_values([*(value for value in values if not isinstance(value, str)), *map(json_value, texts)])
    return nesting._replace(is_text=len(texts) == len(values) - values.count(None)) if nesting else None


def _is_nested(name: str, keys: Sequence[str], nested: Mapping[str, Nesting]) -> bool:
    """Whether a name is that of a field inside a key, or in its place can be nothing else."""
    fields = fields_named(name, keys, nested)
    return any(field.is_certain or name.startswith(f"{field.outer}.") for field in fields)


def _mentions(file: LogFile, key: str) -> bool:
    """Does a line have this key, and not only a value or a nested object with the same text in it?"""
    spellings = {json.dumps(key).encode(), json.dumps(key, ensure_ascii=False).encode()}
    with opened(file.path) as lines:
        return any(
            any(spelling in line for spelling in spellings) and key in (json_object(line) or {}) for line in lines
        )


def scan_by_line(path: str, keys: Keys) -> pl.LazyFrame:
    """The values of `keys`, UNREADABLE and ROW; blank lines are skipped."""
    schema = pl.Schema({**keys, UNREADABLE: pl.Boolean(), ROW: pl.UInt32()})

    def frames(
        columns: list[str] | None, predicate: pl.Expr | None, rows: int | None, _size: int | None
    ) -> Iterator[pl.DataFrame]:
        wanted = schema.names() if columns is None else columns
        # Without any key polars would not look into the lines at all.
        plain = next((key for key, dtype in keys.items() if not dtype.is_nested()), next(iter(keys)))
        read = {key: dtype for key, dtype in keys.items() if key in wanted or key == plain}
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


def _parsed(number: int, block: bytes, keys: Keys) -> pl.DataFrame:
    """All lines at once where polars can and none is blank."""
    lines = block.split(b"\n")
    numbers = range(number, number + len(lines))
    frame = _decoded(block, numbers, keys) if all(map(bytes.strip, lines)) else None
    if frame is None:
        frame = _sifted([(at, line) for at, line in zip(numbers, lines, strict=True) if line.strip()], keys)
    return frame


def _sifted(lines: _Lines, keys: Keys) -> pl.DataFrame:
    """By halves down to the bad lines; of a few, those that are objects at once."""
    numbers = [number for number, _ in lines]
    frame = _decoded(b"\n".join(line for _, line in lines), numbers, keys)
    if frame is None:
        frame = _as_they_are([line for _, line in lines], numbers, keys)
    if frame is not None:
        return frame
    if len(lines) <= _FEW:
        objects = [line for line in lines if json_object(line[1]) is not None]
        if len(objects) < len(lines):
            good = {number for number, _ in objects}
            return pl.concat([_sifted(objects, keys), _refused([line for line in lines if line[0] not in good], keys)])
    if len(lines) == 1:
        return _refused(lines, keys)
    middle = len(lines) // 2
    return pl.concat([_sifted(lines[:middle], keys), _sifted(lines[middle:], keys)])


def _as_they_are(lines: Sequence[bytes], numbers: Sequence[int], keys: Keys) -> pl.DataFrame | None:
    """Of objects in which nested values are not all what they should be: null, or text of what they should be."""
    nested = {key: dtype for key, dtype in keys.items() if dtype.is_nested()}
    plain = {key: dtype for key, dtype in keys.items() if key not in nested}
    # Without any key polars would not look into the lines at all.
    frame = _decoded(b"\n".join(lines), numbers, plain or {UNREADABLE: pl.String()}) if nested else None
    if frame is None:
        return None
    objects = [json_object(line) or {} for line in lines]
    columns = {key: [as_type(parsed.get(key), dtype) for parsed in objects] for key, dtype in nested.items()}
    return frame.with_columns(pl.DataFrame(columns, schema=nested, strict=False)).select(*keys, UNREADABLE, ROW)


def _decoded(text: bytes, numbers: Sequence[int], keys: Keys) -> pl.DataFrame | None:
    try:
        frame = pl.read_ndjson(text, schema=keys)
    except (pl.exceptions.ComputeError, pl.exceptions.SchemaError):
        return None
    return _marked(frame, numbers, unreadable=False) if frame.height == len(numbers) else None


def _refused(lines: _Lines, keys: Keys) -> pl.DataFrame:
    nothing = pl.DataFrame(schema=keys).clear(len(lines))
    return _marked(nothing, [number for number, _ in lines], unreadable=True)


def _marked(frame: pl.DataFrame, numbers: Sequence[int], *, unreadable: bool) -> pl.DataFrame:
    return frame.with_columns(pl.lit(unreadable).alias(UNREADABLE), pl.Series(ROW, numbers, pl.UInt32))
