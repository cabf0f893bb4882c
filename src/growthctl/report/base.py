"""What all parts of a report have in common."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

SCHEMA_VERSION: Literal["1.0"] = "1.0"

Number = Annotated[float, PlainSerializer(lambda value: float(f"{value:.12g}"), return_type=float, when_used="always")]
Rate = Annotated[Number, Field(ge=0, le=1)]


class Part(BaseModel):
    """A part of a report."""

    # The text below a field becomes its description in the Schema.
    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, json_schema_serialization_defaults_required=True
    )


class Answer(Part):
    """One element of the list that a command writes."""

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values."""
        return self.model_dump(mode="json")
