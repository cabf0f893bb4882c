"""What moved, as the first screen says it."""

from __future__ import annotations

import pytest

from growthctl.report.comparison import Comparison, ComparisonReport, FaultFacts
from growthctl.words.comparison import moves
from tests.golden import comparisons
from tests.render.pages import table_of

FAULT = FaultFacts(
    code="stage_silent",
    cause="tracking",
    stage="landing",
    segment=None,
    since_at="2026-02-19T12:00:00Z",
    until_at="2026-02-19T18:00:00Z",
    observed=3,
    expected=76,
    upstream=280,
    share=None,
    conversion_rate=None,
    usual_rate=None,
    median_seconds=None,
    weekdays=[],
    missing_conversions=70,
    probability=1e-9,
    material=False,
    side="against",
)
UNJUDGED = comparisons.USUAL[0].model_copy(update={"judged": False, "p_value": None})
FAULTY = {"faults": [FAULT], "stages": [UNJUDGED, *comparisons.USUAL[1:]]}


def first(comparison: Comparison) -> moves.Move:
    return next(moves.moves(comparison))


def sentences(name: str) -> str:
    return " ".join(first(comparisons.ALL[name]).sentences)


@pytest.mark.parametrize(
    ("name", "tag", "text", "owner"),
    [
        ("product", "FELL", "Signup for device mobile", "product"),
        ("mix", "MORE CAME", "2,120 people instead of 1,812 (+17%)", "marketing"),
        ("segments", "LOWER", "Signup", "product"),
        ("unripe", "TOO YOUNG", "Nothing moved at the same age", ""),
        ("no-change", "NO FINDING", "Nothing is seen to move beyond its usual ups and downs", ""),
        ("inside", "FELL", "Signup for device mobile and country (none)", "product"),
        ("no-data", "NO DATA", "Nobody entered on one of the sides", ""),
    ],
)
def test_the_finding_is_one_line(name: str, tag: str, text: str, owner: str) -> None:
    assert first(comparisons.ALL[name])[:3] == (tag, text, owner)


def test_a_part_is_told_with_its_own_rates_and_effect_beside_those_of_all() -> None:
    assert sentences("product").startswith("13.3% before, 4.0% after; everybody else 13.8% → 12.6%. 8.8 fewer")
    assert "Chance moves Signup so far less than once in 1,000 times." in sentences("product")
    assert "Chance moves Signup so far about once in 91 times." in " ".join(
        sentence for move in moves.moves(comparisons.MIX) for sentence in move.sentences
    )


def test_at_most_three_moves_are_told() -> None:
    assert [move.tag for move in moves.moves(comparisons.MIX)] == ["MORE CAME", "FELL", "FELL"]


def test_what_the_log_lacks_is_not_judged_and_named() -> None:
    page = comparisons.PRODUCT.model_copy(update=FAULTY)
    assert moves.not_judged(page) == [
        "Landing page: 'Before' lacks events from 19 Feb 12:00 to 18:00: 3 instead of about 76."
    ]
    assert moves.cells(UNJUDGED)[3] == "not judged"
    assert moves.rest(page).startswith("Nothing else that can be judged ")
    calm = comparisons.NO_CHANGE.model_copy(update=FAULTY)
    assert first(calm).text.startswith("Nothing that can be judged ")


def test_a_silence_that_concerns_few_is_named_though_the_stage_is_judged() -> None:
    page = comparisons.PRODUCT.model_copy(update={"faults": [FAULT]})
    assert moves.not_judged(page)[0].endswith("(judged all the same: few are concerned).")


def test_a_cell_is_in_points_and_says_of_chance_in_one_word() -> None:
    landing, signup, *_ = comparisons.USUAL
    assert moves.cells(signup)[3] == "-4.9 (-6.5 to -3.3)"
    assert moves.cells(landing)[3].endswith(", chance")


def test_without_whole_weeks_before_only_chance_is_ruled_out() -> None:
    short = comparisons.PRODUCT.model_copy(update={"weeks_known": False})
    assert moves.rest(short) == "Nothing else is seen to move beyond chance."
    assert moves.rest(comparisons.PRODUCT) == "Nothing else is seen to move beyond its usual ups and downs."


def test_what_all_did_together_is_the_change_of_the_conversions() -> None:
    assert "all together -8.0." in " ".join(moves.notes(comparisons.PRODUCT))


def test_colour_and_marks_point_at_the_same_rows() -> None:
    text = table_of(ComparisonReport(comparisons=[comparisons.PRODUCT]), width=80, color=False)
    marked = [line[2:].split()[0] for line in text.splitlines() if line.startswith("! ")]
    assert marked == ["FELL", "Signup"]
