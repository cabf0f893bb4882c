"""The types of fields: what a funnel file may write, what the model keeps, and its JSON Schema."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, WithJsonSchema

from growthctl.funnel import values
from growthctl.funnel.conditions.parse import Condition, parse_condition
from growthctl.funnel.presets import PRESETS, parse_preset
from growthctl.funnel.sections import column_lists

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
_LISTS = {"anyOf": [*_NAMES["anyOf"], {"type": "array", "items": _NAMES["anyOf"][1], "minItems": 1}]}
_SEGMENT = {
    "anyOf": [
        _NAME,
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["name", "from", "map"],
            "properties": {
                "name": _NAME,
                "from": _NAME,
                "map": {"type": "object", "additionalProperties": _NAME, "minProperties": 1},
            },
        },
    ]
}

Text = Annotated[str, Field(min_length=1)]
NameList = Annotated[tuple[Text, ...], Field(min_length=1), BeforeValidator(values.names), WithJsonSchema(_NAMES)]
FirstOfColumns = Annotated[str, PlainValidator(column_lists.parse_first_of), WithJsonSchema(_NAMES)]
TogetherColumns = Annotated[str, PlainValidator(column_lists.parse_together), WithJsonSchema(_LISTS)]
Segment = Annotated[str, PlainValidator(column_lists.parse_segment), WithJsonSchema(_SEGMENT)]
PropertyType = Annotated[
    str, PlainValidator(column_lists.parse_type), WithJsonSchema({"enum": list(column_lists.TYPES)})
]
Delimiter = Annotated[
    str,
    PlainValidator(column_lists.parse_delimiter),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 1}),
]
PresetName = Annotated[str, PlainValidator(parse_preset), WithJsonSchema({"enum": list(PRESETS)})]
Encoding = Annotated[Text, AfterValidator(values.parse_encoding)]
Instant = Annotated[Text, AfterValidator(values.parse_origin)]
Where = Annotated[Condition, PlainValidator(parse_condition), WithJsonSchema(_WHERE)]
Duration = Annotated[
    timedelta,
    PlainValidator(values.parse_duration),
    WithJsonSchema({"type": "string", "pattern": values.DURATION_PATTERN}),
]
TimeFormat = Annotated[Text, AfterValidator(values.parse_time_format)]
Share = Annotated[float, PlainValidator(values.parse_rate), WithJsonSchema(_RATE)]
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


class Section(BaseModel):
    """A mapping of the funnel file: unknown keys are refused, and nothing can be changed afterwards."""

    model_config = ConfigDict(frozen=True, extra="forbid")
