"""Which events a question rests on, and of which time."""

from __future__ import annotations

from typing import Any

import pytest

from growthctl.clock import DAY, LONG_AGO, NEVER, TimeRange
from growthctl.funnel.file import funnel_from_mapping
from growthctl.kernel.needed_rows import NeededRows, needed_rows
from growthctl.kernel.plan import plan_of

MONTH = TimeRange(100 * DAY, 130 * DAY)


def needed(entries: TimeRange = MONTH, /, **changes: Any) -> NeededRows:
    stages = [{"name": "visit", "event": "visit"}, {"name": "pay", "event": ["pay", "paid"]}]
    funnel = funnel_from_mapping({"stages": stages, "window": "7d"} | changes)
    return needed_rows(funnel, plan_of(funnel), entries)


def test_the_events_of_stages_and_exclusions_are_needed_from_a_window_before_the_range_to_one_after_it() -> None:
    exclude = [{"event": "refund", "between": ["visit", "pay"]}]
    assert needed(exclude=exclude) == NeededRows(
        ("paid", "pay", "refund", "visit"), TimeRange(93 * DAY, 137 * DAY), (), None, None
    )


def test_without_a_range_all_times_are_needed_and_there_is_nothing_to_say_about_it() -> None:
    assert needed(TimeRange())[1:] == (TimeRange(), (), None, None)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"order": "strict"}, "strict"),
        ({"count": "sessions"}, "sessions"),
        ({"stages": [{"name": "any", "event": "*"}]}, "wildcard"),
        ({"exclude": [{"event": "*", "between": ["visit", "pay"]}]}, "wildcard"),
    ],
)
def test_any_event_is_needed_where_it_may_be_of_a_stage_between_two_or_of_a_session(
    changes: dict[str, Any], why: str
) -> None:
    assert (needed(**changes).events, needed(**changes).any_event_for) == (None, why)


def test_sessions_of_a_column_need_no_other_events() -> None:
    assert needed(count="sessions", source={"columns": {"session": "s"}}).any_event_for is None


@pytest.mark.parametrize(
    ("changes", "range", "why"),
    [
        ({"window": None}, TimeRange(), "no_limit"),
        ({"skipped": "passed"}, TimeRange(LONG_AGO, 137 * DAY), "passed"),
        (
            {"stages": [{"name": "any", "event": "*", "first_ever": True}]},
            TimeRange(LONG_AGO, 137 * DAY),
            "any_first",
        ),
    ],
)
def test_what_has_no_limit_of_time_needs_all_of_it(changes: dict[str, Any], range: TimeRange, why: str) -> None:
    assert (needed(**changes).range, needed(**changes).any_time_for) == (range, why)


def test_limits_of_some_stages_are_no_limit_of_the_whole_attempt() -> None:
    stages = [{"name": name, "event": name} for name in "abc"]
    stages[1]["within"] = "2d"
    assert needed(window=None, stages=stages).range == TimeRange(98 * DAY, NEVER)
    stages[2]["within"] = "3d"
    assert needed(window=None, stages=stages).range == TimeRange(95 * DAY, 135 * DAY)


def test_without_a_window_an_event_that_drops_may_come_at_any_time() -> None:
    stages = [{"name": "visit", "event": "visit"}, {"name": "pay", "event": "pay", "within": "2d"}]
    for effect, until in (("stop", 132 * DAY), ("drop", NEVER)):
        exclude = [{"event": "refund", "between": ["visit", "pay"], "effect": effect}]
        assert needed(window=None, stages=stages, exclude=exclude).range == TimeRange(98 * DAY, until)


def test_of_events_that_must_be_the_first_ever_the_whole_past_is_needed() -> None:
    stages = [{"name": "visit", "event": "visit", "first_ever": True}, {"name": "pay", "event": "pay"}]
    assert needed(stages=stages)[:3] == (("pay", "visit"), TimeRange(93 * DAY, 137 * DAY), ("visit",))
    assert needed(TimeRange(until=130 * DAY), stages=stages).whole_past == ()
