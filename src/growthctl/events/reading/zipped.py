"""Zip archives: the logs inside, each as a file of its own, packed or not."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import PurePosixPath

from growthctl.errors import DataError, Problem
from growthctl.events.formats.contents import first_bytes
from growthctl.events.formats.excel import EXCEL
from growthctl.events.storage.scratch import Scratch

_SIGNATURE = b"PK\x03\x04"
_COPIES: list[Scratch] = []
"""Where members went; kept until exit."""


def unzipped(path: str, label: str) -> list[tuple[str, str]]:
    """The members of an archive, as (path, label), in the order of their names; any other file as it is.

    Raises DataError for an archive that cannot be read, or has no member.
    """
    start = first_bytes(path)
    if not start.startswith(_SIGNATURE) or EXCEL.is_signed(start):
        return [(path, label)]
    try:
        with zipfile.ZipFile(path) as archive:
            members = sorted((member for member in archive.infolist() if _is_log(member)), key=lambda m: m.filename)
            return [(_extracted(archive, member), f"{label}/{member.filename}") for member in members]
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
        hint = "unzip it yourself, and name the files inside"
        raise DataError(Problem("damaged", f"{label} cannot be unzipped: {error}", hint)) from None


def _is_log(member: zipfile.ZipInfo) -> bool:
    """Hidden and underscored names are other programs' notes."""
    return not member.is_dir() and not any(part.startswith((".", "_")) for part in PurePosixPath(member.filename).parts)


def _extracted(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> str:
    # Under a name of our own: that of a member may lead out of any folder.
    scratch = Scratch()
    _COPIES.append(scratch)
    target = scratch.path / "log"
    with archive.open(member) as content, target.open("wb") as copy:
        shutil.copyfileobj(content, copy)
    return str(target)
