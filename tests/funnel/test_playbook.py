"""Playbook files: what to try, every problem at its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from growthctl.errors import Exit, SpecError
from growthctl.funnel.levers import Lever
from growthctl.funnel.playbook import load_playbook, playbook_from_mapping, playbook_schema

GOOD = "demo:\n  - {slug: call, text: Call., next_test: Call five.}\n"
LEVER = {"slug": "call", "text": "Call.", "next_test": "Call five."}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "ours.yml"


def problems(file: Path, text: str) -> list[tuple[int | None, int | None, str, str]]:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SpecError) as caught:
        load_playbook(file)
    assert caught.value.exit == Exit.USAGE
    assert {problem.file for problem in caught.value.problems} == {str(file)}
    return [(each.line, each.column, each.code, each.message) for each in caught.value.problems]


def test_a_playbook_gives_the_kinds_that_it_names(file: Path) -> None:
    file.write_text(GOOD + "default:\n  - {slug: ask, text: Ask., next_test: Ask five., when: [slow, small_sample]}\n")
    assert load_playbook(file) == {
        "demo": (Lever("call", "Call.", "Call five."),),
        "default": (Lever("ask", "Ask.", "Ask five.", ("slow", "small_sample")),),
    }
    assert playbook_from_mapping({"demo": [LEVER]}) == {"demo": (Lever("call", "Call.", "Call five."),)}


def test_all_problems_come_at_once_with_their_places_and_the_nearest_names(file: Path) -> None:
    text = """\
demmo:
  - {slug: a, text: b, next_test: c}
demo:
  - slug: a b
    text: ""
    next_tset: c
    when: [slwo]
ad: []
payment:
  - {slug: a, text: b, next_test: c}
  - {slug: a, text: b, next_test: c}
"""
    found = problems(file, text)
    assert [(line, column, code) for line, column, code, _ in found] == [
        (1, 1, "unknown_key"),
        (4, 5, "missing_key"),
        (4, 11, "invalid_value"),
        (5, 11, "invalid_value"),
        (6, 5, "unknown_key"),
        (7, 12, "invalid_value"),
        (8, 5, "invalid_value"),
    ]
    messages = [message for *_, message in found]
    assert messages[0] == "unknown key 'demmo'; did you mean 'demo'?"
    assert messages[4] == "demo[0]: unknown key 'next_tset'; did you mean 'next_test'?"
    assert messages[5].endswith("did you mean 'slow'?")


def test_two_levers_of_a_kind_cannot_share_a_slug(file: Path) -> None:
    assert problems(file, GOOD + "  - {slug: call, text: b, next_test: c}\n") == [
        (3, 12, "invalid_value", "demo[1].slug: 'call' names another lever of demo already")
    ]
    with pytest.raises(SpecError, match="names another lever"):
        playbook_from_mapping({"demo": [LEVER, LEVER]})


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("", (1, 1), "the file is empty"),
        ("- a\n", (1, 1), "a playbook is a mapping of keys to values, not a list"),
        ("demo: {a: b}\n", (1, 7), "demo: must be a list"),
        ("demo:\n  - call\n", (2, 5), "demo[0]: must be a mapping"),
        (GOOD + GOOD, (3, 1), "the key 'demo' stands here twice"),
        ("metrics: 1\n", (1, 1), "unknown key 'metrics'"),
    ],
)
def test_what_is_no_playbook_is_said_in_one_line(file: Path, text: str, place: tuple[int, int], message: str) -> None:
    ((line, column, _, found),) = problems(file, text)
    assert ((line, column), found) == (place, message)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "ours.yml").write_text(GOOD)
    with pytest.raises(SpecError, match=r"there is no file .*our.yml; did you mean 'ours.yml'\?"):
        load_playbook(tmp_path / "our.yml")


@pytest.mark.parametrize(
    ("playbook", "fits"),
    [({"demo": [LEVER]}, True), ({"demo": []}, False), ({"sale": [LEVER]}, False), ({"demo": [{"slug": "a"}]}, False)],
)
def test_the_schema_takes_what_is_read(playbook: dict[str, Any], *, fits: bool) -> None:
    schema = playbook_schema()
    Draft202012Validator.check_schema(schema)
    assert Draft202012Validator(schema).is_valid(playbook) == fits
