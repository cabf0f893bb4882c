"""Whole days of a range on local clocks, and who entered on each."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from growthctl.clock import DAY, HOUR, TimeRange
from growthctl.kernel.daily_entries import days_inside, entries_per_day
from tests.kernel.some_journeys import found


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000


def day(text: str) -> int:
    return at(text) // DAY


@pytest.mark.parametrize(
    ("timezone", "since", "until", "first", "after"),
    [
        ("UTC", "2026-03-01", "2026-03-03", "2026-03-01", "2026-03-03"),
        ("UTC", "2026-03-01 00:00:01", "2026-03-02 23:59:59", "2026-03-02", "2026-03-02"),
        ("Europe/Berlin", "2026-03-28 23:00", "2026-03-29 22:00", "2026-03-29", "2026-03-30"),
        ("Europe/Berlin", "2026-03-28 23:00", "2026-03-29 21:59", "2026-03-29", "2026-03-29"),
        ("America/New_York", "2026-03-01", "2026-03-03", "2026-03-01", "2026-03-02"),
        # Clocks went from midnight to one: the day began then.
        ("America/Asuncion", "2024-10-06 04:00", "2024-10-08 03:00", "2024-10-06", "2024-10-08"),
    ],
)
def test_a_day_counts_from_its_first_instant_to_its_last(
    timezone: str, since: str, until: str, first: str, after: str
) -> None:
    assert days_inside(TimeRange(at(since), at(until)), timezone) == range(day(first), day(after))


def test_a_range_without_an_end_has_no_days() -> None:
    with pytest.raises(ValueError, match="no end"):
        days_inside(TimeRange(), "UTC")


def test_entries_are_counted_on_the_day_on_which_clocks_show_them() -> None:
    # In Berlin 29 March has 23 hours.
    times = [at("2026-03-28 22:59"), at("2026-03-28 23:00"), at("2026-03-29 21:59"), at("2026-03-29 22:00")]
    days = range(day("2026-03-28"), day("2026-03-30"))
    journeys = found([[time] for time in times], 1)
    assert entries_per_day([journeys], days, "Europe/Berlin").tolist() == [[1, 2]]
    numbers = [np.array([0, 1, 0, 1])]
    assert entries_per_day([journeys], days, "Europe/Berlin", numbers, 2).tolist() == [[1, 1], [0, 1]]


def test_the_first_entry_counts_and_not_the_journeys_own() -> None:
    journeys = found([[DAY + HOUR]], 1, first=[HOUR])
    assert entries_per_day([journeys, journeys], range(2), "UTC").tolist() == [[2, 0]]


def test_of_no_days_nothing_is_counted() -> None:
    assert entries_per_day([found([[HOUR]], 1)], range(0), "UTC").shape == (1, 0)
