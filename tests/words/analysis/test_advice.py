"""Recommendations in words."""

from __future__ import annotations

from typing import Any

import pytest

from growthctl.report.advice import RecommendationFacts, TestPlanFacts
from growthctl.words.analysis.advice import measure, why, worth
from tests.golden import examples


def item(**changes: Any) -> RecommendationFacts:
    return examples.TRY[0].model_copy(update=changes)


def test_what_is_seen_besides_the_gap_is_the_reason() -> None:
    assert why(item(), examples.CONFIRMED) == "One in ten of those who go on takes 9.5 d or longer."
    few = item(trigger="small_sample", evidence={"entered": 11, "dropped": 9})
    assert why(few, examples.CONFIRMED) == "Only 11 have come this far, and 9 of them dropped: ask each."
    assert why(item(trigger="gap"), examples.CONFIRMED) == ""


def test_the_segment_that_holds_the_gap_is_named() -> None:
    expected = "device mobile holds 40% of the gap with 27% of the people."
    assert why(item(trigger="segment"), examples.CONFIRMED) == expected
    assert why(item(trigger="segment"), examples.IN_DOUBT) == ""


def test_a_finding_about_the_stage_is_told_as_it_is_elsewhere() -> None:
    lost = item(trigger="stage_silent")
    assert why(lost, examples.IN_DOUBT) == (
        "Demo attended: 0 instead of about 112 since 24 Feb 09:00: an outage or lost tracking."
    )
    assert why(lost, examples.CONFIRMED) == ""


def test_what_it_is_worth_has_an_interval_in_conversions_and_in_money() -> None:
    recoverable = examples.DEMO.recoverable
    assert recoverable is not None
    conversions = "About 17.7 more conversions to First payment per 30 days (95% range 12.4–23.7)"
    assert worth(recoverable, examples.CONFIRMED) == f"{conversions}, EUR 17,000 (11,900–22,800)"
    assert worth(recoverable.model_copy(update={"value": None}), examples.CONFIRMED) == conversions
    bare = {"currency": None, "value_low": None, "value_high": None}
    assert worth(recoverable.model_copy(update=bare), examples.CONFIRMED) == f"{conversions}, 17,000"


@pytest.mark.parametrize(
    ("days", "shown"),
    [(22, ", about 22 days at the present traffic"), (1, ", about 1 day at the present traffic"), (None, "")],
)
def test_how_to_measure_says_how_many_and_how_long(days: int | None, shown: str) -> None:
    test = TestPlanFacts(from_rate=0.25, to_rate=0.35, per_group=1_329, days=days)
    assert measure(item(measure=test), examples.CONFIRMED) == (
        f"1,329 in each half of those who reach Signup{shown}, to tell 35% from 25.0% (80% power, 5% level)."
    )


def test_nothing_is_said_about_a_measure_that_is_unknown() -> None:
    assert measure(item(measure=None), examples.CONFIRMED) == ""
