"""What each event of an entity is to its journey."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import polars as pl
import pytest

from growthctl import entities, explain
from growthctl.errors import DataError
from growthctl.words.journey import journeys
from tests.questions.shop import funnel, log

EXCLUDE = {"event": "refuse", "between": ["cart", "pay"]}


def told(data: pl.DataFrame, entity: str = "u1", question: dict[str, Any] | None = None, **changes: Any) -> list[str]:
    """For each event the stage that it fills, or why it fills none."""
    return [
        event.fills or str(event.reason)
        for event in explain(funnel(**changes), data, entity=entity, **question or {}).events
    ]


def test_each_event_fills_a_stage_or_says_why_not() -> None:
    data = log(
        "u1 08:00:00 cart",
        "u1 09:00:00 visit",
        "u1 09:01:00 pay",
        "u1 09:02:00 cart",
        "u1 09:03:00 cart",
        "u1 09:04:00 scroll",
        "u1 10:00:00.000001 pay",
        "u2 09:00:00 visit",
    )
    assert told(data) == [
        "before_entry",
        "visit",
        "previous_stage_missing",
        "cart",
        "stage_already_filled",
        "other_event",
        "after_window",
    ]


def test_a_condition_that_is_not_true_is_the_reason() -> None:
    stages = [{"name": "visit", "event": "visit", "where": {"plan": "pro"}}, {"name": "pay", "event": "pay"}]
    data = log("u1 09:00:00 visit plan=free", "u1 09:01:00 visit plan=pro")
    assert told(data, stages=stages) == ["condition_false", "visit"]


def test_a_stage_s_own_limit_is_the_reason() -> None:
    stages = [{"name": "visit", "event": "visit"}, {"name": "cart", "event": "cart", "within": "5m"}]
    data = log("u1 09:00:00 visit", "u1 09:05:01 cart")
    assert told(data, stages=stages) == ["visit", "too_late"]


def test_what_comes_before_a_stage_s_after_is_too_early_whether_or_not_a_later_event_fills_it() -> None:
    stages = [{"name": "visit", "event": "visit"}, {"name": "back", "event": "visit", "after": "5m"}]
    stages.append({"name": "pay", "event": "pay", "after": "1h"})
    data = log("u1 09:00:00 visit", "u1 09:04:59 visit", "u1 09:05:00 visit", "u1 10:04:59 pay")
    assert told(data, entry="first", stages=stages, window=None) == ["visit", "too_early", "back", "too_early"]


def test_a_stage_that_was_passed_is_reached_without_an_event() -> None:
    data = log("u1 09:00:00 cart", "u1 09:01:00 pay", "u1 09:02:00 visit", "u1 09:03:00 cart")
    explained = explain(funnel(skipped="passed"), data, entity="u1")
    assert [event.fills or event.reason for event in explained.events][:2] == ["cart", "pay"]
    (journey,) = explained.journeys
    assert (journey.reached, journey.passed) == (["visit", "cart", "pay"], ["visit"])
    assert "reached visit (passed), cart, pay" in next(journeys(explained))


def test_an_entry_outside_the_range_is_the_reason() -> None:
    data = log("u1 09:00:00 visit", "u1 10:00:00 visit", "u1 11:00:00 visit")
    question = {"since": "2026-03-02T09:30:00", "until": "2026-03-02T11:00:00"}
    assert told(data, question=question) == ["entry_outside_range", "visit", "entry_outside_range"]


def test_an_entry_beside_the_journey_starts_an_attempt_that_goes_no_deeper() -> None:
    data = log("u1 09:00:00 visit", "u1 09:30:00 visit", "u1 10:15:00 cart")
    assert told(data) == ["other_attempt", "visit", "cart"]


def test_an_exclusion_is_the_reason_and_drop_takes_the_entity_out() -> None:
    data = log("u1 09:00:00 visit", "u1 09:01:00 cart", "u1 09:02:00 refuse", "u1 09:03:00 pay")
    assert told(data, exclude=[EXCLUDE]) == ["visit", "cart", "excluded", "excluded"]
    gone = explain(funnel(exclude=[EXCLUDE | {"effect": "drop"}]), data, entity="u1")
    assert (gone.excluded, gone.journeys) == (True, [])
    assert gone.events[0].reason == "excluded"


def test_of_two_events_in_one_instant_each_fills_its_own_stage() -> None:
    assert told(log("u1 09:00:00 cart", "u1 09:00:00 visit", "u1 09:00:00 visit")) == [
        "cart",
        "visit",
        "stage_already_filled",
    ]


def test_an_event_that_matches_two_stages_fills_one() -> None:
    stages = [{"name": "first", "event": "visit"}, {"name": "second", "event": "visit"}]
    found = explain(funnel(stages=stages), log("u1 09:00:00 visit", "u1 09:01:00 visit"), entity="u1")
    assert [(event.matches, event.fills) for event in found.events] == [
        (["first", "second"], "first"),
        (["first", "second"], "second"),
    ]


def test_in_any_order_each_event_that_adds_a_stage_fills_it() -> None:
    data = log("u1 09:00:00 pay", "u1 09:01:00 pay", "u1 09:02:00 visit")
    assert told(data, order="any") == ["pay", "stage_already_filled", "visit"]


def test_attempts_one_after_the_other_are_numbered() -> None:
    data = log("u1 09:00:00 visit", "u1 09:01:00 cart", "u1 12:00:00 visit", "u1 12:30:00 visit")
    found = explain(funnel(count="attempts"), data, entity="u1")
    assert [(event.fills, event.journey) for event in found.events] == [
        ("visit", 1),
        ("cart", 1),
        ("visit", 2),
        (None, None),
    ]
    assert [journey.window_closes_at for journey in found.journeys] == ["2026-03-02T10:00:00Z", "2026-03-02T13:00:00Z"]


def test_who_never_entered_is_explained_and_who_is_not_in_the_log_is_an_error() -> None:
    data = log("u1 09:00:00 pay", "u2 09:00:00 visit")
    assert told(data) == ["previous_stage_missing"]
    with pytest.raises(DataError, match="no event of 'u3' in the log"):
        told(data, "u3")


def test_a_number_is_found_by_its_text() -> None:
    data = log("7 09:00:00 visit").with_columns(pl.col("user_id").cast(pl.Int64))
    assert told(data, "7") == ["visit"]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"order": "strict"},
        {"count": "attempts"},
        {"count": "sessions", "session_gap": "5m"},
        {"exclude": [EXCLUDE]},
        {"entry": "first"},
        {"ties": "later"},
    ],
)
def test_an_explanation_reaches_what_the_list_reaches(changes: dict[str, Any]) -> None:
    names, stages = ("visit", "cart", "pay", "refuse", "scroll"), ("visit", "cart", "pay")
    data = log(*(f"u{n % 5} {9 + n // 20:02}:{n * 7 % 60:02}:00 {names[n * n % 11 % 5]}" for n in range(60)))
    listed = entities(funnel(**changes), data, stage="visit")
    for entity in listed["entity"].unique().to_list():
        rows = listed.filter(pl.col("entity") == entity).select(stages).rows()
        expected = [[stage for stage, at in zip(stages, row, strict=True) if at] for row in rows]
        found = explain(funnel(**changes), data, entity=entity)
        assert [journey.reached for journey in found.journeys] == expected
        filled = [event.fills for event in found.events if event.fills]
        assert sorted(filled) == sorted(stage for stages in expected for stage in stages)
        assert all((event.fills is None) != (event.reason is None) for event in found.events)


def test_attempts_of_different_held_values_run_beside_each_other() -> None:
    data = log(
        "u1 09:00:00 visit plan=solo",
        "u1 09:01:00 visit plan=duo",
        "u1 09:02:00 visit plan=solo",
        "u1 09:03:00 cart plan=solo",
        "u1 09:04:00 cart plan=duo",
        "u1 09:05:00 cart plan=trio",
    )
    held: dict[str, Any] = {"count": "attempts", "hold_constant": ["plan"]}
    assert told(data, **held) == ["visit", "visit", "stage_already_filled", "cart", "cart", "other_value_held"]
    told_of = explain(funnel(**held), data, entity="u1")
    assert [event.journey for event in told_of.events] == [1, 2, None, 1, 2, None]


def calls(number: int) -> int:
    """How many steps of Python it takes to explain so many events."""
    lines = [
        f"u1 {n // 60:02}:{n % 60:02}:00 {'refuse' if n % 7 == 3 else ('visit', 'cart', 'cart', 'pay')[n % 4]}"
        for n in range(number)
    ]
    data, asked, counted = log(*lines), funnel(count="attempts", window=None, exclude=[EXCLUDE]), 0

    def count(_: FrameType, event: str, __: object) -> None:
        nonlocal counted
        counted += event == "call"

    sys.setprofile(count)
    explain(asked, data, entity="u1")
    sys.setprofile(None)
    return counted


def test_four_times_the_events_take_about_four_times_the_steps() -> None:
    few = calls(300)
    assert calls(1_200) < 5 * few
