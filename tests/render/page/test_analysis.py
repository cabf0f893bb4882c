"""The first screen: short enough to be seen at once, and nothing on it that the JSON lacks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from growthctl import analyze
from growthctl.report.analysis import Analysis, Report
from growthctl.words import numbers
from growthctl.words.dates import Clocks, before
from tests.golden.test_golden import ANALYSES
from tests.render.pages import table_of

ROOT = Path(__file__).parents[3]
FUNNELS = ("saas_signup", "checkout", "b2b_accounts")
LINES_OF_A_TERMINAL = 24
MOST_LINES = 30
NUMBER = re.compile(r"\d(?:[\d,]*\d)?(?:\.\d+)?")


@pytest.fixture(scope="module")
def samples() -> dict[str, Analysis]:
    return {name: analyze(ROOT / "funnels" / f"{name}.yml") for name in FUNNELS}


def screen(analysis: Analysis, width: int | None = 80) -> str:
    return table_of(Report(analyses=[analysis]), width=width, color=False)


def scalars(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from scalars(each)
    elif value is not None and not isinstance(value, bool):
        yield value


def said(scalar: Any, clocks: Clocks) -> Iterator[str]:
    """All that a number, a time or a name of the JSON may be written as."""
    if isinstance(scalar, str):
        yield scalar
        if re.fullmatch(r"\d{4}-\d\d-\d\dT.*Z", scalar):
            yield from (
                clocks.moment(scalar),
                clocks.argument(scalar),
                clocks.days(scalar, scalar),
                clocks.day(before(scalar)),
            )
        return
    yield from (numbers.integer(scalar), numbers.declared(scalar), numbers.target(scalar), f"{scalar * 100:.0f}")
    if scalar >= 0:
        yield from (numbers.estimate(scalar), numbers.percent(scalar), numbers.significant(scalar))
        yield from (numbers.span(scalar), numbers.duration(scalar), numbers.significant(scalar * 100, 1))
        yield numbers.chance(scalar)


def unknown(analysis: Analysis) -> set[str]:
    """The numbers of the screen that the JSON lacks."""
    clocks = Clocks.of(analysis)
    known = {
        number
        for scalar in scalars(analysis.to_dict())
        for text in said(scalar, clocks)
        for number in NUMBER.findall(text)
    }
    # Every price is for 30 days, its range one of 95 %; how many lines are left out is no fact of the log.
    known |= {"30", "95"}
    shown = re.sub(r"\d+ more: *--details", "", " ".join(screen(analysis).split()))
    return set(NUMBER.findall(shown)) - known


@pytest.mark.parametrize("name", FUNNELS)
def test_every_number_on_the_screen_of_a_sample_is_in_the_json(samples: dict[str, Analysis], name: str) -> None:
    assert unknown(samples[name]) == set()


@pytest.mark.parametrize("name", ANALYSES)
def test_every_number_on_the_screen_of_a_verdict_is_in_the_json(name: str) -> None:
    assert unknown(ANALYSES[name]) == set()


def test_a_number_that_is_not_in_the_json_would_be_seen(samples: dict[str, Analysis]) -> None:
    saas = samples["saas_signup"]
    last = saas.stages[-1].model_copy(update={"reached": 46_464})
    odd = saas.model_copy(update={"warnings": [], "stages": [*saas.stages[:-1], last]})
    facts = odd.to_dict() | {"stages": saas.to_dict()["stages"]}
    known = {n for scalar in scalars(facts) for text in said(scalar, Clocks.of(saas)) for n in NUMBER.findall(text)}
    assert "46,464" in set(NUMBER.findall(screen(odd))) - known


def test_what_is_broken_and_the_queue_of_the_sample_stand_in_the_first_twelve_lines_of_one_terminal(
    samples: dict[str, Analysis],
) -> None:
    lines = screen(samples["saas_signup"]).splitlines()
    assert len(lines) < LINES_OF_A_TERMINAL  # the last one is the prompt
    top = " ".join(" ".join(lines[:12]).split())
    assert "BROKEN NOW Signup for device mobile, since 6 Mar → product" in top
    assert "Costs about 14.3 conversions per 30 days (95% range 6.7–19.0), worth EUR 13,700" in top
    assert "BOTTLENECK Demo attended: its 8 places a working day are full → sales" in top
    assert "Costs about 9.2 conversions per 30 days (2.5–15.6), worth EUR 8,850." in top


@pytest.mark.parametrize("name", ANALYSES)
def test_no_verdict_takes_more_than_a_screen(name: str) -> None:
    assert len(screen(ANALYSES[name]).splitlines()) <= MOST_LINES


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_no_line_is_wider_than_the_terminal_but_what_is_to_be_pasted(samples: dict[str, Analysis], width: int) -> None:
    wide = [line for line in screen(samples["saas_signup"], width).splitlines() if len(line) > width]
    assert all("growthctl " in line for line in wide)


def test_a_pipe_shows_what_a_terminal_of_eighty_columns_does(samples: dict[str, Analysis]) -> None:
    assert screen(samples["saas_signup"], None) == screen(samples["saas_signup"], 80)
