"""Which format an answer is written in."""

from __future__ import annotations

from pathlib import Path

import pytest

from growthctl.cli.output import chosen
from growthctl.errors import UsageError


@pytest.mark.parametrize(
    ("format", "output", "expected"),
    [
        (None, None, "table"),
        (None, "x.txt", "table"),
        (None, "x.json", "json"),
        (None, "X.JSON", "json"),
        ("table", "x.json", "table"),
        ("json", "x.csv", "json"),
    ],
)
def test_the_format_is_the_one_asked_for_else_that_of_the_file_s_name(
    format: str | None, output: str | None, expected: str
) -> None:
    assert chosen("comparison", format, Path(output) if output else None) == expected


def test_a_name_that_promises_what_the_command_lacks_is_refused() -> None:
    with pytest.raises(UsageError, match=r"x.csv looks like csv") as caught:
        chosen("comparison", None, Path("x.csv"))
    assert caught.value.problems[0].hint == "it writes table, json: name another file, or say which with -f"
