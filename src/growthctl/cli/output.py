"""What all commands do alike: choose a format, write the answer, warn."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from growthctl.cli import streams
from growthctl.errors import Problem, UsageError
from growthctl.render.formats import ENDINGS, FOR_MACHINES, FOR_PEOPLE, RENDERERS, render

if TYPE_CHECKING:
    from growthctl.report.funnel import Warning

Warnings = Iterable[tuple[str, "Sequence[Warning]"]]
"""Of each funnel its name and what to beware of."""
PLAIN = (".txt", ".log", ".out")
"""Endings of files that may hold a table of text."""


class Output:
    """Where an answer of one `kind` goes, in which format, and whether warnings go along."""

    def __init__(
        self,
        kind: str,
        format: str | None,
        path: Path | None,
        *,
        quiet: bool = False,
        color: str = "auto",
        details: bool = False,
        subjects: Sequence[str] = (),
    ) -> None:
        """Raises UsageError when the file's name promises a format that answers of this kind lack."""
        self.kind, self.format = kind, chosen(kind, format, path)
        self.path, self.quiet, self.color = path, quiet, color
        self.details, self.subjects = details, subjects

    def progress(self) -> AbstractContextManager[None]:
        """A bar for what is done meanwhile; see `streams.progress`."""
        return streams.progress(quiet=self.quiet, as_json=self.format in FOR_MACHINES)

    def write(self, answer: Any, warnings: Warnings = ()) -> None:
        """The answer, then on stderr a line for each warning, unless a terminal has shown them with the answer."""
        look = streams.look(self.color, self.path)._replace(details=self.details, subjects=self.subjects)
        result = render(self.kind, self.format, answer, look)
        streams.write_result(result, self.path, for_people=self.format in FOR_PEOPLE)
        if not self.quiet and (self.format not in FOR_PEOPLE or not look.is_terminal):
            streams.warn_all(warnings, as_json=self.format in FOR_MACHINES)


def chosen(kind: str, format: str | None, path: Path | None) -> str:
    """The format asked for; else the one that the name of the output file ends in; else the usual one.

    Raises UsageError where the name promises a format that answers of this kind lack, or none that is known.
    """
    formats = list(RENDERERS[kind])
    if format or path is None or path.suffix.lower() in ("", *PLAIN):
        return format or formats[0]
    promised = ENDINGS.get(path.suffix.lower())
    if promised not in formats:
        endings = ", ".join(ending for ending, known in ENDINGS.items() if known in formats)
        hint = f"name a file that ends in {endings}{_or_text(formats)}, or say the format with -f"
        raise UsageError(Problem("unsuitable_output", f"{path}: this command does not write {path.suffix} files", hint))
    return promised


def subject(funnel: Path, data: Sequence[str] | None = None, as_of: str | None = None) -> str:
    """What the next command about the same funnel and log begins with, as a shell takes it."""
    log = [word for path in data or () for word in ("--data", path)]
    return shlex.join([str(funnel), *log, *(("--as-of", as_of) if as_of else ())])


def _or_text(formats: Sequence[str]) -> str:
    return f" or {PLAIN[0]}" if "table" in formats else ""
