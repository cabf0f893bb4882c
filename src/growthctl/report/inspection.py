"""The answer of `inspect`: what is in a log."""

from __future__ import annotations

from typing import Any, Literal

from growthctl.report.base import SCHEMA_VERSION, Answer, Part, Rate
from growthctl.report.funnel import RowsRejected

Role = Literal["entity", "event", "time", "id", "session", "segment"]
Zone = Literal["offset", "none", "epoch", "relative"]


class InspectedColumn(Part):
    """A column, or a field of a nested one under its dotted name."""

    name: str
    kind: Literal["text", "number", "time", "boolean"]
    role: Role | None
    """What it may be in a funnel file, by its name and contents."""
    filled: Rate | None
    """The share of the rows in which it is not null."""
    distinct: int
    """How many values, about."""
    examples: list[str]
    """The first few that differ."""


class InspectedEvent(Part):
    """One name of an event."""

    name: str | None
    rows: int
    entities: int
    first_at: str
    last_at: str
    rows_by_part: list[int]
    """Of equal parts of the time that the log covers, each `days_in_part` long."""


class Inspection(Answer):
    """A log: its columns, its events, and what is odd about it."""

    log: str
    """As it was named."""
    preset: str | None
    """Whose export it looks like."""
    source: dict[str, Any]
    """The keys of `source` that read it in a funnel file."""
    columns: list[InspectedColumn]
    rows_read: int
    rows_used: int
    rows_rejected: RowsRejected
    entities: int
    first_event_at: str | None
    last_event_at: str | None
    zone: Zone
    """How times say where clocks show them: with an offset, not at all (then they are in the funnel's timezone), as
    numbers since 1970, as numbers since an unknown start."""
    in_order: bool
    """Are the first rows in the order of time?"""
    events: list[InspectedEvent]
    """Those with most rows first."""
    days_in_part: int
    rows_repeated: int
    """Rows that have the entity, event and time of one before."""
    alike: list[list[str]]
    """Names of events that differ in case, blanks or separators only."""
    days_only: list[str]
    """Events that have a day where others have a time of day."""


class DraftStage(Part):
    """An event that becomes a stage."""

    event: str
    alike: list[str]
    """Other names of it, which differ in case, blanks or separators only."""
    entities: int
    """That have it."""
    source: str | None
    """Of several that have the event, from which one it is: the one in which most have it."""


class DraftSource(Part):
    """One of several logs that become the sources of a funnel."""

    name: str
    paths: list[str]
    """As they were named."""
    keys: dict[str, Any]
    """Those that read it, without its path."""
    may_say_what: str | None
    """Of a file that is one event a column that may tell several apart."""
    entities: int
    shared: int
    """Those of them who are in another source, too."""
    strangers: int
    """All entities of the other sources."""
    in_doubt: list[str]
    """Sources whose ids are numbers by another name, of which some are equal: that may be chance."""


class Draft(Part):
    """What a funnel file for a log, or for several, would say."""

    log: str
    """As it was named."""
    paths: list[str]
    """The same name by name; none of a frame."""
    rows: int
    first_event_at: str | None
    last_event_at: str | None
    source: dict[str, Any]
    """The keys that read it, without its path; none where there are several sources."""
    sources: list[DraftSource]
    """Of several logs; none where there is one."""
    links: list[str]
    """Files that say who is who in these."""
    left_out: list[str]
    """Files that count by day, and say of nobody what they did."""
    stages: list[DraftStage]
    window: str | None
    segments: list[str]
    session: str | None
    """A column that may say which session."""
    amount: str | None
    """A column that may say what a conversion is worth."""


class InspectionReport(Part):
    """What `inspect -f json` prints."""

    schema_version: Literal["1.0"] = SCHEMA_VERSION
    kind: Literal["inspection"] = "inspection"
    inspections: list[Inspection]
