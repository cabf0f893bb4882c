"""The statement that unloads from a warehouse what a funnel needs: a filter, never a second way to count."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import PurePath

from growthctl.clock import LONG_AGO, NEVER, TimeRange
from growthctl.errors import Notice, Problem, UsageError
from growthctl.events.column_names import ALIASES, SOURCE
from growthctl.events.columns import asked_by, is_canonical
from growthctl.events.times.instants import EARLIEST_EVENT, LATEST
from growthctl.funnel.conditions.parse import columns as columns_in
from growthctl.funnel.nearest import did_you_mean
from growthctl.funnel.sections.column_lists import DATE, FILE, STAGE, Constant, FirstOf, parts_of, placeholders
from growthctl.funnel.sections.model import Funnel
from growthctl.funnel.sections.source import Source
from growthctl.kernel.needed_rows import needed_rows
from growthctl.kernel.plan import Plan, plan_of
from growthctl.questions.ask import FunnelLike, load
from growthctl.questions.asked_times import Back, PointInTime, Times
from growthctl.render.extraction.dialects import DIALECTS
from growthctl.render.extraction.statement import Extraction, RowFilter, day_after, day_before, statement
from growthctl.words.extraction import comments

_MICROSECONDS = ("ga4_bigquery",)
"""Presets whose times are numbers in a warehouse, too."""


def extract(
    funnel: FunnelLike,
    dialect: str,
    *,
    name: str = "FUNNEL",
    table: str | None = None,
    to: str | None = None,
    source: str | None = None,
    since: PointInTime | None = None,
    until: PointInTime | None = None,
    as_of: PointInTime | None = None,
    by: Sequence[str] | None = None,
    every_event: bool = False,
    times: str | None = None,
) -> str:
    """SQL of a `dialect` that unloads the columns and rows on which the answers of `analyze` with the same `since`,
    `until`, `as_of` and `by` rest: its counts, rates and verdicts are those of the whole log.

    `name`: what the next command calls the funnel file. `table` has dots between its parts, by default it is the stem
    of the source's path; `to` is a file, folder or URL as the dialect writes it. `source`: which one of several.
    `times`: what the column of times holds, `timestamp`, `text`, or numbers in one of UNITS.

    Raises SpecError, and UsageError for what cannot be said in SQL.
    """
    declared, _ = load(funnel)
    read = _source(declared, source)
    moments = Times.of(since, until, as_of, declared.timezone)
    rows, why = _rows(_part(declared, source, read), plan_of(declared), moments, every_event, times)
    columns, notices = _columns(_part(declared, source, read), by)
    extraction = Extraction(dialect, _table(read, table), columns, rows, DIALECTS[dialect].to if to is None else to)
    if source is not None:
        notices.append(Notice("sources"))
    if read.format not in ("auto", DIALECTS[dialect].format):
        notices.append(Notice("format", numbers={"format": read.format}))
    if to is None and any(part.isupper() for part in extraction.to.split("/")):
        notices.append(Notice("bucket"))
    answers = {"--since": since, "--until": until, "--as-of": as_of}
    options = [word for option, value in answers.items() if value for word in (option, str(value))]
    step = _next_step(
        name, extraction.reads, source, [*options, *(word for each in by or () for word in ("--by", each))]
    )
    return statement(extraction, list(comments(declared.name or name, dialect, extraction.to, [*why, *notices], step)))


def _source(funnel: Funnel, name: str | None) -> Source:
    """The source that is in the table."""
    listed = ", ".join(funnel.sources)
    if funnel.sources and name not in funnel.sources:
        wanted = f"there is no source '{name}'{did_you_mean(name, funnel.sources)}" if name else "a table is one source"
        if funnel.counted is not None and name == funnel.counted.name:
            wanted = f"the source '{name}' is counted, and read whole"
        raise UsageError(Problem("unknown_source", f"{wanted}: name one with --source", f"sources: {listed}"))
    if name is not None and not funnel.sources:
        raise UsageError(Problem("unknown_source", f"the funnel has one source, none is called '{name}'", None))
    return funnel.sources[name] if name else funnel.source


def _part(funnel: Funnel, name: str | None, source: Source) -> Funnel:
    """What the funnel says of one source: the stages that may be in it."""
    stages = tuple(stage for stage in funnel.stages if stage.source in (None, name))
    return funnel.model_copy(update={"source": source, "sources": {}, "stages": stages})


def _table(source: Source, table: str | None) -> list[str]:
    """The parts of its name: as given, else the stem of the one path."""
    if table:
        return table.split(".")
    path, *others = source.path or ("",)
    stem = PurePath(path).name.split(".")[0]
    if others or not stem or any(character in stem for character in "*?[-"):
        raise UsageError(Problem("no_table", "the source's path does not say what the table is called", "--table NAME"))
    return [stem]


def _columns(funnel: Funnel, by: Sequence[str] | None) -> tuple[tuple[str, ...] | None, list[Notice]]:
    """The columns of the table that the funnel reads, None is all; and what is to be known of them."""
    source, notices = funnel.source, []
    if source.explode is not None:
        return None, [Notice("explode")]
    requests = [*asked_by(funnel, by or None)]
    if source.filter is not None:
        requests += [("source.filter", name) for name in columns_in(source.filter)]
    names: dict[str, None] = {}
    for place, column in requests:
        if column in ALIASES and not is_canonical(place) and column not in names:
            notices.append(Notice("alias", numbers={"column": column}))
            continue
        names |= dict.fromkeys(part for part in parts_of(column) if part not in (STAGE, DATE, SOURCE))
    if FILE in names or not source.header:
        message = "a table has no names of files" if FILE in names else "the columns of the source are numbers"
        hint = "name the columns that the table has in source.columns"
        raise UsageError(Problem("no_column_names", f"{message}, so no statement can select them", hint))
    if any("." in column for column in names):
        notices.append(Notice("nested"))
    if source.preset is not None:
        notices.append(Notice("missing"))
    return tuple(dict.fromkeys(column.split(".")[0] for column in names)), notices


def _rows(
    funnel: Funnel, plan: Plan, moments: Times, every_event: bool, times: str | None
) -> tuple[RowFilter, list[Notice]]:
    """Which rows of the table are needed, and why."""
    source, needed = funnel.source, needed_rows(funnel, plan, _entries(moments))
    unit = times or _usual_times(source)
    columns = _plain(source.columns.time) if unit != "text" else ()
    time = columns[0] if len(columns) == 1 else None
    links, who = _whose(source)
    rows = RowFilter(_plain(source.columns.event), time, unit, who, links=links)
    if source.event or source.stage_dates or source.explode:
        return rows._replace(time=None), [Notice("table")]
    if rows.time is None:
        return rows, [Notice("text_times")]
    rows = rows._replace(as_of=moments.as_of)
    if source.filter is not None or not who:
        return rows, [Notice("filter" if who else "made_entity")]
    why = "every_event" if every_event else needed.any_event_for or ("made_event" if not rows.event_columns else None)
    span = _whole_days(needed.range)
    if needed.whole_past and not rows.event_columns:
        span = span._replace(since=LONG_AGO)
    rows = rows._replace(
        events=needed.events if why is None else None,
        range=span,
        whole_past=needed.whole_past if span.since != LONG_AGO else (),
    )
    codes = [why or "some_events", needed.any_time_for]
    if rows.is_partial:
        codes += ["first_ever" if rows.whole_past else None, "links" if rows.links else None, "ends"]
    if rows.as_of is not None or rows.range != TimeRange():
        codes.append("days")
    return rows, [Notice(code) for code in codes if code]


def _entries(times: Times) -> TimeRange:
    """Those asked for. Raises UsageError where it takes the end of the log to know them."""
    if times.as_of is None and (isinstance(times.since, Back) or isinstance(times.until, Back)):
        hint = "write a day, such as 2026-03-01, or say up to when the log is complete with --as-of"
        raise UsageError(Problem("invalid_time", "--since and --until count back from the end of the log", hint))
    return times.range(times.as_of or 0)


def _whole_days(span: TimeRange) -> TimeRange:
    """A range that holds it on the clocks of any timezone; without an end beyond which no event can be."""
    return TimeRange(
        day_before(span.since) if span.since > EARLIEST_EVENT else LONG_AGO,
        day_after(span.until) if span.until < LATEST else NEVER,
    )


def _usual_times(source: Source) -> str:
    if source.time_origin is not None or source.time_format is not None:
        return "text"
    return "microseconds" if source.preset in _MICROSECONDS else "timestamp"


def _whose(source: Source) -> tuple[tuple[tuple[str, ...], tuple[str, ...]] | None, tuple[str, ...]]:
    """The columns of both ids of an identity, if there is one; those that say whose a row is, none if not plainly."""
    if source.identity is None:
        return None, _plain(source.columns.entity)
    anonymous, known = _plain(source.identity.anonymous), _plain(source.identity.known)
    return (anonymous, known), (*anonymous, *known) if anonymous and known else ()


def _plain(name: str) -> tuple[str, ...]:
    """The columns that one of holds the very value; none where it is made of them, or lies inside."""
    choices = name.choices if isinstance(name, FirstOf) else (name,)
    plain = not any("." in choice or placeholders(choice) for choice in choices)
    return tuple(choices) if plain and not isinstance(name, Constant) and name not in (STAGE, DATE) else ()


def _next_step(name: str, reads: str, source: str | None, options: Sequence[str]) -> str:
    """The command that reads the file."""
    if source is not None:
        return f"set sources.{source}.path to {reads}, and {shlex.join(['growthctl', 'analyze', name, *options])}"
    return shlex.join(["growthctl", "analyze", name, "--data", reads, *options])
