"""What is compared with what."""

from __future__ import annotations

from growthctl.report.comparison import AssignmentFacts
from growthctl.words.comparison import sides
from tests.golden import comparisons


def test_both_sides_are_told_with_how_many_came_how_long_they_were_followed_and_who_got_to_the_end() -> None:
    assert sides.scope(comparisons.PRODUCT) == (
        "3,506 people against 3,624, each followed for 14 days; 16 got to First payment against 24."
    )


def test_arms_of_the_wrong_size_are_a_warning() -> None:
    halves = AssignmentFacts(this=100, against=200, p_equal=8e-9, p_steady=0.9, doubtful=True)
    page = comparisons.SEGMENTS.model_copy(update={"assignment": halves})
    assert "if each was to get half, the assignment is broken" in sides.arms(page)
    uneven = page.model_copy(update={"assignment": halves.model_copy(update={"p_equal": 0.5, "p_steady": 1e-5})})
    assert "shared the days unevenly" in sides.arms(uneven)
    fair = page.model_copy(update={"assignment": halves.model_copy(update={"doubtful": False})})
    assert sides.arms(fair) == ""


def test_who_got_to_the_end_is_said_of_the_last_stage_though_conversions_are_counted_to_an_earlier_one() -> None:
    shorter = comparisons.PRODUCT.model_copy(update={"conversions_to": "signup"})
    assert sides.scope(shorter).endswith("16 got to First payment against 24.")
