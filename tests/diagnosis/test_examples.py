"""The examples in the docstrings of this room."""

from __future__ import annotations

import doctest
from importlib import import_module
from pkgutil import iter_modules

import pytest

from growthctl import diagnosis


@pytest.mark.parametrize("name", [module.name for module in iter_modules(diagnosis.__path__)])
def test_every_example_shows_what_the_code_gives(name: str) -> None:
    assert doctest.testmod(import_module(f"growthctl.diagnosis.{name}")).failed == 0
