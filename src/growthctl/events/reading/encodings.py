"""Text in another encoding than UTF-8, as a copy in UTF-8."""

from __future__ import annotations

import codecs
import shutil
from contextlib import closing

from growthctl.errors import DataError, Problem
from growthctl.events.formats.contents import first_bytes, is_remote, opened
from growthctl.events.storage.scratch import Scratch

_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""Of UTF-16, the only encoding besides UTF-8 that says so itself."""
_BLOCK = 1 << 20
_COPIES: list[Scratch] = []
"""Where copies went; kept until exit."""


def in_utf8(path: str, label: str, encoding: str | None) -> str:
    """The file; of text in `encoding`, or in UTF-16 that begins with its mark, a copy in UTF-8.

    Raises DataError `not_utf8` where the text is not in that encoding.
    """
    if is_remote(path) or (encoding is None and not first_bytes(path).startswith(_MARKS)):
        return path
    scratch = Scratch()
    _COPIES.append(scratch)
    encoding = encoding or "utf-16"
    decoder = codecs.getreader(encoding)
    try:
        with closing(opened(path)) as content, (scratch.path / "log").open("w", encoding="utf-8", newline="") as copy:
            shutil.copyfileobj(decoder(content), copy, _BLOCK)
    except UnicodeError as error:
        hint = "is source.encoding right?"
        raise DataError(Problem("not_utf8", f"{label} is not in {encoding}: {error}", hint)) from None
    return copy.name
