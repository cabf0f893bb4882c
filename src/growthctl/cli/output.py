"""What all commands do alike: choose a format, write the answer, warn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from growthctl.cli import streams
from growthctl.errors import Problem, UsageError
from growthctl.render.formats import ENDINGS, FOR_PEOPLE, RENDERERS, render

Warnings = Iterable[tuple[str, Sequence[str]]]
"""Of each funnel its name and sentences."""


class Output:
    """Where an answer of one `kind` goes, in which format, and whether warnings go along."""

    def __init__(
        self, kind: str, format: str | None, path: Path | None, *, quiet: bool = False, color: str = "auto"
    ) -> None:
        """Raises UsageError when the file's name promises a format that answers of this kind lack."""
        self.kind, self.format = kind, chosen(kind, format, path)
        self.path, self.quiet, self.color = path, quiet, color

    def write(self, answer: Any, warnings: Warnings = ()) -> None:
        """The answer, then on stderr a line for each warning, unless a terminal has shown them with the answer."""
        look = streams.look(self.color, self.path)
        result = render(self.kind, self.format, answer, look)
        streams.write_result(result, self.path, for_people=self.format in FOR_PEOPLE)
        if not self.quiet and (self.format not in FOR_PEOPLE or not look.is_terminal):
            streams.warn_all(warnings)


def chosen(kind: str, format: str | None, path: Path | None) -> str:
    """The format asked for; else the one that the name of the output file ends in; else the usual one."""
    formats = list(RENDERERS[kind])
    promised = ENDINGS.get(path.suffix.lower()) if path else None
    if format or promised is None:
        return format or formats[0]
    if promised not in formats:
        hint = f"it writes {', '.join(formats)}: name another file, or say which with -f"
        raise UsageError(Problem("unsuitable_output", f"{path} looks like {promised}, which this command lacks", hint))
    return promised
