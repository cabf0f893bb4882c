"""The weekdays on which a stage is reached."""

from __future__ import annotations

import polars as pl

from growthctl.kernel.counts import DAY
from growthctl.kernel.plan import times
from growthctl.kernel.weekdays import Weekdays, weekdays

HOUR = DAY // 24


def reached(*moments: int | None) -> pl.DataFrame:
    return pl.DataFrame({times([1])[0]: pl.Series(moments, dtype=pl.Int64)})


def test_conversions_are_counted_by_weekday_and_the_days_from_the_first_to_the_last() -> None:
    # 1970-01-01 was a Thursday.
    found = weekdays(reached(0, HOUR, DAY, 4 * DAY, None, 11 * DAY), 1, "UTC")
    assert found == Weekdays((2, 0, 0, 2, 1, 0, 0), 12)


def test_a_weekday_is_that_of_the_timezone() -> None:
    assert weekdays(reached(23 * HOUR), 1, "UTC").counts == (0, 0, 0, 1, 0, 0, 0)
    assert weekdays(reached(23 * HOUR), 1, "Europe/Berlin").counts == (0, 0, 0, 0, 1, 0, 0)


def test_a_stage_that_nobody_reached_has_no_days() -> None:
    assert weekdays(reached(None), 1, "UTC") == Weekdays((0,) * 7, 0)
