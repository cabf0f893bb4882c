"""`growthctl explain`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from growthctl.errors import Exit
from tests.cli.project import REFUSED, Ran, write_project

Run = Callable[..., Ran]


def explained(growthctl: Run, entity: str, *more: str) -> dict[str, Any]:
    ran = growthctl("explain", "shop.yml", entity, "-f", "json", *more)
    assert (ran.code, ran.err) == (Exit.OK, "")
    report = json.loads(ran.out)
    Draft202012Validator(json.loads(growthctl("schema", "explanation").out)).validate(report)
    (explanation,) = report["explanations"]
    assert isinstance(explanation, dict)
    return explanation


@pytest.mark.parametrize(
    ("entity", "reached", "events"),
    [
        (
            "ada",
            [["visit", "cart", "pay"]],
            [("visit", None), ("cart", None), (None, "other_event"), ("pay", None), (None, "other_attempt")],
        ),
        ("bob", [["visit", "cart"]], [("visit", None), ("cart", None), (None, "excluded"), (None, "excluded")]),
        ("cleo", [["visit"]], [("visit", None), (None, "after_window")]),
        ("dan", [], [(None, "previous_stage_missing")]),
    ],
    ids=["full", "kept-out", "partial", "none"],
)
def test_every_event_fills_a_stage_or_has_a_reason(
    growthctl: Run, project: Path, entity: str, reached: list[list[str]], events: list[tuple[str | None, str | None]]
) -> None:
    write_project(project, **REFUSED)
    found = explained(growthctl, entity)
    assert [journey["reached"] for journey in found["journeys"]] == reached
    assert [(event["fills"], event["reason"]) for event in found["events"]] == events


def test_an_entity_that_an_exclusion_takes_out_is_excluded(growthctl: Run, project: Path) -> None:
    write_project(project, exclude=[{"event": "refuse", "between": ["cart", "pay"], "effect": "drop"}])
    found = explained(growthctl, "bob")
    assert (found["excluded"], found["journeys"]) == (True, [])


def test_a_range_moves_the_journey(growthctl: Run) -> None:
    found = explained(growthctl, "ada", "--since", "2026-03-02")
    assert found["events"][0]["reason"] == "entry_outside_range"
    assert found["journeys"][0]["entry_at"] == "2026-03-02T21:00:00Z"


def test_the_table_names_what_each_event_is_to_the_journey(growthctl: Run) -> None:
    lines = growthctl("explain", "shop.yml", "cleo").out.splitlines()
    assert lines[0] == "cleo in shop"
    assert lines[-2].split() == ["2026-03-01", "11:00:00", "visit", "visit"]
    assert lines[-1].endswith("after the window closed")


def test_nobody_of_that_name_is_exit_code_3(growthctl: Run) -> None:
    ran = growthctl("explain", "shop.yml", "zoe")
    assert (ran.code, ran.out) == (Exit.DATA, "")
    assert ran.err.startswith("error: no event of 'zoe' in the log (entities are values of 'user_id'; growthctl who")


def test_it_can_be_quiet_like_every_other_question(growthctl: Run) -> None:
    ran = growthctl("explain", "shop.yml", "cleo", "-q")
    assert (ran.code, ran.err, ran.out) == (Exit.OK, "", growthctl("explain", "shop.yml", "cleo").out)
