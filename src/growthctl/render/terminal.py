"""Pages for a terminal, a pipe or a mail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import singledispatch
from typing import Any

from rich.cells import cell_len
from rich.console import RenderableType
from rich.table import Table as Grid
from rich.text import Text

from growthctl.render.breakdown import breakdown
from growthctl.render.formats import Look
from growthctl.render.layout import OneLine, grid, natural_width, printed, prose, prose_width
from growthctl.render.page.blocks import (
    Block,
    Callout,
    Gap,
    Heading,
    Items,
    Labelled,
    Page,
    Prose,
    RateTable,
    Scope,
    Sentences,
    Table,
    Ticket,
    Title,
    WarningList,
)

Drawn = RenderableType | OneLine
WIDEST_BAR, NARROWEST_BAR = 8, 4
TAG_WIDTH, LABEL_WIDTH = 14, 6
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def render_terminal(answer: Any, pages: Callable[[Any, Look], Iterator[Page]], look: Look) -> str:
    """The pages of an answer as text, one below the other; where nothing needs to fit, only prose is wrapped."""
    return printed((_drawn(page, look.width) for page in pages(answer, look)), width=look.width, color=look.color)


def _drawn(page: Page, width: int | None) -> Iterator[Drawn]:
    for block in page:
        yield from _lines(block, prose_width(width), width)


@singledispatch
def _lines(block: Block, readable: int, width: int | None) -> Iterator[Drawn]:
    """A block: prose is at most `readable` wide, all else at most `width`."""
    raise NotImplementedError(type(block))


@_lines.register(Title)
def _(block: Title, readable: int, width: int | None) -> Iterator[Drawn]:
    if block.is_long:
        yield from prose(block.text, readable, style="bold")
        return
    text = Text(block.text, style="bold")
    if block.description:
        text.append(f": {block.description}", style="not bold")
    yield text


@_lines.register(Heading)
def _(block: Heading, readable: int, width: int | None) -> Iterator[Drawn]:
    yield ""
    yield from prose(block.text, readable, style="bold")


@_lines.register(Scope)
def _(block: Scope, readable: int, width: int | None) -> Iterator[Drawn]:
    yield from prose(block.text, readable)


@_lines.register(Callout)
def _(block: Callout, readable: int, width: int | None) -> Iterator[Drawn]:
    style = "bold red" if block.is_alarming else "bold"
    text, owner = f"{block.tag:<{TAG_WIDTH}}{block.text}", f"→ {block.owner}" if block.owner else ""
    # An arrow is two characters where only ASCII can be shown.
    room = readable - 1 - cell_len(text) - cell_len(owner)
    if room > 0:
        yield Text(f"{text}{' ' * room}{owner}" if owner else text, style=style)
    else:
        yield from prose(block.text, readable, bullet=f"{block.tag:<{TAG_WIDTH}}", style=style)
        if owner:
            yield Text(f"{' ' * max(0, readable - cell_len(owner))}{owner}", style=style)
    yield from prose(" ".join(block.sentences), readable, indent=2)


@_lines.register(Labelled)
def _(block: Labelled, readable: int, width: int | None) -> Iterator[Drawn]:
    label = f"{block.label:<{max(LABEL_WIDTH, len(block.label) + 2)}}"
    if block.is_code:
        yield from _code(label, block.lines, readable)
        return
    for number, line in enumerate([" ".join(block.lines)] if block.are_one else block.lines):
        yield from prose(line, readable, bullet=" " * len(label) if number else label)


def _code(label: str, lines: Sequence[str], readable: int) -> Iterator[Drawn]:
    """As many side by side as fit; one that is too long stays in one piece, to be pasted."""
    row = ""
    for line in lines:
        if row and len(label) + cell_len(f"{row}   {line}") > readable:
            yield OneLine(f"{label}{row}")
            label, row = " " * len(label), ""
        row = f"{row}   {line}" if row else line
    if row:
        yield OneLine(f"{label}{row}")


@_lines.register(Gap)
def _(block: Gap, readable: int, width: int | None) -> Iterator[Drawn]:
    yield ""


@_lines.register(Prose)
def _(block: Prose, readable: int, width: int | None) -> Iterator[Drawn]:
    if block.is_apart:
        yield ""
    yield from prose(block.text, readable, style="dim" if block.is_quiet else "")


@_lines.register(Sentences)
def _(block: Sentences, readable: int, width: int | None) -> Iterator[Drawn]:
    for line in block.lines:
        yield from prose(line, readable, indent=2 if block.is_indented else 0)


@_lines.register(Items)
def _(block: Items, readable: int, width: int | None) -> Iterator[Drawn]:
    for line in block.lines:
        yield from prose(line, readable, indent=2, bullet="- ")


@_lines.register(WarningList)
def _(block: WarningList, readable: int, width: int | None) -> Iterator[Drawn]:
    if block.lines:
        yield ""
    for line in block.lines:
        yield from prose(f"Warning: {line}", readable, style="yellow")


@_lines.register(Table)
def _(block: Table, readable: int, width: int | None) -> Iterator[Drawn]:
    """Bars give way where the table is too wide."""
    yield ""
    widest = _grid(block, WIDEST_BAR)
    too_wide = natural_width(widest) - width if width and block.has_bars else 0
    yield _grid(block, max(NARROWEST_BAR, WIDEST_BAR - too_wide)) if too_wide > 0 else widest


@_lines.register(RateTable)
def _(block: RateTable, readable: int, width: int | None) -> Iterator[Drawn]:
    yield ""
    yield from breakdown(f"By {block.by}" if block.is_split else block.by, block.names, block.columns, width)


@_lines.register(Ticket)
def _(block: Ticket, readable: int, width: int | None) -> Iterator[Drawn]:
    owner = f" ({block.owner} decides)" if block.owner else ""
    yield from prose(f"{block.title}{owner}", readable, indent=2, bullet=f"{block.number}. ")
    if block.why:
        yield from prose(f"Why: {block.why}", readable, indent=5)
    yield from prose(f"Next test: {block.next_test}", readable, indent=5)


def _grid(table: Table, bar: int) -> Grid:
    drawn = grid()
    if table.has_marks:
        drawn.add_column("", no_wrap=True)
    for position, column in enumerate(table.columns):
        drawn.add_column(
            column.heading,
            justify="left" if column.is_text else "right",
            no_wrap=not column.is_broken,
            overflow="fold" if column.is_broken else "ellipsis",
        )
        if table.has_bars and position == 1:
            drawn.add_column("", no_wrap=True, width=bar)
    strong = [column.is_strong for column in table.columns]
    for row in table.rows:
        cells = [Text(cell, style="bold" if bold else "") for cell, bold in zip(row.cells, strong, strict=True)]
        if table.has_bars:
            cells.insert(2, Text(_bar(row.bar, bar)))
        if table.has_marks:
            cells.insert(0, Text(row.mark or " "))
        drawn.add_row(*cells, style="bold red" if row.is_alarming else "")
    return drawn


def _bar(part: float, width: int) -> str:
    eighths = round(part * width * 8)
    if part and not eighths:
        eighths = 1
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
