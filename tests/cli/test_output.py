"""Which format an answer is written in."""

from __future__ import annotations

from pathlib import Path

import pytest

from growthctl.cli.output import chosen, subject
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


@pytest.mark.parametrize(
    ("kind", "name", "hint"),
    [
        ("comparison", "x.csv", "name a file that ends in .json, .md or .txt, or say the format with -f"),
        ("analysis", "page.html", "name a file that ends in .json, .md or .txt, or say the format with -f"),
        ("analysis", "shop.pdf", "name a file that ends in .json, .md or .txt, or say the format with -f"),
        (
            "entities",
            "x.feather",
            "name a file that ends in .csv, .ndjson, .jsonl, .parquet, .xlsx, or say the format with -f",
        ),
    ],
)
def test_an_ending_that_the_command_cannot_write_is_refused(kind: str, name: str, hint: str) -> None:
    with pytest.raises(UsageError, match=rf"{name}: this command does not write \.\w+ files") as caught:
        chosen(kind, None, Path(name))
    assert caught.value.problems[0].hint == hint


def test_a_command_about_the_same_log_is_pasted_as_a_shell_takes_it() -> None:
    assert subject(Path("my funnels/shop.yml"), ["a b.csv", "c.csv"], "2026-03-01") == (
        "'my funnels/shop.yml' --data 'a b.csv' --data c.csv --as-of 2026-03-01"
    )
