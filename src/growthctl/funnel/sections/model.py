"""The funnel: the model that validates a funnel file and that its JSON Schema is derived from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    PlainValidator,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import InitErrorDetails

from growthctl.funnel import values
from growthctl.funnel.conditions.parse import Condition, parse_condition
from growthctl.funnel.crosschecks import cross_checks

_SCALAR = {"type": ["string", "number", "boolean"]}
_SCALARS = {"type": "array", "items": _SCALAR, "minItems": 1}
_GROUP = {"type": "array", "items": {"type": ["string", "object"]}, "minItems": 1}
_OPERATORS = {
    "type": "object",
    "additionalProperties": False,
    "minProperties": 1,
    "properties": dict.fromkeys(("eq", "ne", "lt", "le", "gt", "ge", "contains", "starts_with"), _SCALAR)
    | dict.fromkeys(("in", "not_in"), _SCALARS)
    | {"is_null": {"type": "boolean"}},
}
_WHERE = {
    "anyOf": [
        {"type": "string", "description": "One SQL condition over one event: plan = 'pro' AND amount > 10"},
        {
            "type": "object",
            "description": "Properties and what they must be; several keys = and",
            "minProperties": 1,
            "properties": {"any": _GROUP, "all": _GROUP},
            "additionalProperties": {"anyOf": [_SCALAR, _SCALARS, _OPERATORS]},
        },
    ]
}
_RATE = {
    "anyOf": [
        {"type": "number", "minimum": 0, "maximum": 1},
        {"type": "string", "pattern": values.RATE_PATTERN},
    ]
}
_NAME = {"type": "string", "minLength": 1}
_NAMES = {"anyOf": [_NAME, {"type": "array", "items": _NAME, "minItems": 1}]}

Text = Annotated[str, Field(min_length=1)]
Names = Annotated[tuple[Text, ...], Field(min_length=1), BeforeValidator(values.names), WithJsonSchema(_NAMES)]
Where = Annotated[Condition, PlainValidator(parse_condition), WithJsonSchema(_WHERE)]
Duration = Annotated[
    timedelta,
    PlainValidator(values.parse_duration),
    WithJsonSchema({"type": "string", "pattern": values.DURATION_PATTERN}),
]
Rate = Annotated[float, PlainValidator(values.parse_rate), WithJsonSchema(_RATE)]
Target = Annotated[float, PlainValidator(values.parse_target), WithJsonSchema(_RATE)]
History = Annotated[
    int,
    PlainValidator(values.parse_history),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": values.FEWEST_WEEKS, "maximum": values.MOST_WEEKS},
                {"type": "boolean"},
            ]
        }
    ),
]
Slug = Annotated[Text, AfterValidator(values.parse_slug), Field(json_schema_extra={"pattern": values.SLUG_PATTERN})]

Kind = Literal[
    "ad", "landing", "signup", "activation", "onboarding", "sales_talk", "demo", "payment", "retention",
    "referral", "expansion",
]  # fmt: skip
Phase = Literal["acquisition", "sales"]
_ACQUISITION = ("ad", "landing", "signup", "activation")


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Columns(_Model):
    """Which columns of the log say who, what and when."""

    entity: Text = Field("user_id", description="Who moves through the funnel: a user, an account")
    event: Text = Field("event", description="The event's name")
    time: Text = Field("timestamp", description="When it happened")
    id: Text | None = Field(None, description="Unique per event; later rows with the same id are duplicates")
    session: Text | None = Field(None, description="Which session of the entity; for count: sessions")


class Identity(_Model):
    """Two columns that name an entity: before and after it is known. Every anonymous id becomes its known one."""

    anonymous: Text = Field(description="The column of the id that an entity has before it is known")
    known: Text = Field(description="The column of the id that it has afterwards; null before")


class Source(_Model):
    """Where the event log is and how it is read."""

    path: Names | None = Field(None, description="File, glob or folder, or a list of them; relative to the funnel file")
    format: Literal["auto", "csv", "parquet", "ndjson"] = Field("auto", description="auto = by name and first bytes")
    columns: Columns = Field(default_factory=Columns, description="Which columns say who, what and when")
    filter: Where | None = Field(None, description="Which events are read at all, before everything else")
    identity: Identity | None = Field(
        None, description="One entity before and after it is known; then columns.entity is not read"
    )
    max_bad: Rate = Field(0.01, description="The share of rows that may be unreadable: 1% or 0.01")


class Capacity(_Model):
    """How many can pass a stage: the slots of a team, the seats of a lesson."""

    per_day: Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)] = Field(
        description="At most so many a day, on the weekdays on which the stage works"
    )


class Stage(_Model):
    """A node of the funnel: the events that reach it."""

    name: Slug = Field(description="Unique in the funnel: letters, digits, - and _")
    event: Names = Field(description="The event's name, or a list of names (any of them); * = any event")
    where: Where | None = Field(None, description="What must be true of the event, as a mapping or an SQL condition")
    label: Text = Field(
        default_factory=lambda stage: stage.get("name", ""), description="For people; default: the name"
    )
    kind: Kind | None = Field(None, description="What the stage is to the business; picks the playbook")
    phase: Phase | None = Field(
        default_factory=lambda stage: _default_phase(stage.get("kind")),
        description="acquisition (goal: signup) or sales (goal: payment); default: by kind",
    )
    owner: Text | None = Field(None, description="The team that answers for the conversion into this stage")
    optional: bool = Field(False, strict=True, description="Never blocks: later stages do without it")
    first_ever: bool = Field(
        False, strict=True, description="Only the entity's first event of that name in the whole log can match"
    )
    target: Target | None = Field(
        None, description="The conversion wanted from the previous stage: 75% or 0.75; not on the first stage"
    )
    within: Duration | None = Field(
        None, description="The longest time since the previous stage: 30m, 24h, 7d; not on the first stage"
    )
    capacity: Capacity | None = Field(None, description="How many can pass the stage; not on the first stage")
    runbook: Annotated[str, AfterValidator(values.parse_link)] | None = Field(
        None, description="A link to what to do when the stage narrows", json_schema_extra={"format": "uri"}
    )


class Exclusion(_Model):
    """Events that must not lie between two stages."""

    event: Annotated[Names, Field(min_length=1)] = Field(description="The event's name, or a list; * = any event")
    where: Where | None = Field(None, description="What must be true of the event")
    between: tuple[Slug, Slug] = Field(
        description="Two required stages: after the event of the first, before that of a later one up to the second"
    )
    effect: Literal["stop", "drop"] = Field(
        "stop", description="stop: what comes after does not count; drop: the entity leaves every count"
    )


class Value(_Model):
    """What a conversion is worth: a fixed amount, or a property of an event."""

    per_conversion: Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)] | None = Field(
        None, description="The worth of one conversion"
    )
    property: Text | None = Field(None, description="The property that holds the worth, instead of per_conversion")
    stage: Slug | None = Field(None, description="The stage whose event carries the property; default: the last")
    margin: Rate = Field(1.0, description="The share of the worth that is kept: 80% or 0.8")
    currency: Text | None = Field(None, description="For people: EUR")


class References(_Model):
    """Where the reference of a stage without a target comes from: the first of these that exists."""

    history: History = Field(
        values.USUAL_WEEKS, description="Its own last weeks, at most so many, at least 6; false: none"
    )
    segment: bool = Field(True, strict=True, description="Its best segment, where segments really differ")


class Funnel(_Model):
    """Ordered stages, and how entities pass them."""

    version: Literal[1] = Field(1, description="The version of this format")
    name: Text | None = Field(None, description="Default: the file's stem")
    description: str | None = Field(None, description="For people")
    timezone: Annotated[str, AfterValidator(values.parse_timezone)] = Field(
        "UTC", description="Of days, weeks and times without an offset: Europe/Berlin"
    )
    source: Source = Field(default_factory=Source, description="Where the event log is and how it is read")
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
    hold_constant: Names = Field((), description="Properties that all events of an attempt share with its entry")
    stages: Annotated[tuple[Stage, ...], Field(min_length=1, max_length=63)] = Field(description="In order")
    target: Target | None = Field(
        None, description="The conversion wanted from the first stage to the last required one: 1% or 0.01"
    )
    reference: References = Field(
        default_factory=References, description="Where the reference of a stage without a target comes from"
    )
    exclude: Annotated[tuple[Exclusion, ...], Field(max_length=63)] = Field(
        (), description="Events that must not lie between two stages"
    )
    segments: tuple[Text, ...] = Field((), description="The properties that the analysis looks into")
    attribution: Annotated[
        str,
        AfterValidator(values.parse_attribution),
        Field(json_schema_extra={"pattern": values.ATTRIBUTION_PATTERN}),
    ] = Field("entry", description="Where a journey's segment is read: entry, first, last or stage:NAME")
    value: Value | None = Field(None, description="What a conversion is worth")

    @model_validator(mode="wrap")
    @classmethod
    def _all_at_once(cls, raw: Any, handler: ModelWrapValidatorHandler[Funnel]) -> Funnel:
        """Adds what no field can see alone, even where a field is wrong: nobody mends a file twice."""
        found = [
            InitErrorDetails(type="value_error", loc=path, input=raw, ctx={"error": ValueError(message)})
            for path, message in cross_checks(raw)
        ]
        try:
            funnel = handler(raw)
        except ValidationError as error:
            fields = [
                InitErrorDetails(type=e["type"], loc=e["loc"], input=e["input"], ctx=e.get("ctx", {}))
                for e in error.errors()
            ]
            raise ValidationError.from_exception_data(cls.__name__, fields + found) from None
        if found:
            raise ValidationError.from_exception_data(cls.__name__, found)
        return funnel


def _default_phase(kind: Kind | None) -> Phase | None:
    if kind is None:
        return None
    return "acquisition" if kind in _ACQUISITION else "sales"


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
        "exclude": Exclusion,
        "stages": Stage,
        "stages.capacity": Capacity,
        "reference": References,
        "value": Value,
    }
    return tuple(models[path].model_fields)
