"""What a row of a file of changes may say."""

from __future__ import annotations

import pytest

from growthctl.funnel.conditions.parse import parse_condition
from growthctl.funnel.known_changes import KnownChange, known_change

STAGES = ["visit", "signup"]


def problems(**cells: str | None) -> list[tuple[str, str | None]]:
    return [(problem.message, problem.hint) for problem in known_change(0, {"what": "x", **cells}, STAGES)[1]]


def test_every_column_is_read_and_blanks_around_it_are_no_part_of_it() -> None:
    cells = {
        "what": " form v42 ",
        "stage": "signup",
        "where": "device = 'mobile'",
        "owner": "product",
        "url": "https://wiki.example/v42",
        "hoped": "+25%",
    }
    where = "device = 'mobile'"
    assert known_change(7, cells, STAGES) == (
        KnownChange(
            7, "form v42", "signup", where, parse_condition(where), "product", "https://wiki.example/v42", 0.25
        ),
        [],
    )


def test_an_empty_cell_or_a_missing_column_says_nothing() -> None:
    assert known_change(7, {"what": "x", "stage": " ", "hoped": None}, STAGES) == (KnownChange(7, "x"), [])


def test_all_that_is_wrong_with_a_row_is_said_at_once() -> None:
    assert problems(what="", stage="sinup", where="device =", url="ftp://x", hoped="25") == [
        ("'what' is empty", "say what was done"),
        ("stage: there is no stage 'sinup'; did you mean 'signup'?", None),
        ("where: expected a value, found the end", None),
        ("url: 'ftp://x' is not a link: write https://…", None),
        ("hoped: '25' is not a percentage that a rate may change by: write +25%", None),
    ]


def test_a_stage_that_is_like_none_is_answered_with_all_of_them() -> None:
    assert problems(stage="checkout") == [("stage: there is no stage 'checkout'; stages: visit, signup", None)]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://x y", "http://", "wiki.example/x", "https://x\n"])
def test_only_links_that_a_browser_opens_as_pages_are_links(url: str) -> None:
    assert [message for message, _ in problems(url=f"{url}")] == (
        [] if url.strip() == "https://x" else [f"url: {url!r} is not a link: write https://…"]
    )


@pytest.mark.parametrize(("text", "lift"), [("+25%", 0.25), ("25%", 0.25), ("-7.5%", -0.075), ("+150%", 1.5)])
def test_a_hope_is_a_part_of_the_rate(text: str, lift: float) -> None:
    assert known_change(0, {"what": "x", "hoped": text}, STAGES)[0].hoped == lift


@pytest.mark.parametrize("text", ["0.25", "25 %", "+ 25%", "-100%", "25pp", "nan%", "٢٥%"])
def test_what_is_no_percentage_or_leaves_less_than_nothing_is_refused(text: str) -> None:
    assert len(problems(hoped=text)) == 1
