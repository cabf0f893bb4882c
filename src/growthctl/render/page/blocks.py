"""What pages are made of. Formats differ in how they draw a block, and in nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from growthctl.words.rates import RateColumn


class Title(NamedTuple):
    """What the page is about."""

    text: str
    description: str = ""
    is_long: bool = False
    """May it take several lines?"""


class Heading(NamedTuple):
    """What the following blocks are about."""

    text: str


class Scope(NamedTuple):
    """What was looked at: no sentence, so without a full stop."""

    text: str


class Callout(NamedTuple):
    """A finding that somebody owns, with the sentences that it rests on."""

    tag: str
    text: str
    owner: str
    sentences: Sequence[str]
    is_alarming: bool = False


class Labelled(NamedTuple):
    """Lines behind one word that says what they are; nothing without lines."""

    label: str
    lines: Sequence[str]
    are_one: bool = False
    """Are they one paragraph?"""
    is_code: bool = False
    """Are they to be pasted as they are?"""


class Gap(NamedTuple):
    """Room between what does not belong together."""


class Prose(NamedTuple):
    """A paragraph; nothing where the text is empty."""

    text: str
    is_quiet: bool = False
    """Does it only explain what stands above?"""
    is_apart: bool = False
    """Does it stand for a table, apart from what is above?"""


class Sentences(NamedTuple):
    """What belongs together, but says one thing each."""

    lines: Sequence[str]
    is_indented: bool = False
    """Does it belong to the heading above?"""


class Items(NamedTuple):
    """A list."""

    lines: Sequence[str]


class WarningList(NamedTuple):
    """What to beware of."""

    lines: Sequence[str]


class TableColumn(NamedTuple):
    """A column of a table."""

    heading: str
    is_text: bool = False
    """Text begins on the left, numbers end on the right."""
    is_broken: bool = False
    """May a cell take several lines?"""
    is_strong: bool = False


class TableRow(NamedTuple):
    """A row of a table."""

    cells: Sequence[str]
    mark: str = ""
    is_alarming: bool = False
    bar: float = 0.0
    """From 0 to 1."""


class Table(NamedTuple):
    """Columns side by side."""

    columns: Sequence[TableColumn]
    rows: Sequence[TableRow]
    has_marks: bool = True
    has_bars: bool = False
    """Behind the second column."""


class RateTable(NamedTuple):
    """The rates of segments or periods: a row each, a column per stage. See `words.rates`."""

    by: str
    names: Sequence[str]
    columns: Sequence[RateColumn]
    is_split: bool = False
    """Is `by` a heading of its own, below which the parts of a whole stand?"""


class Ticket(NamedTuple):
    """Something to do, with all that somebody needs who did not see the rest."""

    number: int
    title: str
    owner: str | None
    why: str
    """What called for it; nothing where the verdict says that."""
    evidence: str
    worth: str
    next_test: str
    measure: str
    runbook: str | None


Block = (
    Title
    | Heading
    | Scope
    | Callout
    | Labelled
    | Gap
    | Prose
    | Sentences
    | Items
    | WarningList
    | Table
    | RateTable
    | Ticket
)
Page = Iterator[Block]
