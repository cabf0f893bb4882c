"""Rates side by side: a row per segment or period, a column per stage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rich.cells import cell_len
from rich.console import RenderableType
from rich.text import Text

from growthctl.render.layout import grid
from growthctl.render.names import before, rate
from growthctl.render.numbers import integer, printable
from growthctl.report.model import Stage, TrendStage

WIDEST_NAME = 32


@dataclass(frozen=True)
class Row:
    """One segment or period: how many reached each stage, and a remark.

    By stage: `marks` stand before its rate, `ripe` (the rate of the ripe, its interval) in columns beside it.
    """

    name: str
    reached: Sequence[int]
    remark: str = ""
    marks: Mapping[int, str] = field(default_factory=dict)
    ripe: Mapping[int, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Column:
    """One column: its heading, and its cells from top to bottom."""

    heading: str
    cells: Sequence[str]
    of_the_ripe: bool = False

    @property
    def least(self) -> int:
        """The width that breaks neither a number nor a word of the heading."""
        return max(cell_len(text) for text in (*self.cells, *self.heading.split(), ""))

    @property
    def full(self) -> int:
        """The width that also keeps the heading in one line."""
        return max(self.least, cell_len(self.heading))


def breakdown(
    heading: str, stages: Sequence[Stage | TrendStage], rows: Sequence[Row], width: int | None
) -> Iterator[RenderableType]:
    """The rates of `rows` as a table of at most `width`: as several, where there are too many stages for one.

    The rates of the ripe are left out where they alone would make it several.
    """
    names = Column(heading, [row.name for row in rows])
    name_width = min(names.full, WIDEST_NAME) if width else names.full
    shown = list(columns(stages, rows))
    blocks = [[(column, column.full) for column in shown]]
    if width:
        blocks = list(_blocks(shown, width - name_width))
        if len(blocks) > 1:
            blocks = list(_blocks([column for column in shown if not column.of_the_ripe], width - name_width))
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


def columns(stages: Sequence[Stage | TrendStage], rows: Sequence[Row]) -> Iterator[Column]:
    """The columns beside the names of the rows."""
    yield Column("Entered", [integer(row.reached[0]) for row in rows])
    for k, stage in list(enumerate(stages))[1:]:
        rates = [row.marks.get(k, "") + rate(row.reached[k], row.reached[before(stages, k)]) for row in rows]
        yield Column(printable(stage.label), rates)
        if any(k in row.ripe for row in rows):
            ripe, intervals = zip(*(row.ripe.get(k, ("", "")) for row in rows), strict=True)
            yield Column("Ripe", ripe, of_the_ripe=True)
            yield Column("95% interval", intervals, of_the_ripe=True)
    last = before(stages, len(stages))
    yield Column("Overall", [rate(row.reached[last], row.reached[0]) for row in rows])
    if any(row.remark for row in rows):
        yield Column("", [row.remark for row in rows])


def _blocks(columns: Sequence[Column], room: int) -> Iterator[list[tuple[Column, int]]]:
    """As many columns side by side as fit, with their widths; what room is left is for the headings."""
    block: list[Column] = []
    for column in columns:
        if block and sum(1 + each.least for each in [*block, column]) > room:
            yield _widths(block, room)
            block = []
        block.append(column)
    yield _widths(block, room)


def _widths(block: Sequence[Column], room: int) -> list[tuple[Column, int]]:
    spare = room - sum(1 + column.least for column in block)
    fitted = []
    for column in block:
        extra = min(spare, column.full - column.least)
        spare -= extra
        fitted.append((column, max(1, column.least + extra)))
    return fitted
