"""How text is laid out: tables without boxes, prose that wraps, and both as plain or coloured text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import StringIO
from typing import NamedTuple

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

PROSE_WIDTH = 80
WIDEST_PROSE = 100
UNBOUNDED = 10_000


class OneLine(NamedTuple):
    """A line that stays in one piece, however narrow the terminal is: to be pasted."""

    text: str


def prose_width(width: int | None) -> int:
    """How wide prose runs: readable lines, and those of a mail where there is no terminal."""
    return min(width or PROSE_WIDTH, WIDEST_PROSE)


def grid() -> Table:
    """A table of columns that only blanks part."""
    return Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, header_style="dim")


def natural_width(part: RenderableType) -> int:
    """How many columns it takes where nothing needs to fit."""
    return Console(width=UNBOUNDED).measure(part).maximum


def prose(text: str, width: int, *, indent: int = 0, bullet: str = "", style: str = "") -> Iterator[RenderableType]:
    """Lines of at most `width`, aligned behind the `bullet` of the first."""
    if not text:
        return
    lines = Text(text, style=style).wrap(Console(width=UNBOUNDED), max(1, width - indent - len(bullet)))
    for number, line in enumerate(lines):
        lead = Text(" " * len(bullet) if number else bullet, style=style)
        yield Padding(lead + line, (0, 0, 0, indent), expand=False)


def printed(answers: Iterable[Iterable[RenderableType | OneLine]], *, width: int | None, color: bool) -> str:
    """The parts of each answer one below the other, a blank line between answers.

    `width` None is a file or a pipe, where nothing is cut or wrapped but prose.
    """
    stream = StringIO()
    console = Console(
        file=stream,
        width=width or UNBOUNDED,
        # With both given, no variable of the environment has a say.
        height=1,
        force_terminal=color,
        no_color=not color,
        color_system="standard" if color else None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    for number, parts in enumerate(answers):
        if number:
            console.print()
        for part in parts:
            if isinstance(part, OneLine):
                console.print(part.text, soft_wrap=True)
            else:
                console.print(part)
    return "\n".join(line.rstrip() for line in stream.getvalue().split("\n"))
