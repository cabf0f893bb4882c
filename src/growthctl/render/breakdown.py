"""How a table of rates is laid out: as several tables, where there are too many columns for one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.console import RenderableType
from rich.text import Text

from growthctl.render.layout import grid
from growthctl.words.rates import RateColumn

WIDEST_NAME = 32


def breakdown(
    heading: str, row_names: Sequence[str], shown: Sequence[RateColumn], width: int | None
) -> Iterator[RenderableType]:
    """The columns beside the names of the rows, at most `width` in all: as several tables, where that is too little.

    Ranges are left out where they alone would make it several.
    """
    names = RateColumn(heading, row_names)
    name_width = min(_full(names), WIDEST_NAME) if width else _full(names)
    blocks = [[(column, _full(column)) for column in shown]]
    if width:
        blocks = list(_blocks(shown, width - name_width))
        if len(blocks) > 1:
            blocks = list(_blocks([column for column in shown if not column.is_range], width - name_width))
    for number, block in enumerate(blocks):
        if number:
            yield ""
        table = grid()
        table.add_column(names.heading, width=name_width, overflow="fold")
        for column, room in block:
            table.add_column(column.heading, width=room, justify="right", overflow="fold")
        for name, *cells in zip(names.cells, *(column.cells for column, _ in block), strict=True):
            table.add_row(Text(name), *cells)
        yield table


def _blocks(columns: Sequence[RateColumn], room: int) -> Iterator[list[tuple[RateColumn, int]]]:
    """As many columns side by side as fit, with their widths; what room is left is for the headings."""
    block: list[RateColumn] = []
    for column in columns:
        if block and sum(1 + _least(each) for each in [*block, column]) > room:
            yield _widths(block, room)
            block = []
        block.append(column)
    yield _widths(block, room)


def _widths(block: Sequence[RateColumn], room: int) -> list[tuple[RateColumn, int]]:
    spare = room - sum(1 + _least(column) for column in block)
    fitted = []
    for column in block:
        extra = min(spare, _full(column) - _least(column))
        spare -= extra
        fitted.append((column, max(1, _least(column) + extra)))
    return fitted


def _least(column: RateColumn) -> int:
    """The width that breaks neither a number nor a word of the heading."""
    return max(cell_len(text) for text in (*column.cells, *column.heading.split(), ""))


def _full(column: RateColumn) -> int:
    """The width that also keeps the heading in one line."""
    return max(_least(column), cell_len(column.heading))
