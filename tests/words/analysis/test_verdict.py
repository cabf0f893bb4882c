"""The verdict in words."""

from __future__ import annotations

from typing import Any

import pytest

from growthctl.report.analysis import Analysis
from growthctl.report.stages import Now
from growthctl.words.analysis.verdict import explanation, measured
from growthctl.words.labels import rate, transition
from tests.golden import examples


def explained(analysis: Analysis) -> str:
    return " ".join(explanation(analysis))


def named(**changes: Any) -> Analysis:
    bottleneck = examples.CONFIRMED.bottleneck.model_copy(update=changes)
    return examples.CONFIRMED.model_copy(update={"bottleneck": bottleneck})


@pytest.mark.parametrize(
    ("converted", "entered", "text"),
    [(0, 0, "–"), (2, 11, "2 of 11"), (29, 29, "29 of 29"), (4, 1_234, "4 of 1,234"), (5, 30, "16.7%")],
)
def test_few_are_counted_and_not_put_in_percent(converted: int, entered: int, text: str) -> None:
    assert rate(converted, entered) == text


def test_a_transition_skips_optional_stages() -> None:
    stages = [stage.model_copy(update={"optional": stage.name == "demo"}) for stage in examples.CONFIRMED.stages]
    assert transition(examples.CONFIRMED.model_copy(update={"stages": stages}), "payment") == "Signup → First payment"


@pytest.mark.parametrize(
    ("more", "days", "sentence"),
    [
        (1, 1, "once 1 more has reached Signup: about 1 day at"),
        (920, 33, "once 920 more have reached Signup: about 33 days at"),
        (12_345, 1_000, "once 12,345 more have reached Signup: about 1,000 days at"),
    ],
)
def test_how_long_to_wait_is_in_the_right_number(more: int, days: int, sentence: str) -> None:
    assert sentence in explained(named(verdict="cannot_tell", more_entrants_needed=more, days_needed=days))


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("over_25_times_the_data", "that would take more than 25 times the data"),
        ("over_90_days", "that would take more than 90 days"),
        ("no_gap_seen", "No rate is visibly below its target"),
        ("nothing_ripe_at_reference", "nobody has reached a transition that has a target"),
    ],
)
def test_why_waiting_does_not_help_is_said(reason: str, sentence: str) -> None:
    assert sentence in explained(named(verdict="cannot_tell", unresolvable=reason))


def test_simpler_rules_are_mentioned_only_where_they_point_elsewhere() -> None:
    def said(drop: str, lowest: str) -> str:
        return explained(named(largest_drop=drop, lowest_rate=lowest))

    assert "Simpler rules" not in said("demo", "demo")
    assert "elsewhere: lowest rate at Landing page → Signup." in said("demo", "signup")
    assert "elsewhere: largest drop and lowest rate at Landing page → Signup." in said("signup", "signup")


def test_what_costs_assume_is_said_where_there_are_any() -> None:
    assert "as if whoever is regained went on like the others" in explained(examples.CONFIRMED)
    assert "regained" not in explained(examples.NONE_BELOW)


def test_the_example_of_a_target_is_above_the_present_rate() -> None:
    for now, example in ((0.2514, "target: 26% for demo"), (0.29, "target: 30%"), (0.999, "target: 100%")):
        ranking = [examples.DEMO.model_copy(update={"conversion_rate": now, "reference": None})]
        analysis = named(verdict="no_reference").model_copy(update={"ranking": ranking})
        assert example in explained(analysis)


@pytest.mark.parametrize(
    ("reached", "sentence"),
    [(0, "Nobody reached Ad click in this log and range."), (3, "The window of all who entered is still open.")],
)
def test_no_data_says_whether_to_wait_or_to_look_at_the_log(reached: int, sentence: str) -> None:
    first = examples.CONFIRMED.stages[0].model_copy(update={"reached": reached})
    analysis = named(verdict="no_data", stage=None, explained_by=[], explained_by_mix=[]).model_copy(
        update={"stages": [first, *examples.CONFIRMED.stages[1:]]}
    )
    assert explained(analysis).startswith(sentence)


def test_a_funnel_of_one_required_stage_is_told_what_it_lacks() -> None:
    first, second, *_ = examples.CONFIRMED.stages
    optional = second.model_copy(update={"optional": True})
    analysis = named(verdict="no_data", stage=None, explained_by=[], explained_by_mix=[]).model_copy(
        update={"stages": [first, optional]}
    )
    assert explained(analysis) == "There is no transition: add the required stage that should follow the first."


def test_a_rate_that_was_not_judged_over_all_days_is_the_one_that_was_and_says_of_when() -> None:
    demo = examples.CONFIRMED.stages[3]

    def sentence(now: Now | None) -> str:
        stages = [*examples.CONFIRMED.stages[:3], demo.model_copy(update={"now": now}), examples.CONFIRMED.stages[4]]
        lead = examples.DEMO.model_copy(update={"conversion_rate": 0.3})
        return measured(examples.CONFIRMED.model_copy(update={"stages": stages}), lead)

    def now(rate: float, since: str | None) -> Now:
        return Now(since_at=since, entered=100, converted=30, conversion_rate=rate, low=0.2, high=0.4)

    start = "Signup → Demo attended converts 30.0%"
    since = "2026-03-06T00:00:00Z"
    assert sentence(now(0.3, since)) == f"{start} since 6 Mar, target 35%."
    assert sentence(now(0.1, since)) == f"{start} as before 6 Mar, target 35%."
    assert sentence(now(0.3, None)) == f"{start} but for the days on which it had fallen, target 35%."
