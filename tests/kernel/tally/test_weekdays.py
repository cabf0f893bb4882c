"""The weekdays on which a stage is reached."""

from __future__ import annotations

from datetime import date

import numpy as np

from growthctl.clock import DAY, NEVER
from growthctl.kernel.tally.sums import total
from growthctl.kernel.tally.weekdays import Weekdays

HOUR = DAY // 24


def weekdays(*moments: int | None, timezone: str = "UTC") -> Weekdays:
    """Of the moments at which a stage was reached, in two parts."""
    times = np.array([NEVER if moment is None else moment for moment in moments], np.int64)
    return total(lambda part: Weekdays.of(part, timezone), np.array_split(times, 2))


def test_conversions_are_counted_by_weekday_and_the_days_from_the_first_to_the_last() -> None:
    # 1970-01-01 was a Thursday.
    reached = weekdays(0, HOUR, DAY, 4 * DAY, None, 11 * DAY)
    assert reached == Weekdays((2, 0, 0, 2, 1, 0, 0), date(1970, 1, 1), date(1970, 1, 12))
    assert reached.days == 12


def test_a_weekday_is_that_of_the_timezone() -> None:
    assert weekdays(23 * HOUR).counts == (0, 0, 0, 1, 0, 0, 0)
    assert weekdays(23 * HOUR, timezone="Europe/Berlin").counts == (0, 0, 0, 0, 1, 0, 0)


def test_a_stage_that_nobody_reached_has_no_days() -> None:
    assert weekdays(None) == Weekdays((0,) * 7, None, None)
    assert weekdays(None).days == 0
