"""The files of a log, from what the user wrote: a file, a glob, a directory, standard input, or several of these."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from functools import cache
from glob import glob, has_magic
from pathlib import Path
from typing import IO, TextIO

from growthctl.errors import DataError, Problem
from growthctl.events.formats.contents import is_remote
from growthctl.events.formats.interface import LogFile, LogFormat
from growthctl.events.formats.recognise import FORMATS, PACKED, promised_format, recognise
from growthctl.events.reading.encodings import in_utf8
from growthctl.events.reading.zipped import unzipped
from growthctl.events.storage.scratch import Scratch
from growthctl.funnel.nearest import did_you_mean

STDIN = "-"
"""The name that means standard input."""
_SPOOLED: list[Scratch] = []
"""Where pipes went; kept until exit."""


def log_files(
    names: Sequence[str],
    base: Path,
    wanted: LogFormat | None = None,
    sheet: str | None = None,
    encoding: str | None = None,
) -> list[LogFile]:
    """The files that `names` (relative to `base`) stand for: each once, all of one format, no empty ones.

    `sheet`: of workbooks, else their first; `encoding`: of text, else UTF-8. Raises DataError `no_such_file`, `empty`,
    `mixed_formats`, and what `recognise` and `with_sheet` raise.
    """
    labels: dict[str, tuple[str, str]] = {}
    for name in names:
        for path, label in _expand(name, base, wanted):
            _check_is_text(label)
            # One file may go by several names: another folder, a link, a loop of links.
            labels.setdefault(path if is_remote(path) else os.path.realpath(path), (path, label))
    unpacked = [member for path, label in labels.values() for member in unzipped(path, label)]
    read = [(in_utf8(path, label, encoding), label) for path, label in unpacked]
    files = [file for path, label in read if (file := recognise(path, label, wanted))]
    if not files:
        raise DataError(Problem("empty", f"{', '.join(names)} is empty", "there is nothing to read"))
    for file in files[1:]:
        if file.format != files[0].format:
            message = f"{files[0].label} is {files[0].format.name}, but {file.label} is {file.format.name}"
            raise DataError(Problem("mixed_formats", message, "name files of one format, or set source.format"))
    return [file.format.with_sheet(file, sheet) for file in files]


def _expand(name: str, base: Path, wanted: LogFormat | None) -> list[tuple[str, str]]:
    """The files behind one name, sorted, as (path, label)."""
    if name == STDIN:
        return [(_standard_input(sys.stdin), "standard input")]
    if is_remote(name):
        return [(name, name)]
    path = base / name
    if path.is_dir():
        return _inside(path, name, wanted)
    if path.is_fifo():
        return [(_named_pipe(path.absolute()), name)]
    if path.exists():
        return [(str(path), name)]
    if not has_magic(name):
        raise _missing(path, name)
    # Path.glob would take hidden files too, and no absolute pattern.
    matches = sorted(glob(str(path), recursive=True))  # noqa: PTH207
    if not matches:
        hint = None if Path(name).is_absolute() else f"looked in {base.resolve()}"
        raise DataError(Problem("no_such_file", f"no file matches {name}", hint))
    return [(match, match) for match in matches if Path(match).is_file()]


def _inside(folder: Path, name: str, wanted: LogFormat | None) -> list[tuple[str, str]]:
    """Its logs and those of folders below; names that begin with . or _ are other programs' notes, ~$ Excel's."""
    logs = []
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(folder)
        is_note = any(part.startswith((".", "_", "~$")) for part in inner.parts)
        if _may_be_log(path, wanted) and not is_note and path.is_file():
            logs.append((str(path), str(Path(name) / inner)))
    if not logs:
        *titles, last = (format.title for format in FORMATS)
        kinds = wanted.name if wanted else f"{', '.join(titles)} or {last}"
        raise DataError(Problem("no_such_file", f"the folder {name} holds no {kinds} files", "name the files"))
    return logs


def _may_be_log(path: Path, wanted: LogFormat | None) -> bool:
    """By its name; one that only says that it is compressed may be anything."""
    promised = None if ".txt" in path.suffixes else promised_format(path.name)
    if promised is None:
        return path.suffix.lower() in (*PACKED, ".zip") and ".txt" not in path.suffixes
    return wanted is None or wanted.name == promised.name


def _check_is_text(label: str) -> None:
    """Raises DataError for a name in another encoding, which polars cannot open."""
    if any("\ud800" <= character <= "\udfff" for character in label):
        raise DataError(Problem("not_utf8", f"the name of the file {label} is not UTF-8", "rename it, or pipe it in"))


def _missing(path: Path, name: str) -> DataError:
    if not path.parent.is_dir():
        return DataError(Problem("no_such_file", f"no such file: {name}", f"there is no folder {path.parent}"))
    if path.is_symlink():
        return DataError(Problem("no_such_file", f"{name} is a link to nothing: {path.readlink()}", "name the file"))
    beside = [entry.name for entry in path.parent.iterdir()]
    near = did_you_mean(path.name, beside)
    return DataError(Problem("no_such_file", f"no such file: {name}{near}", f"looked in {path.parent.resolve()}"))


@cache
def _standard_input(stdin: TextIO | None) -> str:
    """It can be read once, and several funnels may ask for it."""
    if stdin is None:
        raise DataError(Problem("no_log", "standard input is closed", "name a file, or pipe a log into it"))
    return _spooled(stdin.buffer)


@cache
def _named_pipe(path: Path) -> str:
    """As standard input: whoever opened it once more would wait for ever."""
    with path.open("rb") as pipe:
        return _spooled(pipe)


def _spooled(pipe: IO[bytes]) -> str:
    """A log is read more than once and a pipe is not, so it goes to a file that is deleted at exit."""
    scratch = Scratch()
    _SPOOLED.append(scratch)
    with (scratch.path / "log").open("wb") as spool:
        shutil.copyfileobj(pipe, spool)
    return spool.name
