"""What all parts of a report have in common."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, PlainSerializer

SCHEMA_VERSION: Literal["1.0"] = "1.0"

Number = Annotated[float, PlainSerializer(lambda value: float(f"{value:.12g}"), return_type=float, when_used="always")]
Rate = Annotated[Number, Field(ge=0, le=1)]


class Part(BaseModel):
    """A part of a report. In the Schema the text below a field is its description."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_serialization_defaults_required=True)

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """The Schema. Were pydantic to read the texts, it would do so at every start of the program."""
        from growthctl.report.schemas import field_texts

        schema = handler(core_schema)
        properties = handler.resolve_ref_schema(schema)["properties"]
        for name, text in field_texts(cls).items():
            if name not in cls.model_fields:
                continue
            properties[cls.model_fields[name].alias or name]["description"] = text
        return schema


class Answer(Part):
    """One element of the list that a command writes."""

    shown_by: ClassVar[tuple[Callable[[Any], str], Callable[[Any], str]] | None] = None
    """What makes a table of it, and what HTML: whoever imports `growthctl` says that, as no report knows a renderer."""

    def __str__(self) -> str:
        return super().__str__() if self.shown_by is None else self.shown_by[0](self)

    def _repr_html_(self) -> str | None:
        return None if self.shown_by is None else self.shown_by[1](self)

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return self.model_dump(mode="json")


def to_json(report: BaseModel) -> str:
    """The JSON text, indented, ending in a newline."""
    return json.dumps(report.model_dump(mode="json"), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
