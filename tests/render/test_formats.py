"""The list of formats."""

from __future__ import annotations

from importlib import import_module

import pytest

from growthctl.render.formats import ENDINGS, RENDERERS
from growthctl.report.schemas import REPORTS


@pytest.mark.parametrize("target", sorted({target for formats in RENDERERS.values() for target in formats.values()}))
def test_every_format_has_a_function(target: str) -> None:
    module, _, name = target.partition(":")
    assert callable(getattr(import_module(module), name))


def test_every_kind_of_json_answer_can_be_written() -> None:
    assert set(REPORTS) == {kind for kind, formats in RENDERERS.items() if "json" in formats}


def test_an_ending_promises_a_format_that_something_is_written_in() -> None:
    assert set(ENDINGS.values()) < {format for formats in RENDERERS.values() for format in formats}
