"""A log in words: what it is, a row for each column and event, what is odd about it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from growthctl.report.inspection import InspectedEvent, Inspection
from growthctl.words.dates import Clocks
from growthctl.words.numbers import bars, integer, many, percent, printable, share

COLUMN_HEADINGS = ("Column", "Holds", "Filled", "Values", "Such as", "May be")
EVENT_HEADINGS = ("Event", "Rows", "Of", "First", "Last", "Rows over time")
MOST_COLUMNS, MOST_EVENTS = 20, 25
_WIDEST = 28
UTC = Clocks("UTC")
_ZONES = {
    "offset": "Times have an offset from UTC",
    "none": "Times have no zone and are read as UTC, unless a funnel file has a timezone",
    "epoch": "Times are numbers since 1970",
    "relative": "Times are numbers since a start that the log does not say: these days are made up",
}


def title(inspection: Inspection) -> str:
    """Which log."""
    return printable(inspection.log)


def scope(inspection: Inspection) -> Iterator[str]:
    """How much is in it, of when, and whose export it looks like."""
    first, last = inspection.first_event_at, inspection.last_event_at
    when = "" if first is None or last is None else f", {Clocks('UTC').days(first, last)}"
    yield f"{many(inspection.rows_read, 'row')} of {integer(inspection.entities)} entities{when}."
    order = "sorted by time" if inspection.in_order else "not sorted by time"
    yield f"{_ZONES[inspection.zone]}. The first rows are {order}."
    if inspection.preset is not None:
        yield f"It looks like an export that preset: {inspection.preset} reads."


def column_rows(inspection: Inspection, details: bool) -> Iterator[tuple[str, ...]]:
    """The cells of each column; those with a role first."""
    columns = sorted(inspection.columns, key=lambda column: column.role is None)
    shown = columns if details else columns[:MOST_COLUMNS]
    for column in shown:
        filled = "–" if column.filled is None else share(column.filled)
        yield (
            printable(column.name),
            column.kind,
            filled,
            integer(column.distinct),
            _examples(column.examples),
            column.role or "",
        )
    if len(shown) < len(columns):
        yield many(len(columns) - len(shown), "more column"), "", "", "", "", ""


def event_rows(inspection: Inspection, details: bool) -> Iterator[tuple[str, ...]]:
    """The cells of each event."""
    shown = inspection.events if details else inspection.events[:MOST_EVENTS]
    clocks = Clocks("UTC", int((inspection.last_event_at or "0")[:4]))
    for event in shown:
        first, last = clocks.day(event.first_at), clocks.day(event.last_at)
        highest = max(event.rows_by_part)
        course = bars([count / highest for count in event.rows_by_part])
        yield _name(event), integer(event.rows), integer(event.entities), first, last, course
    rest = inspection.events[len(shown) :]
    if rest:
        yield many(len(rest), "more event"), integer(sum(event.rows for event in rest)), "", "", "", ""


def parts_note(inspection: Inspection) -> str:
    """What a bar stands for."""
    return f"Of: how many entities have it. Over time: a bar is {many(inspection.days_in_part, 'day')}."


def oddities(inspection: Inspection) -> Iterator[str]:
    """What is to be known before a number of it is believed."""
    rejected = inspection.rows_rejected
    counts = [
        (rejected.unreadable, "that cannot be read"),
        (rejected.null_entity, "without an entity"),
        (rejected.bad_time, "without a readable time"),
        (rejected.duplicate, "with an id that came before"),
    ]
    for count, what in counts:
        if count:
            yield f"{many(count, 'row')} {what} ({percent(count / inspection.rows_read)})."
    if inspection.rows_repeated:
        yield f"{many(inspection.rows_repeated, 'row')} with the entity, event and time of another one."
    if inspection.entities == inspection.rows_used > 1:
        yield "Every row is another entity: a table of people or orders? A funnel needs a row for each event."
    for names in inspection.alike:
        counted = ", ".join(_counted(name, inspection.events) for name in names)
        yield f"One event by several names? {counted}."
    if inspection.days_only:
        events = ", ".join(printable(name) for name in inspection.days_only[:3])
        yield f"Only a day, where others have a time: {events}. They seem to come first on their day."


def next_commands(inspection: Inspection) -> list[str]:
    """What comes next."""
    return [f"growthctl init {shlex.quote(inspection.log)} -o funnel.yml", "growthctl analyze funnel.yml"]


def _name(event: InspectedEvent) -> str:
    return "(no name)" if event.name is None else printable(event.name)


def _counted(name: str, events: Sequence[InspectedEvent]) -> str:
    rows = next(event.rows for event in events if event.name == name)
    return f"'{printable(name)}' {integer(rows)}"


def _examples(examples: Sequence[str]) -> str:
    """As many as there is room for."""
    texts = [printable(example) for example in examples]
    while len(texts) > 1 and len(", ".join(texts)) > _WIDEST:
        texts.pop()
    text = ", ".join(texts)
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"
