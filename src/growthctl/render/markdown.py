"""Pages as Markdown, for a pull request, an issue or a chat: with a ticket for each recommendation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import singledispatch
from typing import Any

from growthctl.render.formats import Look
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
    TableRow,
    Ticket,
    Title,
    WarningList,
)
from growthctl.words.escape import harmless, link


def render_markdown(answer: Any, pages: Callable[[Any, Look], Iterator[Page]], look: Look) -> str:
    """The pages of an answer with all that they rest on, one below the other; no name in it is markup."""
    blocks = (block for page in pages(harmless(answer), look._replace(details=True)) for block in page)
    paragraphs = (paragraph for block in blocks for paragraph in _paragraphs(block))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) + "\n"


@singledispatch
def _paragraphs(block: Block) -> Iterator[str]:
    """A block; paragraphs without text are left out."""
    raise NotImplementedError(type(block))


@_paragraphs.register(Title)
def _(block: Title) -> Iterator[str]:
    yield f"## {block.text}"
    yield block.description


@_paragraphs.register(Heading)
def _(block: Heading) -> Iterator[str]:
    yield f"### {block.text}"


@_paragraphs.register(Scope)
def _(block: Scope) -> Iterator[str]:
    yield block.text


@_paragraphs.register(Callout)
def _(block: Callout) -> Iterator[str]:
    owner = f" → {block.owner}" if block.owner else ""
    yield f"**{block.tag}** {block.text}{owner}"
    yield _list(block.sentences)


@_paragraphs.register(Labelled)
def _(block: Labelled) -> Iterator[str]:
    if block.lines and block.is_code:
        yield "\n".join(["```sh", *block.lines, "```"])
    elif block.lines:
        yield f"**{block.label}**"
        yield _list(block.lines)


@_paragraphs.register(Gap)
def _(block: Gap) -> Iterator[str]:
    yield from ()


@_paragraphs.register(Prose)
def _(block: Prose) -> Iterator[str]:
    yield block.text


@_paragraphs.register(Sentences)
@_paragraphs.register(Items)
def _(block: Sentences | Items) -> Iterator[str]:
    yield _list(block.lines)


@_paragraphs.register(WarningList)
def _(block: WarningList) -> Iterator[str]:
    if block.lines:
        yield "### Warnings"
    yield _list(block.lines)


@_paragraphs.register(Table)
def _(block: Table) -> Iterator[str]:
    left = {position for position, column in enumerate(block.columns) if column.is_text}
    yield _table([column.heading for column in block.columns], map(_cells, block.rows), left)


@_paragraphs.register(RateTable)
def _(block: RateTable) -> Iterator[str]:
    yield f"### By {block.by}" if block.is_split else ""
    lines = zip(map(str.strip, block.names), *(column.cells for column in block.columns), strict=True)
    yield _table([block.by, *(column.heading for column in block.columns)], lines, left={0})


@_paragraphs.register(Ticket)
def _(block: Ticket) -> Iterator[str]:
    yield f"#### {block.number}. {block.title}"
    yield _list(_facts(block))


def _facts(ticket: Ticket) -> Iterator[str]:
    yield f"**Owner:** {ticket.owner or 'nobody yet'}"
    yield f"**Evidence:** {ticket.evidence}"
    yield f"**Expected worth of closing the gap:** {ticket.worth}" if ticket.worth else ""
    yield f"**Next test:** {ticket.next_test}"
    yield f"**How to measure:** {ticket.measure}" if ticket.measure else ""
    yield f"**Runbook:** {link(ticket.runbook)}" if ticket.runbook else ""


def _cells(row: TableRow) -> Sequence[str]:
    name, *numbers = row.cells
    return [f"**{row.mark} {name}**" if row.mark else name, *numbers]


def _table(headings: Sequence[str], lines: Iterable[Sequence[str]], left: set[int]) -> str:
    """A table whose columns are on the right, but for those that are `left`."""
    rule = [":--" if position in left else "--:" for position in range(len(headings))]
    return "\n".join(f"| {' | '.join(line)} |" for line in (headings, rule, *lines))


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines if line)
