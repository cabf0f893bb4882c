"""The examples in the docstrings of the statistics and of the diagnosis."""

from __future__ import annotations

import doctest
from importlib import import_module
from pkgutil import walk_packages

import pytest

from growthctl import diagnosis, stats

MODULES = [module.name for room in (stats, diagnosis) for module in walk_packages(room.__path__, f"{room.__name__}.")]


@pytest.mark.parametrize("name", MODULES)
def test_every_example_shows_what_the_code_gives(name: str) -> None:
    assert doctest.testmod(import_module(name)).failed == 0
