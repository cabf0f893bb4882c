"""The section `source`: where the event log is, and which columns say who, what and when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from growthctl.funnel.sections.fields import (
    Delimiter,
    Encoding,
    FirstOfColumns,
    Instant,
    NameList,
    PresetName,
    PropertyType,
    Section,
    Share,
    Text,
    TimeFormat,
    TogetherColumns,
    Where,
)

LinkRule = Literal["first", "next"]
_RULE = "Of several people of one id: the first that it is linked to; or the next that is known after an event"


class Columns(Section):
    """Which columns of the log say who, what and when; of a list the first that is not null."""

    entity: FirstOfColumns = Field("user_id", description="Who moves through the funnel: a user, an account")
    event: FirstOfColumns = Field("event", description='The event\'s name; "page:{name}" makes one of columns')
    time: FirstOfColumns = Field("timestamp", description="When it happened")
    id: TogetherColumns | None = Field(
        None, description="Unique per event, a list all together; later rows with the same id are duplicates"
    )
    session: FirstOfColumns | None = Field(None, description="Which session of the entity; for count: sessions")


class Identity(Section):
    """Two columns that name an entity: before and after it is known. Every anonymous id becomes its known one."""

    anonymous: FirstOfColumns = Field(description="The column of the id that an entity has before it is known")
    known: FirstOfColumns = Field(description="The column of the id that it has afterwards; null before")
    rule: LinkRule = Field("first", description=_RULE)


class StageHistory(Section):
    """Which columns of a table with a row per change of stage say who, what and when: by default Salesforce's."""

    entity: FirstOfColumns = Field("OpportunityId", description="Whose stage it is")
    stage: FirstOfColumns = Field(
        ["StageName", "NewValue"],
        validate_default=True,
        description="The stage that it is in afterwards: the event's name",
    )
    time: FirstOfColumns = Field("CreatedDate", description="When it changed")


class LinkFiles(Section):
    """Who is who between the sources of a funnel."""

    links: NameList = Field(
        description="A file, or several, that link ids: its header is the names of two sources, from one to the other"
    )
    rule: LinkRule = Field("first", description=_RULE)


class CountsTable(Section):
    """A table of counts per day, such as ad clicks: whose rows are nobody's."""

    day: Text = Field(description="The column of the day, on the calendar of the funnel's timezone")
    count: Text = Field(description="The column of how many there were; rows of one day and value are added up")
    by: Mapping[Text, Text] = Field(
        default_factory=dict,
        description="By the column that the counts are split by the property of events that has the same values",
    )


class Source(Section):
    """Where the event log is and how it is read."""

    path: NameList | None = Field(
        None, description="File, glob or folder, or a list of them; relative to the funnel file"
    )
    format: Literal["auto", "csv", "parquet", "ndjson", "excel"] = Field(
        "auto", description="auto = by name and first bytes"
    )
    encoding: Encoding | None = Field(None, description="Of text that is not UTF-8: cp1252 for Western Europe, …")
    sheet: Text | None = Field(None, description="Of Excel workbooks, which sheet; without it the first")
    preset: PresetName | None = Field(
        None, description="Whose export it is: fills the other keys of source; those given here win"
    )
    delimiter: Delimiter | None = Field(None, description="Of CSV: what separates columns; absent = by the first lines")
    header: bool = Field(True, strict=True, description="Of CSV: does it begin with names? Else columns are 0, 1, 2 …")
    quote: Literal['"'] | None = Field('"', description="Of CSV: null = a quote is a character like any other")
    columns: Columns = Field(default_factory=Columns, description="Which columns say who, what and when")
    event: Text | None = Field(None, description="Of a file that is one event: its name; columns.event is not read")
    stage_dates: Annotated[Mapping[Text, Text], Field(min_length=1)] | None = Field(
        None, description="Of a table with a row per lead: by the event the column that says when it happened"
    )
    stage_history: StageHistory | None = Field(
        None, description="Of a table with a row per change of stage: its columns; {} = Salesforce's"
    )
    counted: CountsTable | None = Field(
        None, description="Of one of several sources, that has counts per day instead of events: the first stage's"
    )
    explode: Text | None = Field(None, description="A column that holds a list of events: a row becomes one for each")
    properties: Mapping[Text, PropertyType] = Field(
        default_factory=dict, description="The types of properties: string, integer, float or boolean"
    )
    decimal: Literal[".", ","] | None = Field(
        None, description="The decimal sign of texts such as 1,020; absent = as one of 1,020.00 or 1.020,00 tells"
    )
    time_format: TimeFormat | None = Field(
        None, description="How columns.time is written, where that is not plain: day-first, month-first, or strftime's"
    )
    time_is: Literal["utc", "local"] = Field(
        "utc", description="local: numbers count from 1970 on the clocks of the funnel's timezone"
    )
    time_origin: Instant | None = Field(None, description="For relative times: the date or time that they count from")
    time_unit: Literal["s", "m", "h", "d"] = Field("s", description="What relative times count")
    filter: Where | None = Field(None, description="Which events are read at all, before everything else")
    identity: Identity | None = Field(
        None, description="One entity before and after it is known; then columns.entity is not read"
    )
    max_bad: Share = Field(0.01, description="The share of rows that may be unreadable: 1% or 0.01")
    as_of: Instant | None = Field(
        None, description="Of one of several sources: up to when it is complete; absent = as its rows tell"
    )
