"""Which ranges are compared."""

from __future__ import annotations

import pytest

from growthctl.clock import DAY, HOUR, TimeRange
from growthctl.questions.comparing.compared_ranges import weekday_shares

MONDAY = 1_772_409_600_000_000
"""2026-03-02 in UTC."""


def test_a_range_holds_its_weekdays_by_the_clock() -> None:
    assert weekday_shares(TimeRange(MONDAY, MONDAY + 7 * DAY), "UTC") == pytest.approx([1 / 7] * 7)
    assert weekday_shares(TimeRange(MONDAY, MONDAY + DAY // 2), "UTC") == [1, 0, 0, 0, 0, 0, 0]
    assert weekday_shares(TimeRange(MONDAY - 6 * HOUR, MONDAY + 6 * HOUR), "UTC") == [0.5, 0, 0, 0, 0, 0, 0.5]
    berlin = weekday_shares(TimeRange(MONDAY - 6 * HOUR, MONDAY + 6 * HOUR), "Europe/Berlin")
    assert berlin == pytest.approx([7 / 12, 0, 0, 0, 0, 0, 5 / 12])
