"""The funnel: the model that validates a funnel file and that its JSON Schema is derived from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import (
    AfterValidator,
    BaseModel,
    Field,
    ModelWrapValidatorHandler,
    PrivateAttr,
    ValidationError,
    model_validator,
)
from pydantic_core import InitErrorDetails

from growthctl.funnel import values
from growthctl.funnel.crosschecks import cross_checks
from growthctl.funnel.sections.fields import Duration, History, NameList, Section, Segment, Slug, Target, Text
from growthctl.funnel.sections.money import Value
from growthctl.funnel.sections.source import Columns, CountsTable, Identity, LinkFiles, Source, StageHistory
from growthctl.funnel.sections.stage import Capacity, Exclusion, Stage


class References(Section):
    """Where the reference of a stage without a target comes from: the first of these that exists."""

    history: History = Field(
        values.USUAL_WEEKS, description="Its own last weeks, at most so many, at least 6; false: none"
    )
    segment: bool = Field(True, strict=True, description="Its best segment, where segments really differ")


class CountedStage(NamedTuple):
    """A first stage that is counted, not followed: the table of its source has counts and no ids."""

    stage: Stage
    name: str
    """Of its source."""
    source: Source
    target: float | None
    """How many of them are wanted at the first stage that is followed."""

    @property
    def properties(self) -> tuple[str, ...]:
        """Those of events that the counts are split by."""
        return tuple(self.source.counted.by.values()) if self.source.counted else ()


class Funnel(Section):
    """Ordered stages, and how entities pass them."""

    version: Literal[1] = Field(1, description="The version of this format")
    name: Text | None = Field(None, description="Default: the file's stem")
    description: str | None = Field(None, description="For people")
    timezone: Annotated[str, AfterValidator(values.parse_timezone)] = Field(
        "UTC", description="Of days, weeks and times without an offset: Europe/Berlin"
    )
    source: Source = Field(default_factory=Source, description="Where the event log is and how it is read")
    sources: Mapping[Slug, Source] = Field(
        default_factory=dict, description="Instead of source: several logs by name, each with the keys of source"
    )
    identity: LinkFiles | None = Field(None, description="Who is who between several sources")
    changes: NameList = Field(
        (), description="A file, or several, that list what somebody did when; relative to the funnel file"
    )
    count: Literal["entities", "sessions", "attempts"] = Field(
        "entities", description="What is counted: entities, their sessions, or their attempts one after the other"
    )
    session_gap: Duration = Field(
        "30m", validate_default=True, description="Without columns.session: more time without an event ends a session"
    )
    order: Literal["sequential", "strict", "any"] = Field(
        "sequential",
        description="sequential: anything may lie between two stages; strict: nothing may; any: in any order",
    )
    window: Duration | None = Field(
        None, description="The longest time from the entry: a number and s, m, h, d or w; absent = no limit"
    )
    entry: Literal["any", "first"] = Field("any", description="Which entries of an entity may start an attempt")
    ties: Literal["any", "later"] = Field("any", description="later: a stage needs a strictly later event")
    skipped: Literal["missing", "passed"] = Field(
        "missing", description="passed: who has a later required stage has passed the earlier ones that have no event"
    )
    hold_constant: NameList = Field((), description="Properties that all events of an attempt share with its entry")
    stages: Annotated[tuple[Stage, ...], Field(min_length=1, max_length=63)] = Field(description="In order")
    target: Target | None = Field(
        None, description="The conversion wanted from the first stage to the last required one: 1% or 0.01"
    )
    reference: References = Field(
        default_factory=References, description="Where the reference of a stage without a target comes from"
    )
    exclude: Annotated[tuple[Exclusion, ...], Field(max_length=63)] = Field(
        (), description="Events that must not lie between two stages, or take the last one back"
    )
    segments: tuple[Segment, ...] = Field(
        (), description="The properties that the analysis looks into, or {name, from, map} to group the values of one"
    )
    attribution: Annotated[
        str,
        AfterValidator(values.parse_attribution),
        Field(json_schema_extra={"pattern": values.ATTRIBUTION_PATTERN}),
    ] = Field("entry", description="Where a journey's segment is read: entry, first, last or stage:NAME")
    value: Value | None = Field(None, description="What a conversion is worth")
    _counted: CountedStage | None = PrivateAttr(None)

    @property
    def counted(self) -> CountedStage | None:
        """The stage that `followed` set apart."""
        return self._counted

    @property
    def followed(self) -> Funnel:
        """The funnel of the stages at which people are followed: a counted one stands beside it, as `counted`."""
        first = self.stages[0]
        source = self.sources.get(first.source or "")
        if source is None or source.counted is None:
            return self
        second, *others = self.stages[1:]
        stages = (second.model_copy(update={"target": None}), *others)
        sources = {name: log for name, log in self.sources.items() if name != first.source}
        funnel = self.model_copy(update={"stages": stages, "sources": sources})
        funnel._counted = CountedStage(first, first.source or "", source, second.target)
        return funnel

    @model_validator(mode="wrap")
    @classmethod
    def _all_at_once(cls, raw: Any, handler: ModelWrapValidatorHandler[Funnel]) -> Funnel:
        """Adds what no field can see alone, even where a field is wrong: nobody mends a file twice."""
        problems = [
            InitErrorDetails(type="missing", loc=path, input=raw)
            if message is None
            else InitErrorDetails(type="value_error", loc=path, input=raw, ctx={"error": ValueError(message)})
            for path, message in cross_checks(raw)
        ]
        try:
            funnel = handler(raw)
        except ValidationError as error:
            fields = [
                InitErrorDetails(type=e["type"], loc=e["loc"], input=e["input"], ctx=e.get("ctx", {}))
                for e in error.errors()
            ]
            raise ValidationError.from_exception_data(cls.__name__, fields + problems) from None
        if problems:
            raise ValidationError.from_exception_data(cls.__name__, problems)
        return funnel


def build_funnel(raw: Mapping[str, object]) -> tuple[Funnel | None, Sequence[Mapping[str, Any]]]:
    """The funnel, or None and every error in pydantic's form (`type`, `loc`, `input`, `ctx`, `msg`)."""
    try:
        return Funnel.model_validate(raw), []
    except ValidationError as error:
        return None, error.errors()


def keys_at(path: str) -> Sequence[str]:
    """The keys that may stand at a place, such as `source.columns`; the root's is empty."""
    models: dict[str, type[BaseModel]] = {
        "": Funnel,
        "source": Source,
        "source.columns": Columns,
        "source.identity": Identity,
        "source.stage_history": StageHistory,
        "source.counted": CountsTable,
        "identity": LinkFiles,
        "exclude": Exclusion,
        "stages": Stage,
        "stages.capacity": Capacity,
        "reference": References,
        "value": Value,
    }
    # A source of several has a name and the keys of the only one.
    fields = models[re.sub(r"^sources\.[^.]+", "source", path)].model_fields
    return tuple(field.alias or name for name, field in fields.items())
