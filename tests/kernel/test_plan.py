"""What a funnel says, as positions and microseconds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from growthctl.funnel.file import funnel_from_mapping
from growthctl.kernel.plan import ExclusionRule, Plan, at_age, choices, plan_of, without_drop

HOUR = 3_600_000_000


def plan(**changes: Any) -> Plan:
    stages = [
        {"name": "visit", "event": "visit"},
        {"name": "help", "event": "help", "optional": True},
        {"name": "cart", "event": "cart", "within": "1h"},
        {"name": "pay", "event": "pay", "within": "2h"},
    ]
    return plan_of(funnel_from_mapping({"stages": stages} | changes))


def test_optional_stages_are_positions_beside_the_required_ones() -> None:
    assert (plan().required, plan().optional) == ((0, 2, 3), (1,))


def test_the_anchor_of_a_stage_is_the_required_one_before() -> None:
    assert [plan().anchor(stage) for stage in (1, 2, 3)] == [0, 0, 2]


@pytest.mark.parametrize(("changes", "hours"), [({"window": "1d"}, 24), ({}, 3)])
def test_an_attempt_gives_up_after_the_window_else_after_all_limits_of_its_stages(
    changes: dict[str, str], hours: int
) -> None:
    assert plan(**changes).give_up == hours * HOUR


def test_without_window_and_limits_an_attempt_never_gives_up() -> None:
    stages = [{"name": "visit", "event": "visit"}, {"name": "pay", "event": "pay"}]
    assert plan(stages=stages).give_up is None


def test_an_exclusion_lies_between_positions_and_can_do_without_dropping() -> None:
    dropping = plan(exclude=[{"event": "refund", "between": ["cart", "pay"], "effect": "drop"}])
    assert dropping.exclusions == (ExclusionRule(2, 3, drop=True),)
    assert without_drop(dropping).exclusions == (ExclusionRule(2, 3, drop=False),)


def test_larger_choices_of_optional_stages_come_first_then_the_earlier_stages() -> None:
    assert list(choices([1, 3])) == [(1, 3), (1,), (3,), ()]


@pytest.mark.parametrize(
    ("window", "age", "expected"), [("14d", 48, 48), ("14d", 14 * 24, 14 * 24), ("14d", 400, 14 * 24), (None, 1, 1)]
)
def test_a_younger_age_cuts_the_window_and_an_older_one_changes_nothing(
    window: str | None, age: int, expected: int
) -> None:
    asked = plan(window=window) if window else plan()
    assert at_age(asked, age * HOUR) == replace(asked, window=expected * HOUR)


def test_an_age_at_which_all_limits_have_passed_changes_nothing() -> None:
    assert at_age(plan(), 3 * HOUR) == plan()
