"""What a careful reader must know about a log."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from growthctl import DataError, analyze, trend
from growthctl.report.funnel import Warning
from tests.questions.shop import funnel, log


def warnings(asked: dict[str, Any], data: pl.DataFrame) -> list[Warning]:
    found = analyze(asked, data).warnings
    # A trend knows the same about the log; what concerns the journeys is the analysis's alone.
    assert trend(asked, data).warnings == [warning for warning in found if warning.code != "out_of_order"]
    return found


def messages(asked: dict[str, Any], data: pl.DataFrame) -> list[tuple[str, str]]:
    return [(warning.code, warning.message) for warning in warnings(asked, data)]


CLEAN = ("u1 09:00:00 visit", "u1 09:01:00 cart", "u1 09:02:00 pay")


def test_a_clean_log_has_no_warnings() -> None:
    assert warnings(funnel(), log(*CLEAN)) == []


def test_an_event_that_never_occurs_is_named_with_its_stage_and_the_nearest_name() -> None:
    stages = [
        {"name": "visit", "event": "visit"},
        {"name": "buy", "event": ["pay", "payd"]},
    ]
    (warning,) = warnings(funnel(stages=stages), log(*CLEAN))
    assert (warning.code, warning.stage) == ("event_not_in_log", "buy")
    assert warning.message == "stage 'buy': the event 'payd' never occurs in the log"
    assert warning.hint == "did you mean 'pay'?"


def test_an_excluded_event_that_never_occurs_is_named_too() -> None:
    asked = funnel(exclude=[{"event": "refusal", "between": ["visit", "pay"]}])
    assert messages(asked, log(*CLEAN)) == [
        ("event_not_in_log", "exclude: the event 'refusal' never occurs in the log")
    ]


def test_rows_that_cannot_be_read_are_counted_and_the_first_shown() -> None:
    data = pl.concat([log(*CLEAN), log("u2 2026-03-02Tsoon visit")])
    (warning,) = warnings(funnel(source={"max_bad": "50%"}), data)
    assert (warning.code, warning.message) == ("bad_rows", "1 of 4 rows without a readable time")
    assert warning.hint == "the first: the frame, row 4 '2026-03-02Tsoon'"


def test_ids_that_belong_to_several_people_are_counted() -> None:
    asked = funnel(source={"identity": {"anonymous": "device", "known": "user_id"}})
    one = ("u1 09:00:00 visit device=d1", "u2 09:01:00 cart device=d1", "u2 09:02:00 pay device=d1")
    two = ("u1 09:00:00 visit device=d2", "u3 09:01:00 cart device=d2")
    linked = "linked to several known ids; the first link counts"
    assert messages(asked, log(*one))[0] == ("ambiguous_identity", f"1 anonymous id is {linked}")
    assert messages(asked, log(*one, *two))[0] == ("ambiguous_identity", f"2 anonymous ids are {linked}")


def test_numbers_of_1970_are_no_times_but_digits_of_a_day_are() -> None:
    days = log(*CLEAN).with_columns(timestamp=pl.lit(20_240_131))
    assert analyze(funnel(), days).data.first_event_at == "2024-01-31T00:00:00Z"
    with pytest.raises(DataError, match="without a readable time") as caught:
        analyze(funnel(), log(*CLEAN).with_columns(timestamp=pl.lit(714)))
    assert caught.value.problems[0].hint == (
        "numbers that count from a start? Set source.time_origin: 2024-01-01, and time_unit: s, m, h or d"
    )


@pytest.mark.parametrize("times", [{"since": "2027-01-01"}, {"until": "2020-01-01"}])
def test_a_range_outside_the_log_says_what_the_log_covers(times: dict[str, str]) -> None:
    found = [each for each in analyze(funnel(), log(*CLEAN), **times).warnings if each.code == "outside_log"]
    assert [each.message for each in found] == [
        "the range lies outside of the log, which covers 2026-03-02T09:00:00Z to 2026-03-02T09:02:00Z"
    ]
