"""How a file is written, from its name and its first 4 KB."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Literal, NamedTuple

import polars as pl

from growthctl.errors import DataError, Problem

Format = Literal["csv", "parquet", "ndjson"]

FORMATS: dict[str, Format] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".json": "ndjson",
}
_HEAD = 4096
_SAMPLE = 1000
_DELIMITERS = ",;\t|"
_PARQUET = b"PAR1"
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_CONVERT = "convert it: iconv -f UTF-16 -t UTF-8 OLD > NEW"
_FOREIGN = {
    b"\xff\xfe": ("UTF-16", _CONVERT),
    b"\xfe\xff": ("UTF-16", _CONVERT),
    b"\xd0\xcf\x11\xe0": ("an Excel workbook", "save the sheet as CSV"),
    b"BZh": ("compressed with bzip2", "only gzip and zstd are read; unpack it first"),
    b"\xfd7zXZ": ("compressed with xz", "only gzip and zstd are read; unpack it first"),
}


class LogFile(NamedTuple):
    """One file of a log. `label` is its name in messages; delimiter and header (names as written) are of CSV."""

    path: str
    label: str
    format: Format
    delimiter: str = ","
    header: tuple[str, ...] = ()


def format_of(name: str) -> Format | None:
    """The format that a file's name promises, compression aside."""
    suffixes = [suffix.lower() for suffix in Path(name).suffixes if suffix.lower() not in (".gz", ".zst")]
    return FORMATS.get(suffixes[-1]) if suffixes else None


def is_remote(path: str) -> bool:
    """Whether the path is a URL, which polars opens by itself."""
    return "://" in path


def sniff(path: str, label: str, wanted: Literal["auto"] | Format) -> LogFile | None:
    """How the file is written; None where it holds nothing.

    Raises DataError `wrong_format` for what is not a log or not in the `wanted` format, `not_utf8` for a CSV header
    in another encoding, OSError where the file cannot be read.
    """
    promised = format_of(label) if wanted == "auto" else wanted
    magic = _first_bytes(path)
    _refuse_foreign(magic, label)
    if magic.startswith(_PARQUET) or (is_remote(path) and promised == "parquet"):
        if wanted not in ("auto", "parquet"):
            raise _wrong(f"{label} is Parquet, not {wanted}", "set source.format: parquet, or auto")
        return LogFile(path, label, "parquet")
    with opened(path, _SAMPLE) as stream:
        head = stream.read(_HEAD) + stream.readline()
    if not head.removeprefix(codecs.BOM_UTF8).strip():
        return None
    if promised == "parquet":
        raise _wrong(f"{label} is not Parquet: it does not begin with PAR1", "name the file by what it holds")
    if b"\0" in head:
        raise _wrong(f"{label} is UTF-16 or not text at all", _CONVERT)
    return _text_file(head, path, label, wanted)


def opened(path: str, lines: int | None = None) -> io.BytesIO | io.BufferedReader | gzip.GzipFile:
    """The bytes of a text file, unpacked. `lines` = how many the caller will read, where that saves work."""
    magic = _first_bytes(path)
    if is_remote(path) or magic.startswith(_ZSTD):
        # Only polars can fetch or unpack these here.
        text = pl.scan_lines(path, glob=is_remote(path), n_rows=lines).collect().get_column("line")
        return io.BytesIO("\n".join(text).encode())
    return gzip.open(path) if magic.startswith(_GZIP) else Path(path).open("rb")


def keys_of(file: LogFile) -> list[str]:
    """The keys of the objects in the first thousand lines of an NDJSON file, as they first occur."""
    with opened(file.path, _SAMPLE) as stream:
        objects = [parsed for line in islice(stream, _SAMPLE) if (parsed := json_object(line)) is not None]
    return list(dict.fromkeys(key for parsed in objects for key in parsed))


def examples(file: LogFile, column: str) -> list[str]:
    """Some of the texts at the head of a local CSV or NDJSON file."""
    if is_remote(file.path) or (file.format == "csv" and column not in file.header):
        return []
    with opened(file.path, _SAMPLE) as stream:
        head = stream.read(_HEAD) + stream.readline()
    if file.format == "csv":
        at = file.header.index(column)
        records = islice(_records(head.decode("utf-8-sig", "replace"), file.delimiter), 1, None)
        return [record[at] for record in records if len(record) > at]
    objects = [json_object(line) or {} for line in head.split(b"\n")]
    return [str(found[column]) for found in objects if column in found]


def json_object(line: bytes) -> dict[str, object] | None:
    """The JSON object that a line is, or None."""
    try:
        parsed = json.loads(line.removeprefix(codecs.BOM_UTF8))
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None


def _first_bytes(path: str) -> bytes:
    if is_remote(path):
        return b""
    with Path(path).open("rb") as file:
        return file.read(_HEAD)


def _refuse_foreign(magic: bytes, label: str) -> None:
    if magic.startswith(b"PK\x03\x04"):
        if b"xl/" in magic or b"[Content_Types].xml" in magic:
            raise _wrong(f"{label} is an Excel workbook", "save the sheet as CSV")
        raise _wrong(f"{label} is a zip archive", "unzip it and name the files inside")
    for prefix, (what, hint) in _FOREIGN.items():
        if magic.startswith(prefix):
            raise _wrong(f"{label} is {what}", hint)


def _text_file(head: bytes, path: str, label: str, wanted: Literal["auto"] | Format) -> LogFile:
    named = format_of(label)
    first = head.removeprefix(codecs.BOM_UTF8).lstrip()[:1]
    chosen = wanted if wanted != "auto" else "ndjson" if first == b"{" else named or "csv"
    if first == b"[" and chosen == "ndjson":
        hint = "write one object a line: jq -c '.[]' OLD.json > NEW.ndjson"
        raise _wrong(f"{label} is a JSON array, not NDJSON", hint)
    if chosen == "ndjson":
        return LogFile(path, label, chosen)
    try:
        text = head.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise not_utf8(label) from None
    delimiter = max(_DELIMITERS, key=lambda candidate: _fit(text, candidate))
    header = next(_records(text, delimiter))
    return LogFile(path, label, "csv", delimiter, tuple(name.strip() for name in header))


def _fit(text: str, delimiter: str) -> tuple[bool, float, int]:
    """How well a delimiter explains the first records: more than one field, as many in each, many of them."""
    try:
        widths = [len(record) for record in islice(_records(text, delimiter), 20)]
    except csv.Error:
        return False, 0.0, 0
    return widths[0] > 1, widths.count(widths[0]) / len(widths), widths[0]


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    return (record for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if record)


def _wrong(message: str, hint: str) -> DataError:
    return DataError(Problem("wrong_format", message, hint))


def not_utf8(place: str) -> DataError:
    """The error for text in another encoding."""
    return DataError(Problem("not_utf8", f"{place} is not UTF-8", "convert it: iconv -f LATIN1 -t UTF-8 OLD > NEW"))
