"""Prose that wraps, and text that depends on nothing outside."""

from __future__ import annotations

import pytest
from rich.text import Text

from growthctl.render.layout import grid, natural_width, printed, prose, prose_width


def test_prose_is_as_wide_as_people_read() -> None:
    assert [prose_width(width) for width in (None, 60, 80, 200)] == [80, 60, 80, 100]


def test_lines_are_aligned_behind_the_bullet() -> None:
    assert printed([prose("one two three four", 14, indent=2, bullet="1. ")], width=80, color=False).split("\n") == [
        "  1. one two",
        "     three",
        "     four",
        "",
    ]


def test_no_text_is_no_line() -> None:
    assert list(prose("", 80)) == []


@pytest.mark.parametrize(
    "variables",
    [
        {"COLUMNS": "10", "LINES": "1"},
        {"TERM": "dumb"},
        {"FORCE_COLOR": "1"},
        {"NO_COLOR": "1"},
        {"TTY_COMPATIBLE": "1"},
    ],
)
@pytest.mark.parametrize("color", [False, True])
def test_the_environment_changes_no_byte(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], color: bool
) -> None:
    def shown() -> str:
        return printed([["a long line of text", Text("bold", style="bold")]], width=None, color=color)

    before = shown()
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert shown() == before


def test_the_natural_width_is_that_of_a_table_which_nothing_squeezes() -> None:
    table = grid()
    table.add_column("heading")
    table.add_column("x")
    table.add_row("a", "b" * 200)
    assert natural_width(table) == len("heading") + 1 + 200
