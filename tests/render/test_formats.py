"""The list of formats."""

from __future__ import annotations

from importlib import import_module

import pytest

from growthctl.render.formats import ENDINGS, FOR_PEOPLE, PAGES, RENDERERS
from growthctl.report.schemas import REPORTS

TARGETS = {target for formats in RENDERERS.values() for target in formats.values()} | set(PAGES.values())


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_every_format_has_a_function(target: str) -> None:
    module, _, name = target.partition(":")
    assert callable(getattr(import_module(module), name))


def test_every_kind_of_json_answer_can_be_written() -> None:
    assert set(REPORTS) == {kind for kind, formats in RENDERERS.items() if "json" in formats}


def test_an_ending_promises_a_format_that_something_is_written_in() -> None:
    assert set(ENDINGS.values()) < {format for formats in RENDERERS.values() for format in formats}


def test_what_people_read_is_drawn_from_pages() -> None:
    assert set(PAGES) == {kind for kind, formats in RENDERERS.items() if set(FOR_PEOPLE) & set(formats)}
