"""Which ranges are compared."""

from __future__ import annotations

import pytest

from growthctl.clock import DAY, HOUR, TimeRange
from growthctl.questions.comparing.compared_ranges import shares_of_week

MONDAY = 1_772_409_600_000_000
"""2026-03-02 in UTC."""


def by_day(span: TimeRange, timezone: str) -> list[float]:
    shares = shares_of_week(span, timezone)
    return [sum(shares[day * 24 : day * 24 + 24]) for day in range(7)]


def test_a_range_holds_its_weekdays_by_the_clock() -> None:
    assert by_day(TimeRange(MONDAY, MONDAY + 7 * DAY), "UTC") == pytest.approx([1 / 7] * 7)
    assert by_day(TimeRange(MONDAY, MONDAY + DAY // 2), "UTC") == pytest.approx([1, 0, 0, 0, 0, 0, 0])
    assert by_day(TimeRange(MONDAY - 6 * HOUR, MONDAY + 6 * HOUR), "UTC") == pytest.approx([0.5, 0, 0, 0, 0, 0, 0.5])
    berlin = by_day(TimeRange(MONDAY - 6 * HOUR, MONDAY + 6 * HOUR), "Europe/Berlin")
    assert berlin == pytest.approx([7 / 12, 0, 0, 0, 0, 0, 5 / 12])


def test_the_hours_of_a_day_are_told_apart() -> None:
    night, noon = (shares_of_week(TimeRange(MONDAY + at * HOUR, MONDAY + (at + 1) * HOUR), "UTC") for at in (3, 12))
    assert (night[3], noon[12], sum(night), sum(noon)) == (1, 1, 1, 1)
