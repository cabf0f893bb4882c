"""From a log that nobody has described to the keys of `source` that read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar

import polars as pl

from growthctl.errors import DataError, Problem
from growthctl.events.columns import column_of
from growthctl.events.inspect.column_profiles import ColumnProfile, column_profiles, head_of, kind_of, names_in
from growthctl.events.inspect.event_profiles import LogProfile, log_profile
from growthctl.events.inspect.roles import Roles, is_counted, is_one_event, preset_of, roles_of, table_of, who_in
from growthctl.events.reading.open import Data, Log, open_log, written_log
from growthctl.events.reading.readable import of_readable
from growthctl.events.rows import canonical_rows
from growthctl.events.shape.nesting import Nesting
from growthctl.events.shape.reshape import nestings
from growthctl.events.slips.bad_times import settled
from growthctl.events.sources.identity import resolved
from growthctl.events.times.event_time import event_time
from growthctl.funnel.presets import with_preset
from growthctl.funnel.sections.column_lists import parts_of
from growthctl.funnel.sections.source import Source, StageHistory
from growthctl.funnel.sections.table_sources import with_table

T = TypeVar("T")
TIMEZONE = "UTC"
"""On whose clocks times without a zone are read, as no funnel file has said that."""
ORIGIN = "2024-01-01"
"""Where times that count from a start begin, as the log does not say."""
_SNOWPLOW = 131
_USUAL = "cp1252"
"""The commonest encoding of text that is not UTF-8: that of Western Europe on Windows."""
_HISTORY = StageHistory()
_FIELD, _STAGE = "Field", "StageName"
"""Of Salesforce's history of all fields the column that says which one changed, and what it says of stages."""
_OFFSET, _NUMBER = r"(?:Z|UTC|GMT|:\d\d(?:\.\d+)?\s*[+-]\d\d:?(?:\d\d)?)\s*$", r"^\s*\d{9,}(?:\.\d+)?\s*$"
ZoneKind = Literal["offset", "none", "epoch", "relative"]


class Description(NamedTuple):
    """A log, and what its columns are."""

    log: Log
    """With all its fields as columns."""
    source: Source
    """It reads the log."""
    keys: Mapping[str, Any]
    """Those of `source` that a funnel file needs."""
    columns: tuple[ColumnProfile, ...]
    roles: Roles
    zone: ZoneKind
    in_order: bool
    """Are the first rows in the order of time?"""


def described(data: Data, event: str | None = None) -> Description:
    """What can be told of a log by its names and contents.

    `event`: for one of several logs, what a row of it is where no column says that. Raises what opening it raises, and
    DataError `no_roles` where no column can say who, what or when; of several logs `nobody` for counts of nobody.
    """
    return in_its_encoding(lambda keys: _described(data, keys, event))


def in_its_encoding(question: Callable[[dict[str, Any]], T]) -> T:
    """The answer to a question about a file that is read with some keys: those that text needs which is not UTF-8."""
    try:
        return question({})
    except DataError as error:
        if error.problems[0].code != "not_utf8":
            raise
    return question({"encoding": _USUAL})


def profile_of(description: Description) -> LogProfile:
    """The events of a described log."""

    def profile(log: Log) -> LogProfile:
        identified = resolved(log, description.source, TIMEZONE, None)
        return log_profile(canonical_rows(identified.log, identified.source, TIMEZONE))

    return of_readable(description.log, profile)


def with_entity(description: Description, column: str, before: str | None) -> Description:
    """The same log of whoever a column of it names; `before`: the column that says who it was before it was known."""
    keys = {key: value for key, value in description.keys.items() if key != "columns"}
    columns = {key: value for key, value in description.keys.get("columns", {}).items() if key != "entity"}
    if before is None:
        columns = {"entity": column, **columns}
    else:
        keys["identity"] = {"anonymous": before, "known": column}
    keys |= {"columns": columns} if columns else {}
    source = _source(keys).model_copy(update={"time_format": description.source.time_format})
    return description._replace(keys=keys, source=source)


def _described(data: Data, keys: dict[str, Any], event: str | None) -> Description:
    keys |= _dialect(data, keys)
    written, known = written_log(data, _source(keys), Path())
    nested = nestings(head_of(written).lazy(), written.schema) if known is None else known
    # A column without a name cannot be named.
    names = names_in(list(filter(None, written.schema)), nested)
    if not names:
        raise DataError(Problem("empty", f"no column of {written.place} has a name", "its first row is the header"))
    preset = keys.get("preset") or preset_of(names)
    if preset is not None:
        keys["preset"] = preset
    elif lists := [name for name, nesting in nested.items() if nesting.kind == "list"]:
        keys["explode"] = lists[0]
        names = [*_elements(lists[0], nested), *names]
    # Any column may stand for who, what and when while nobody knows them.
    columns = dict.fromkeys(("entity", "event", "time"), names[0])
    log = open_log(data, _source({**keys, "columns": columns, "preset": None, "identity": None}), Path(), names)
    profiles = tuple(column_profiles(log, [name for name in names if name in log.schema]))
    roles = roles_of(profiles)
    table = None if preset or "explode" in keys else table_of(profiles)
    if table is not None:
        roles, dates = table
        keys |= {"columns": {"entity": roles.entity}, "stage_dates": {name: name for name in dates}}
    elif event is not None and preset is None and "explode" not in keys:
        keys |= _keys_of_table(roles, log, profiles, event)
    elif preset is None:
        keys |= _keys(roles, log, profiles)
    source = _source(keys)
    read = open_log(data, source, Path(), [profile.name for profile in profiles])
    source = settled(read, source)
    times = head_of(read)
    instants = times.select(event_time(*column_of(read, source.columns.time), source, TIMEZONE).alias("at"))["at"]
    zone = _zone(times[str(source.columns.time)], source)
    return Description(read, source, keys, profiles, roles, zone, instants.drop_nulls().is_sorted())


def _zone(times: pl.Series, source: Source) -> ZoneKind:
    """How they say on whose clocks they are."""
    if source.time_origin is not None:
        return "relative"
    if isinstance(times.dtype, pl.Datetime | pl.Date):
        return "none" if times.dtype == pl.Date() or getattr(times.dtype, "time_zone", None) is None else "offset"
    text = times.drop_nulls().cast(pl.String)
    if text.str.contains(_OFFSET).any():
        return "offset"
    return "epoch" if text.str.contains(_NUMBER).all() else "none"


def _source(keys: Mapping[str, Any]) -> Source:
    return Source.model_validate(with_table(with_preset(keys)))


def _dialect(data: Data, keys: Mapping[str, Any]) -> dict[str, Any]:
    """What reading the file needs: is its first line a row like the others?"""
    files = written_log(data, _source(keys), Path())[0].files
    header = files[0].header if files else ()
    if len(header) == _SNOWPLOW and files[0].delimiter == "\t":
        return {"preset": "snowplow"}
    return {"header": False} if any(kind_of(pl.Series([name])) == "time" for name in header) else {}


def _elements(explode: str, nested: Mapping[str, Nesting]) -> list[str]:
    return [f"{explode}.{key}" for key in nested[explode].names]


def _keys_of_table(roles: Roles, log: Log, profiles: Sequence[ColumnProfile], event: str) -> dict[str, Any]:
    """Of one of several logs, which may be a history of stages, or a list of things of which each is an event."""
    if is_counted(profiles):
        raise DataError(Problem("nobody", f"{log.place} counts by day, and has no column that says who"))
    stage = [name for name in parts_of(_HISTORY.stage) if name in log.schema]
    if stage and _HISTORY.entity in log.schema and _HISTORY.time in log.schema:
        return {"stage_history": {}} | ({"filter": {_FIELD: _STAGE}} if _FIELD in log.schema else {})
    if not is_one_event(profiles, roles):
        return _keys(roles, log, profiles)
    keys = _keys(roles._replace(entity=roles.entity or who_in(profiles), event=event, id=None), log, profiles)
    del keys["columns"]["event"]
    return {"event": event, **keys}


def _keys(roles: Roles, log: Log, profiles: Sequence[ColumnProfile]) -> dict[str, Any]:
    duties = {"entity": roles.entity, "event": roles.event, "time": roles.time}
    missing = [duty for duty, column in duties.items() if column is None]
    if missing:
        columns = ", ".join(f"{profile.name} ({profile.kind})" for profile in profiles[:20])
        message = f"no column of {log.place} looks like {' or '.join(missing)}"
        hint = f"write a funnel file that names it: source.columns.{', '.join(missing)}; columns: {columns}"
        raise DataError(Problem("no_roles", message, hint))
    keys: dict[str, Any] = {"columns": duties | ({"id": roles.id} if roles.id else {})}
    if roles.time_unit is not None:
        keys |= {"time_origin": ORIGIN, "time_unit": roles.time_unit}
    return keys
