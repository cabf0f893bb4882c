"""Which columns say who, what and when: by their names first, then by what is in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from growthctl.events.inspect.column_profiles import ColumnProfile
from growthctl.funnel.presets import PRESETS, preset_keys
from growthctl.funnel.sections.column_lists import FILE, placeholders

_ENTITY = (
    "userid", "user", "who", "uid", "personid", "person", "distinctid", "customerid", "customer", "clientid",
    "visitorid", "fullvisitorid",
    "memberid", "contactid", "leadid", "accountid", "companyid", "caseid", "caseconceptname", "case",
    "email", "anonymousid", "deviceid", "sessionid", "session", "id", "remoteaddr", "remotehost", "clientip",
    "ipaddress", "ip",
)  # fmt: skip
_EVENT = (
    "event", "eventname", "eventtype", "activity", "conceptname", "action", "eventaction", "pagename", "type", "step",
    "stage", "status", "name", "page", "path",
)  # fmt: skip
_TIME = (
    "timestamp", "time", "eventtime", "eventtimestamp", "ts", "datetime", "occurredat", "at", "completetimestamp",
    "timetimestamp", "starttimestamp", "createdat", "created", "date", "datum", "day",
)  # fmt: skip
_EVENT_WORD = re.compile(r"event|action|activity|step|stage|status|phase|ereignis|aktion|vorgang|schritt")
_ID = ("eventid", "messageid", "insertid", "uuid", "hitid", "rowid")
_LEAD = (
    "dealid",
    "leadid",
    "opportunityid",
    "contactid",
    "recordid",
    "id",
    *_ENTITY,
    "deal",
    "lead",
    "opportunity",
    "contact",
)
_CHANGES = re.compile(r"updat|modif|last|sync|import|export|birth")
"""Columns of dates that are no step of anybody."""
_SOMEBODY = re.compile(r"user(?!agent)|visitor|customer|client|person|member|contact|account|kunde|nutzer|besucher")
_RELATIVE = re.compile(r"time|hour|minute|second|day|elapsed|offset|^t$")
_SEGMENTS = re.compile(
    r"channel|source|medium|campaign|device|platform|os$|browser|country|region|plan|tier|segment|variant|cohort|lifecycle"
)
_AMOUNT = re.compile(r"amount|revenue|price|total|umsatz|betrag|preis|erloes")
_COUNTS = re.compile(
    r"clicks?$|klicks?$|impressions?$|cost|kosten|spen[dt]|ausgaben|views$|sessions$|visits$|users$|visitors$|count$"
)
_ANYTHING = ("status", "name", "type", "page", "path")
"""Names of events that columns of people and things have, too."""
_NOBODY = {"id", "sessionid", "session", "remoteaddr", "remotehost", "clientip", "ipaddress", "ip"}
"""Names of those who move that no two systems call alike."""
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_HALF_A_DAY = 43200
_FEWEST_DATES = 2
_MOSTLY = 0.9
_MOST_EVENTS, _MOST_NAMES, _MOST_VALUES, _MOST_SEGMENTS = 2000, 200, 12, 3
_COMMON = {"event", "timestamp", "id", "user_id", "name", "type"}
"""Columns that say nothing about whose export a log is."""


class Roles(NamedTuple):
    """What columns are, as far as can be told; None where nothing can."""

    entity: str | None
    event: str | None
    time: str | None
    id: str | None = None
    session: str | None = None
    segments: tuple[str, ...] = ()
    time_unit: str | None = None
    """Of times that count from a start."""
    amount: str | None = None
    """Of money."""


def preset_of(names: Collection[str]) -> str | None:
    """Whose export has these columns; of several presets the one of which most are there."""
    scores = {preset: _columns_there(preset_keys(preset), names) for preset in PRESETS if preset != "snowplow"}
    best = max(scores, key=lambda preset: scores[preset])
    return best if scores[best] else None


def _columns_there(keys: Mapping[str, Any], names: Collection[str]) -> int:
    """How many of a preset's columns there are; 0 where who, what or when is missing, or none is peculiar to it."""
    columns, identity = keys["columns"], keys.get("identity", {})
    who = [columns.get("entity", []), *identity.values()]
    duties = [_parts(who), _parts([columns["event"]]), _parts([columns["time"]])]
    there = {part for duty in duties for part in duty if part in names}
    peculiar = there - _COMMON
    # Before anybody logs in, nobody has a known id.
    return len(there) if all(any(part in names for part in duty) for duty in duties) and peculiar else 0


def _parts(columns: Iterable[Any]) -> list[str]:
    choices = [choice for column in columns for choice in ([column] if isinstance(column, str) else column)]
    return [part for choice in choices for part in placeholders(choice) or (choice,) if part != FILE]


def roles_of(profiles: Sequence[ColumnProfile]) -> Roles:
    """By names and contents."""
    time = _best(profiles, _TIME, lambda p: p.kind == "time")
    unit = None
    if time is None:
        time = next((p for p in profiles if p.kind == "number" and _RELATIVE.search(_last(p.name))), None)
        unit = None if time is None else _unit(time)
    others = [p for p in profiles if p is not time]
    named = [p for p in others if _EVENT_WORD.search(_last(p.name))]
    event = _best(others, _EVENT, _may_be_event) or _most_varied(named) or _most_varied(others)
    others = [p for p in others if p is not event]
    entity = _best(others, _ENTITY, _may_be_entity) or _by_word(others)
    unique = _best(others, _ID, lambda p: p is not entity and p.distinct >= 0.97 * p.rows)
    session = next((p for p in others if p is not entity and _last(p.name) in ("sessionid", "session")), None)
    taken = {p.name for p in (time, event, entity, unique, session) if p}
    return Roles(
        _name(entity),
        _name(event),
        _name(time),
        _name(unique),
        _name(session),
        _segments([p for p in others if p.name not in taken]),
        unit,
        _name(next((p for p in others if p.kind == "number" and _AMOUNT.search(_last(p.name))), None)),
    )


def _segments(profiles: Sequence[ColumnProfile]) -> tuple[str, ...]:
    """Those with few values, of columns by one name the first; the likeliest names first."""
    segments = list({_last(p.name): p for p in reversed(profiles) if _may_be_segment(p)}.values())[::-1]
    segments.sort(key=lambda p: not _SEGMENTS.search(_last(p.name)))
    return tuple(p.name for p in segments[:_MOST_SEGMENTS])


def _name(profile: ColumnProfile | None) -> str | None:
    return None if profile is None else profile.name


def table_of(profiles: Sequence[ColumnProfile]) -> tuple[Roles, list[str]] | None:
    """Of a table with a row per lead: what its columns are, and those of dates, each of which is a stage."""
    dates = [p.name for p in profiles if p.kind == "time" and not _CHANGES.search(_last(p.name))]
    has_events = any(_last(p.name) in _EVENT and _may_be_event(p) for p in profiles)
    who = [p for p in profiles if _last(p.name) in _LEAD and p.kind in ("text", "number") and _is_one_a_row(p)]
    who.sort(key=lambda p: (_LEAD.index(_last(p.name)), "." in p.name))
    if len(dates) < _FEWEST_DATES or has_events or not who:
        return None
    return Roles(who[0].name, None, None, segments=_segments([p for p in profiles if p is not who[0]])), dates


def _is_one_a_row(profile: ColumnProfile) -> bool:
    return profile.filled > 0 and profile.distinct >= 0.97 * profile.filled


def is_counted(profiles: Sequence[ColumnProfile]) -> bool:
    """Of a table with times: does it hold counts, such as clicks and costs of a day, and nobody?"""
    counts = [p for p in profiles if p.kind == "number" and _COUNTS.search(_last(p.name))]
    others = [p for p in profiles if p not in counts and p.distinct > 1]
    people = [p for p in others if _last(p.name) in {*_LEAD} - {"id"} or _SOMEBODY.search(_last(p.name))]
    return bool(counts) and not people and any(p.kind == "time" for p in profiles)


def is_one_event(profiles: Sequence[ColumnProfile], roles: Roles) -> bool:
    """Of a table with times: is it a list of things, such as carts or orders, of which no column says what happened?"""
    event = next((p for p in profiles if p.name == roles.event), None)
    if event is None or not (_last(event.name) in _EVENT or _EVENT_WORD.search(_last(event.name))):
        return True
    # Of things that have numbers or names of their own, a status is what they are now.
    things = [p for p in profiles if p.kind != "time" and _is_key(p) and _is_one_a_row(p) and _last(p.name) not in _ID]
    return _last(event.name) in _ANYTHING and bool(things)


def may_say_what(profiles: Sequence[ColumnProfile], roles: Roles) -> str | None:
    """Of a list of things the column that may tell several events apart."""
    return next((p.name for p in profiles if p.name == roles.event and p.distinct <= _MOST_VALUES), None)


def people_in(profiles: Sequence[ColumnProfile]) -> list[ColumnProfile]:
    """The columns that say who in a way that another system may share: names of people, no numbers of things."""
    return [
        p
        for p in profiles
        if p.kind in ("text", "number")
        and p.distinct > 1
        and (
            _last(p.name) in {*_LEAD} - _NOBODY
            or _SOMEBODY.fullmatch(_last(p.name))
            or _last(p.name).endswith("mail")
            or (_is_key(p) and _SOMEBODY.search(_last(p.name)))
        )
    ]


def who_in(profiles: Sequence[ColumnProfile]) -> str | None:
    """Of a list of things whose each is, though nobody may have two of them; else a thing is somebody itself."""
    keys = [p for p in profiles if p.kind in ("text", "number") and _is_key(p) and _is_one_a_row(p)]
    return _name(next(iter(people_in(profiles) or keys), None))


def are_alike(first: ColumnProfile, second: ColumnProfile) -> bool:
    """May equal values of two columns be the same person? Numbers of different things are equal, too."""
    return "text" in (first.kind, second.kind) or _last(first.name) == _last(second.name)


def _last(name: str) -> str:
    """The last part of a dotted name, with the one before where it is only `id`; without case and separators."""
    parts = [re.sub(r"[^a-z0-9]", "", part) for part in name.lower().split(".")]
    parts = [part for part in parts if part] or [""]
    return "".join(parts[-2:]) if parts[-1] == "id" else parts[-1]


def _best(
    profiles: Sequence[ColumnProfile], names: Sequence[str], fits: Callable[[ColumnProfile], bool]
) -> ColumnProfile | None:
    """Of those that fit the one with the likeliest name; what never changes and codes last, plain columns first."""
    ranked = [p for p in profiles if fits(p) and _last(p.name) in names]
    is_code = names is _EVENT
    ranked.sort(
        key=lambda p: (
            p.distinct < 2,
            p.kind == "number" and is_code,
            names.index(_last(p.name)),
            "." in p.name,
            p.filled < p.rows,
        )
    )
    return ranked[0] if ranked else (_only_time(profiles) if names is _TIME else None)


def _only_time(profiles: Sequence[ColumnProfile]) -> ColumnProfile | None:
    """Of those in every row the one that tells most rows apart."""
    times = [p for p in profiles if p.kind == "time" and p.filled == p.rows]
    return max(times, key=lambda p: p.distinct, default=None)


def _may_be_event(profile: ColumnProfile) -> bool:
    return profile.kind in ("text", "number") and 1 <= profile.distinct <= _MOST_EVENTS and not _is_unique(profile)


def _most_varied(profiles: Sequence[ColumnProfile]) -> ColumnProfile | None:
    texts = [p for p in profiles if p.kind == "text" and 2 <= p.distinct <= _MOST_NAMES and not _names_somebody(p)]
    return max((p for p in texts if p.filled >= _MOSTLY * p.rows), key=lambda p: p.distinct, default=None)


def _may_be_entity(profile: ColumnProfile) -> bool:
    is_id_of_rows = _is_unique(profile) and _last(profile.name) in ("id", *_ID)
    return profile.kind in ("text", "number") and profile.distinct > 1 and not is_id_of_rows


def _by_word(profiles: Sequence[ColumnProfile]) -> ColumnProfile | None:
    """Numbers and keys of somebody before names of somebody."""
    ids = [p for p in profiles if _may_be_entity(p) and _names_somebody(p) and not _is_unique(p)]
    return max(ids, key=lambda p: (_is_key(p), p.distinct), default=None)


def _names_somebody(profile: ColumnProfile) -> bool:
    return _is_key(profile) or _SOMEBODY.search(_last(profile.name)) is not None


def _is_key(profile: ColumnProfile) -> bool:
    return _last(profile.name).endswith(("id", "key", "number", "nummer", "nr", "email"))


def _may_be_segment(profile: ColumnProfile) -> bool:
    is_plain = profile.kind in ("text", "boolean") and 2 <= profile.distinct <= _MOST_VALUES
    return is_plain and profile.filled >= _MOSTLY * profile.rows


def _is_unique(profile: ColumnProfile) -> bool:
    return profile.rows > 20 and profile.distinct >= _MOSTLY * profile.rows


def _unit(profile: ColumnProfile) -> str:
    """What a column counts from a start: the smallest unit by which that is half a day or more."""
    largest = profile.largest or 0.0
    return next((unit for unit, seconds in _UNITS.items() if largest * seconds >= _HALF_A_DAY), "d")
