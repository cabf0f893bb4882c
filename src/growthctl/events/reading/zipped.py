"""Zip archives: the logs inside, each as a file of its own, packed or not."""

from __future__ import annotations

import shutil
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from growthctl.errors import DataError, Problem
from growthctl.events.formats.contents import first_bytes
from growthctl.events.formats.excel import EXCEL
from growthctl.events.storage.scratch import Scratch

_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
"""The second is of an empty one."""
_ENCRYPTED = 1
_BY_HAND = "unzip it yourself, and name the files inside"
_COPIES: list[Scratch] = []
"""Where members went; kept until exit."""


def unzipped(path: str, label: str) -> list[tuple[str, str]]:
    """The members of an archive, as (path, label), in the order of their names; any other file as it is.

    Raises DataError for an archive that cannot be read, or has no member.
    """
    start = first_bytes(path)
    if not start.startswith(_SIGNATURES) or EXCEL.is_signed(start):
        return [(path, label)]
    try:
        with zipfile.ZipFile(path) as archive:
            members = sorted((member for member in archive.infolist() if _is_log(member)), key=lambda m: m.filename)
            if any(member.flag_bits & _ENCRYPTED for member in members):
                raise DataError(Problem("encrypted", f"{label} is encrypted", _BY_HAND))
            if not members:
                raise DataError(
                    Problem("empty", f"{label} holds no logs", "files whose names begin with . or _ are none")
                )
            # Under names of our own: that of a member may lead out of any folder.
            scratch = Scratch()
            _COPIES.append(scratch)
            copies = [(scratch.path / f"{number}", member) for number, member in enumerate(members)]
            return [(_extracted(archive, member, copy), f"{label}/{member.filename}") for copy, member in copies]
    except (zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error) as error:
        raise DataError(Problem("damaged", f"{label} cannot be unzipped: {error}", _BY_HAND)) from None


def _is_log(member: zipfile.ZipInfo) -> bool:
    """Hidden and underscored names are other programs' notes."""
    parts = [part for part in PurePosixPath(member.filename).parts if part != ".."]
    return not member.is_dir() and not any(part.startswith((".", "_")) for part in parts)


def _extracted(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path) -> str:
    with archive.open(member) as content, target.open("wb") as copy:
        shutil.copyfileobj(content, copy)
    return str(target)
