"""The statement that unloads what a funnel needs: names and texts from a funnel file stay names and texts in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from growthctl.clock import DAY, LONG_AGO, NEVER, SECOND, Micros, TimeRange
from growthctl.errors import Problem, UsageError
from growthctl.events.times.instants import EARLIEST_EVENT, LATEST
from growthctl.render.extraction.dialects import DIALECTS, Dialect
from growthctl.words.numbers import printable

UNITS = {"seconds": SECOND, "milliseconds": 1000, "microseconds": 1}
"""Of times that are numbers since 1970: µs."""
_READABLE = TimeRange(EARLIEST_EVENT, LATEST)
_FOLDED = re.compile(r"[a-z_][a-z0-9_$]*")


class RowFilter(NamedTuple):
    """Which rows: those with one of `events` in `range`, and what else is needed of the others."""

    event_columns: tuple[str, ...]
    """One of them holds the event's name."""
    time: str | None
    """The column of times; None where nothing can be compared with it."""
    unit: str
    """`timestamp`, or one of UNITS."""
    who: tuple[str, ...]
    """One of them says whose event it is."""
    events: tuple[str, ...] | None = None
    """None is any."""
    range: TimeRange = TimeRange()
    whole_past: tuple[str, ...] = ()
    """Events that are needed from before the range, too."""
    links: tuple[tuple[str, ...], tuple[str, ...]] | None = None
    """A row that has one of the first and one of the second links two ids."""
    as_of: Micros | None = None
    """No row after it is needed."""

    @property
    def is_partial(self) -> bool:
        """Does it leave out rows from the middle of the log?"""
        return self.events is not None or self.range != TimeRange()


class Extraction(NamedTuple):
    """What is to be unloaded, whence and where to."""

    dialect: str
    table: Sequence[str]
    """The parts of its name."""
    columns: tuple[str, ...] | None
    """None is all."""
    rows: RowFilter
    to: str

    @property
    def reads(self) -> str:
        """What `--data` calls what it writes; what is in a stage is fetched into a folder first."""
        if self.to.startswith("@"):
            return "extract/*.parquet"
        return DIALECTS[self.dialect].reads.format(to=self.to, folder=self.to.rstrip("/"))


def statement(extraction: Extraction, comments: Sequence[str]) -> str:
    """The SQL, below a line for each comment. Raises UsageError for names that the dialect cannot write."""
    dialect = DIALECTS[extraction.dialect]
    query = _query(extraction, dialect)
    if refused := next((character for character in dialect.refused if character in query), None):
        message = f"{extraction.dialect} has no safe way to write the character {refused!r} in a name"
        raise UsageError(Problem("unwritable_name", message, "make a view with plain names, and a funnel file for it"))
    template = dialect.unload_to_bucket if "://" in extraction.to and dialect.unload_to_bucket else dialect.unload
    nested = "'" + query.replace("'", "''") + "'"
    sql = template.format(query=query, nested=nested, to=_text(extraction.to, dialect))
    return "".join(f"-- {printable(line)}\n" for line in comments) + f"{sql};\n"


def day_before(instant: Micros) -> Micros:
    """The last midnight, UTC, before which an instant has not come on the clocks of any timezone."""
    return (instant // DAY - 1) * DAY


def day_after(instant: Micros) -> Micros:
    """The first midnight, UTC, after which an instant has passed on the clocks of all timezones."""
    return (instant // DAY + 2) * DAY


def _query(extraction: Extraction, dialect: Dialect) -> str:
    columns = extraction.columns
    selected = ["*"] if columns is None else [_selected(name, dialect) for name in columns]
    table = _table(extraction.table, dialect)
    lines = ["SELECT", ",\n".join(f"  {name}" for name in selected), f"FROM {table}"]
    return "\n".join([*lines, *_where(extraction.rows, table, dialect)])


def _where(rows: RowFilter, table: str, dialect: Dialect) -> Iterator[str]:
    """The lines that choose the rows; none where all are needed."""
    until = [] if rows.as_of is None else _bounds(rows, TimeRange(until=day_after(rows.as_of)), dialect)
    if not rows.is_partial:
        yield from [f"WHERE {until[0]}"] if until else []
        return
    alternatives = "\n  OR ".join(_alternatives(rows, table, dialect))
    yield f"WHERE {until[0]} AND (\n  {alternatives}\n)" if until else f"WHERE {alternatives}"


def _alternatives(rows: RowFilter, table: str, dialect: Dialect) -> Iterator[str]:
    if rows.events != ():
        named = [] if rows.events is None else [_any_of(rows.event_columns, rows.events, dialect)]
        yield _all([*named, *_bounds(rows, rows.range, dialect)])
    if rows.whole_past:
        older = _bounds(rows, rows.range._replace(since=LONG_AGO), dialect)
        yield _all([_any_of(rows.event_columns, rows.whole_past, dialect), *older])
    if rows.links is not None:
        yield _all([_any_set(columns, dialect) for columns in rows.links])
    yield from _ends(rows, table, dialect)


def _ends(rows: RowFilter, table: str, dialect: Dialect) -> Iterator[str]:
    """The first and the last row of the log that can be used, of whatever event.

    What `as_of` is on the clocks of a table nobody knows: all rows of the days around it, and the last one before.
    """
    if rows.time is None:
        return
    time = _name(rows.time, dialect)
    typed = dialect.time_of.format(time) if rows.unit == "timestamp" else time
    end = _READABLE.until
    if rows.as_of is not None:
        end = min(end, day_before(rows.as_of))
        yield from _bounds(rows, TimeRange(since=end), dialect)
    readable = _bounds(rows, _READABLE._replace(until=end), dialect)
    usable = " AND ".join([*readable, _any_filled(rows.who, dialect)])
    for extreme in ("min", "max"):
        yield f"{time} = (SELECT {extreme}({typed}) FROM {table} WHERE {usable})"


def _bounds(rows: RowFilter, span: TimeRange, dialect: Dialect) -> list[str]:
    if rows.time is None:
        return []
    time = _name(rows.time, dialect)
    bounds = [(">=", span.since)] if span.since != LONG_AGO else []
    bounds += [("<", span.until)] if span.until != NEVER else []
    return [f"{time} {comparison} {_time(instant, rows.unit, dialect)}" for comparison, instant in bounds]


def _time(instant: Micros, unit: str, dialect: Dialect) -> str:
    if unit in UNITS:
        return str(instant // UNITS[unit])
    return dialect.time.format((datetime(1970, 1, 1) + timedelta(microseconds=instant)).isoformat(" "))


def _any_of(columns: Sequence[str], values: Sequence[str], dialect: Dialect) -> str:
    texts = ", ".join(_text(value, dialect) for value in values)
    return _any(f"{_name(column, dialect)} IN ({texts})" for column in columns)


def _any_set(columns: Sequence[str], dialect: Dialect) -> str:
    return _any(f"{_name(column, dialect)} IS NOT NULL" for column in columns)


def _any_filled(columns: Sequence[str], dialect: Dialect) -> str:
    return _any(f"{dialect.text_of.format(_name(column, dialect))} <> ''" for column in columns)


def _all(conditions: Sequence[str]) -> str:
    return f"({' AND '.join(conditions)})" if len(conditions) > 1 else conditions[0]


def _any(conditions: Iterator[str]) -> str:
    first, *others = conditions
    return f"({' OR '.join([first, *others])})" if others else first


def _selected(name: str, dialect: Dialect) -> str:
    """A column under the name that the funnel file has for it."""
    column = _name(name, dialect)
    return f"{column} AS {_marked(name, dialect)}" if column != _marked(name, dialect) else column


def _table(parts: Sequence[str], dialect: Dialect) -> str:
    return _name(".".join(parts), dialect) if dialect.whole_path else ".".join(_name(part, dialect) for part in parts)


def _name(name: str, dialect: Dialect) -> str:
    return _marked(name.upper() if dialect.folds and _FOLDED.fullmatch(name) else name, dialect)


def _marked(name: str, dialect: Dialect) -> str:
    return f"{dialect.mark}{_written(name, dialect.in_names)}{dialect.mark}"


def _text(value: str, dialect: Dialect) -> str:
    return f"'{_written(value, dialect.in_texts)}'"


def _written(text: str, characters: Mapping[str, str]) -> str:
    return "".join(characters.get(character, character) for character in text)
