"""Pages for a terminal, a pipe or a mail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import singledispatch
from typing import Any

from rich.console import RenderableType
from rich.table import Table as Grid
from rich.text import Text

from growthctl.render.breakdown import breakdown
from growthctl.render.formats import Look
from growthctl.render.layout import grid, natural_width, printed, prose, prose_width
from growthctl.render.page.blocks import (
    Block,
    Heading,
    Items,
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

WIDEST_BAR, NARROWEST_BAR = 8, 4
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def render_terminal(answer: Any, pages: Callable[[Any], Iterator[Page]], look: Look) -> str:
    """The pages of an answer as text, one below the other; where nothing needs to fit, only prose is wrapped."""
    return printed((_drawn(page, look.width) for page in pages(answer)), width=look.width, color=look.color)


def _drawn(page: Page, width: int | None) -> Iterator[RenderableType]:
    for block in page:
        yield from _lines(block, prose_width(width), width)


@singledispatch
def _lines(block: Block, readable: int, width: int | None) -> Iterator[RenderableType]:
    """A block: prose is at most `readable` wide, all else at most `width`."""
    raise NotImplementedError(type(block))


@_lines.register(Title)
def _(block: Title, readable: int, width: int | None) -> Iterator[RenderableType]:
    if block.is_long:
        yield from prose(block.text, readable, style="bold")
        return
    text = Text(block.text, style="bold")
    if block.description:
        text.append(f": {block.description}", style="not bold")
    yield text


@_lines.register(Heading)
def _(block: Heading, readable: int, width: int | None) -> Iterator[RenderableType]:
    yield ""
    yield from prose(block.text, readable, style="bold")


@_lines.register(Scope)
def _(block: Scope, readable: int, width: int | None) -> Iterator[RenderableType]:
    yield from prose(block.text, readable)


@_lines.register(Prose)
def _(block: Prose, readable: int, width: int | None) -> Iterator[RenderableType]:
    if block.is_apart:
        yield ""
    yield from prose(block.text, readable, style="dim" if block.is_quiet else "")


@_lines.register(Sentences)
def _(block: Sentences, readable: int, width: int | None) -> Iterator[RenderableType]:
    for line in block.lines:
        yield from prose(line, readable, indent=2 if block.is_indented else 0)


@_lines.register(Items)
def _(block: Items, readable: int, width: int | None) -> Iterator[RenderableType]:
    for line in block.lines[: block.most]:
        yield from prose(line, readable, indent=2, bullet="- ")
    more = len(block.lines) - block.most
    if more > 0:
        yield from prose(f"({more} more: -f markdown or -f json)", readable, indent=4)


@_lines.register(WarningList)
def _(block: WarningList, readable: int, width: int | None) -> Iterator[RenderableType]:
    if block.lines and block.is_apart:
        yield ""
    for line in block.lines:
        yield from prose(f"Warning: {line}", readable, style="yellow")


@_lines.register(Table)
def _(block: Table, readable: int, width: int | None) -> Iterator[RenderableType]:
    """Bars give way where the table is too wide."""
    yield ""
    widest = _grid(block, WIDEST_BAR)
    too_wide = natural_width(widest) - width if width and block.has_bars else 0
    yield _grid(block, max(NARROWEST_BAR, WIDEST_BAR - too_wide)) if too_wide > 0 else widest


@_lines.register(RateTable)
def _(block: RateTable, readable: int, width: int | None) -> Iterator[RenderableType]:
    yield ""
    yield from breakdown(f"By {block.by}" if block.is_split else block.by, block.names, block.columns, width)


@_lines.register(Ticket)
def _(block: Ticket, readable: int, width: int | None) -> Iterator[RenderableType]:
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
            cells.insert(0, Text("▶" if row.is_marked else " "))
        drawn.add_row(*cells, style="bold red" if row.is_alarming else "")
    return drawn


def _bar(part: float, width: int) -> str:
    eighths = round(part * width * 8)
    if part and not eighths:
        eighths = 1
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()
