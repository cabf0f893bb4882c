"""Times as a person says them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from growthctl import analyze
from growthctl.clock import LONG_AGO, NEVER, iso
from growthctl.errors import UsageError
from growthctl.questions.asked_times import PointInTime, Times
from tests.questions.shop import funnel, log

# In Berlin it is half past midnight on Sunday, 29 March 2026: the night in which clocks go forward.
END = int(datetime(2026, 3, 28, 23, 30, tzinfo=UTC).timestamp() * 1_000_000)


def since(text: PointInTime, timezone: str = "UTC") -> str | None:
    return iso(Times.of(text, None, None, timezone).range(END).since)


@pytest.mark.parametrize(
    ("text", "utc", "berlin"),
    [
        ("2026-03-01", "2026-03-01T00:00:00Z", "2026-02-28T23:00:00Z"),
        ("2026-03", "2026-03-01T00:00:00Z", "2026-02-28T23:00:00Z"),
        ("2026-W10", "2026-03-02T00:00:00Z", "2026-03-01T23:00:00Z"),
        ("2026W10", "2026-03-02T00:00:00Z", "2026-03-01T23:00:00Z"),
        ("today", "2026-03-28T00:00:00Z", "2026-03-28T23:00:00Z"),
        ("yesterday", "2026-03-27T00:00:00Z", "2026-03-27T23:00:00Z"),
        ("7d", "2026-03-21T00:00:00Z", "2026-03-21T23:00:00Z"),
        ("-4w", "2026-02-28T00:00:00Z", "2026-02-28T23:00:00Z"),
        ("36h", "2026-03-27T11:30:00Z", "2026-03-27T11:30:00Z"),
    ],
)
def test_a_time_is_a_day_a_month_a_week_or_back_from_the_end(text: str, utc: str, berlin: str) -> None:
    assert since(text) == utc
    assert since(text, "Europe/Berlin") == berlin


def test_a_date_of_python_is_a_day() -> None:
    assert since(date(2026, 3, 1)) == "2026-03-01T00:00:00Z"


def test_without_ends_a_range_has_none() -> None:
    assert Times.of(None, None, None, "UTC").range(END) == (LONG_AGO, NEVER)


@pytest.mark.parametrize(("start", "end"), [("2026-03-02", "2026-03-01"), ("2w", "4w"), ("7d", "2026-03-20")])
def test_a_range_that_is_empty_is_refused(start: str, end: str) -> None:
    with pytest.raises(UsageError, match=r"--since 2026-\S+ is not before --until 2026-"):
        Times.of(start, end, None, "UTC").range(END)


@pytest.mark.parametrize("text", ["soon", "7", "7x", "2026-13", "2026-W60", "last week"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--since: "):
        since(text)


def test_up_to_when_the_log_is_complete_is_a_time_of_its_own() -> None:
    assert Times.of(None, None, "2026-03", "UTC").as_of == 1_772_323_200_000_000
    with pytest.raises(UsageError, match="'7d' is not a time of its own"):
        Times.of(None, None, "7d", "UTC")


def test_back_is_counted_from_the_last_event_or_from_as_of() -> None:
    data = log("u1 09:00:00 visit", "u2 12:30:00 visit")
    assert analyze(funnel(), data, since="2h").stages[0].reached == 1
    assert analyze(funnel(), data, since="2h", as_of="2026-03-02T10:00").stages[0].reached == 1
    assert analyze(funnel(), data, since="today").data.since == "2026-03-02T00:00:00Z"
