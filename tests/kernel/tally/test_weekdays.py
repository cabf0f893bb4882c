"""The weekdays on which a stage is reached."""

from __future__ import annotations

import numpy as np

from growthctl.clock import DAY, NEVER
from growthctl.kernel.tally.weekdays import Weekdays, weekdays
from growthctl.stats.arrays import Ints

HOUR = DAY // 24


def reached(*moments: int | None) -> list[Ints]:
    """In two parts."""
    times = np.array([NEVER if moment is None else moment for moment in moments], np.int64)
    return np.array_split(times, 2)


def test_conversions_are_counted_by_weekday_and_the_days_from_the_first_to_the_last() -> None:
    # 1970-01-01 was a Thursday.
    found = weekdays(reached(0, HOUR, DAY, 4 * DAY, None, 11 * DAY), "UTC")
    assert found == Weekdays((2, 0, 0, 2, 1, 0, 0), 12)


def test_a_weekday_is_that_of_the_timezone() -> None:
    assert weekdays(reached(23 * HOUR), "UTC").counts == (0, 0, 0, 1, 0, 0, 0)
    assert weekdays(reached(23 * HOUR), "Europe/Berlin").counts == (0, 0, 0, 0, 1, 0, 0)


def test_a_stage_that_nobody_reached_has_no_days() -> None:
    assert weekdays(reached(None), "UTC") == Weekdays((0,) * 7, 0)
