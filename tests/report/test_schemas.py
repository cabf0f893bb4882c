"""The texts below fields."""

from __future__ import annotations

from growthctl.report.base import Part
from growthctl.report.funnel import DataFacts
from growthctl.report.schemas import field_texts


def test_the_text_below_a_field_is_its_own() -> None:
    assert field_texts(DataFacts) == {
        "entities": "Distinct entities with an event of any stage.",
        "as_of": "The instant up to which the log is taken to be complete.",
    }


def test_a_class_without_fields_has_no_texts() -> None:
    assert field_texts(Part) == {}
