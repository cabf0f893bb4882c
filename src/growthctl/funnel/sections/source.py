"""The section `source`: where the event log is, and which columns say who, what and when."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from growthctl.funnel.sections.fields import NameList, Section, Share, Text, TimeFormat, Where


class Columns(Section):
    """Which columns of the log say who, what and when."""

    entity: Text = Field("user_id", description="Who moves through the funnel: a user, an account")
    event: Text = Field("event", description="The event's name")
    time: Text = Field("timestamp", description="When it happened")
    id: Text | None = Field(None, description="Unique per event; later rows with the same id are duplicates")
    session: Text | None = Field(None, description="Which session of the entity; for count: sessions")


class Identity(Section):
    """Two columns that name an entity: before and after it is known. Every anonymous id becomes its known one."""

    anonymous: Text = Field(description="The column of the id that an entity has before it is known")
    known: Text = Field(description="The column of the id that it has afterwards; null before")


class Source(Section):
    """Where the event log is and how it is read."""

    path: NameList | None = Field(
        None, description="File, glob or folder, or a list of them; relative to the funnel file"
    )
    format: Literal["auto", "csv", "parquet", "ndjson", "excel"] = Field(
        "auto", description="auto = by name and first bytes"
    )
    sheet: Text | None = Field(None, description="Of Excel workbooks, which sheet; without it the first")
    columns: Columns = Field(default_factory=Columns, description="Which columns say who, what and when")
    time_format: TimeFormat | None = Field(
        None, description="How columns.time is written, where that is not plain: day-first, month-first, or strftime's"
    )
    filter: Where | None = Field(None, description="Which events are read at all, before everything else")
    identity: Identity | None = Field(
        None, description="One entity before and after it is known; then columns.entity is not read"
    )
    max_bad: Share = Field(0.01, description="The share of rows that may be unreadable: 1% or 0.01")
