"""The section `value`: what a conversion is worth."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from growthctl.funnel.sections.fields import Section, Share, Slug, Text


class Value(Section):
    """What a conversion is worth: a fixed amount, or a property of an event."""

    per_conversion: Annotated[float, Field(strict=True, ge=0, allow_inf_nan=False)] | None = Field(
        None, description="The worth of one conversion"
    )
    property: Text | None = Field(None, description="The property that holds the worth, instead of per_conversion")
    stage: Slug | None = Field(None, description="The stage whose event carries the property; default: the last")
    margin: Share = Field(1.0, description="The share of the worth that is kept: 80% or 0.8")
    currency: Text | None = Field(None, description="For people: EUR")
