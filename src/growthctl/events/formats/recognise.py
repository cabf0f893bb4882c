"""Which format a file is in, from its name and its first 4 KB."""

from __future__ import annotations

import codecs
from pathlib import Path

from growthctl.events.formats.contents import first_bytes, is_remote, text_head, wrong_format
from growthctl.events.formats.csv import CSV, CsvFormat
from growthctl.events.formats.excel import EXCEL
from growthctl.events.formats.interface import LogFile, LogFormat
from growthctl.events.formats.ndjson import NDJSON, json_object
from growthctl.events.formats.parquet import PARQUET
from growthctl.funnel.sections.source import Source

FORMATS: tuple[LogFormat, ...] = (CSV, PARQUET, NDJSON, EXCEL)
"""All of them; the names that a funnel file may use are in `funnel/sections/source.py`."""
PACKED = (".gz", ".zst")
_ENCODED = "set source.encoding: utf-16-le"
_FOREIGN = {
    b"ARROW1": ("a Feather (Arrow IPC) file", "write it as Parquet: polars.read_ipc(OLD).write_parquet(NEW)"),
    b"\xff\xff\xff\xff": ("an Arrow stream", "write it as Parquet: polars.read_ipc_stream(OLD).write_parquet(NEW)"),
    b"BZh": ("compressed with bzip2", "only gzip and zstd are read; unpack it first"),
    b"\xfd7zXZ": ("compressed with xz", "only gzip and zstd are read; unpack it first"),
}


def format_of(source: Source) -> LogFormat | None:
    """The format that `source.format` names, or that its keys about CSV imply; None for `auto`."""
    if not source.header or source.quote is None or source.delimiter is not None:
        return CsvFormat(source.delimiter, has_header=source.header, quote=source.quote)
    return next((format for format in FORMATS if format.name == source.format), None)


def promised_format(name: str) -> LogFormat | None:
    """The format that a file's name promises, compression aside."""
    suffixes = [suffix.lower() for suffix in Path(name).suffixes if suffix.lower() not in PACKED]
    return next((format for format in FORMATS if suffixes and suffixes[-1] in format.endings), None)


def recognise(path: str, label: str, wanted: LogFormat | None = None) -> LogFile | None:
    """The file and how it is written; None where it holds nothing.

    Raises DataError `wrong_format` for what is not a log or not in the `wanted` format, `not_utf8` for a CSV header
    in another encoding, OSError where the file cannot be read.
    """
    promised = wanted or promised_format(label)
    start = first_bytes(path)
    signed = _signed(start)
    if signed is None:
        _refuse_foreign(start, label)
    binary = signed or (promised if promised and promised.signature and is_remote(path) else None)
    if binary is not None:
        if wanted and wanted is not binary:
            hint = f"set source.format: {binary.name}, or auto"
            raise wrong_format(f"{label} is {binary.title}, not {wanted.name}", hint)
        return binary.describe(path, label, b"")
    head = text_head(path)
    if not head.removeprefix(codecs.BOM_UTF8).strip():
        return None
    likely = next((format for format in FORMATS if format.looks_like(head)), None)
    if promised and promised.signature:
        message = f"{label} is not {promised.title}: it does not begin with {promised.signature.decode()}"
        mend = f"set source.format: {(likely or CSV).name}, or auto" if wanted else "name the file by what it holds"
        raise wrong_format(message, mend)
    if wanted and wanted.name == CSV.name and json_object(head.splitlines()[0]) is not None:
        hint = "set source.format: ndjson, without the keys of CSV (delimiter, header, quote)"
        raise wrong_format(f"{label} is NDJSON, not csv", hint)
    if b"\0" in head:
        raise wrong_format(f"{label} is UTF-16 or not text at all", _ENCODED)
    return (wanted or likely or promised or CSV).describe(path, label, head)


def _signed(start: bytes) -> LogFormat | None:
    """The format whose signature the first bytes are."""
    return next((format for format in FORMATS if format.is_signed(start)), None)


def _refuse_foreign(start: bytes, label: str) -> None:
    if start.startswith(b"PK\x03\x04"):
        raise wrong_format(f"{label} is a zip archive inside another", "unzip it and name the files inside")
    for prefix, (what, hint) in _FOREIGN.items():
        if start.startswith(prefix):
            raise wrong_format(f"{label} is {what}", hint)
