"""`growthctl paths`."""

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


def answered(growthctl: Run, *asked: str) -> dict[str, Any]:
    ran = growthctl("paths", "shop.yml", *asked, "-q", "-f", "json")
    assert (ran.code, ran.err) == (Exit.OK, "")
    report = json.loads(ran.out)
    Draft202012Validator(json.loads(growthctl("schema", "paths").out)).validate(report)
    (paths,) = report["paths"]
    assert isinstance(paths, dict)
    return paths


def test_the_table_says_who_reached_the_stage_and_what_came_next(growthctl: Run) -> None:
    ran = growthctl("paths", "shop.yml", "--after", "cart")
    assert (ran.code, ran.err) == (Exit.OK, "")
    lines = ran.out.splitlines()
    assert lines[:3] == [
        "shop: what comes after Cart",
        "3 people reached Cart: 2 went on to Pay, 0 dropped, 1 may still go on.",
        "Below: all of them; the 1 with what they have done so far.",
    ]
    assert [line.split()[:2] for line in lines[5:7]] == [["help", "1"], ["refuse", "1"]]
    assert any(line.startswith("help → pay → (nothing more)") for line in lines)


@pytest.mark.parametrize(
    ("option", "journeys", "first"), [((), 3, "help"), (("--reached",), 2, "help"), (("--dropped",), 0, None)]
)
def test_reached_and_dropped_choose_who_is_looked_at(
    growthctl: Run, option: tuple[str, ...], journeys: int, first: str | None
) -> None:
    paths = answered(growthctl, "--after", "cart", *option)
    assert (paths["journeys"], paths["outcome"]) == (journeys, option[0][2:] if option else None)
    assert next((step["event"] for step in paths["events"]), None) == first


def test_before_looks_back_and_steps_say_how_far(growthctl: Run) -> None:
    paths = answered(growthctl, "--before", "pay", "--steps", "2")
    assert [path["events"] for path in paths["paths"]] == [["cart", "help"], ["cart", "refuse"]]


def test_who_an_exclusion_stops_did_not_go_on(growthctl: Run, project: Path) -> None:
    write_project(project, **REFUSED)
    paths = answered(growthctl, "--after", "cart", "--dropped")
    assert [path["events"] for path in paths["paths"]] == [["refuse", "pay"]]


def test_the_log_and_the_range_can_be_chosen(growthctl: Run, project: Path) -> None:
    (project / "log.csv").rename(project / "elsewhere.csv")
    asked = ("--after", "visit", "--data", "elsewhere.csv", "--since", "2026-03-02", "--memory", "100MB")
    assert answered(growthctl, *asked)["reached"] == 2
    late = answered(growthctl, "--after", "visit", "--data", "elsewhere.csv", "--as-of", "2026-03-01T12:00Z")
    assert late["reached"] == 3


def test_markdown_and_json_also_go_by_the_name_of_the_file(growthctl: Run, project: Path) -> None:
    page = growthctl("paths", "shop.yml", "--after", "cart", "-f", "markdown").out
    assert page.startswith("## shop: what comes after Cart\n\n- 3 people reached Cart")
    growthctl("paths", "shop.yml", "--after", "cart", "-o", "paths.md")
    assert (project / "paths.md").read_text() == page
    growthctl("paths", "shop.yml", "--after", "cart", "-o", "paths.json")
    assert (project / "paths.json").read_text() == growthctl("paths", "shop.yml", "--after", "cart", "-f", "json").out


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ((), "error: paths go on from a stage: --after STAGE or --before STAGE (stages: visit, cart, pay)\n"),
        (("--after", "crt"), "error: there is no stage 'crt'; did you mean 'cart'? (stages: visit, cart, pay)\n"),
        (("--after", "pay", "--dropped"), "error: --dropped: nobody goes on from 'pay', no required stage follows"),
        (("--after", "cart", "--steps", "11"), "error: --steps 11 is not from 1 to 10\n"),
        (("--after", "cart", "--steps", "two"), "error: Invalid value for '--steps'"),
    ],
)
def test_a_question_that_makes_no_sense_is_one_line_and_exit_code_2(
    growthctl: Run, asked: tuple[str, ...], says: str
) -> None:
    ran = growthctl("paths", "shop.yml", *asked)
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert ran.err.startswith(says)


def test_a_name_from_the_log_is_shown_and_not_obeyed(growthctl: Run, project: Path) -> None:
    log = (project / "log.csv").read_text()
    (project / "log.csv").write_text(log.replace("help", "[red]|<b>\x1b"))
    assert "[red]|<b>� → pay" in growthctl("paths", "shop.yml", "--after", "cart").out
    assert r"\[red\]\|&lt;b&gt;� → pay" in growthctl("paths", "shop.yml", "--after", "cart", "-f", "markdown").out
    names = [step["event"] for step in answered(growthctl, "--after", "cart")["events"]]
    assert names == ["[red]|<b>\x1b", "refuse"]
