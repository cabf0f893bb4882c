from __future__ import annotations

import numpy as np
import pytest

from growthctl.diagnosis.change.scan import Direction, Stretch, alarm_day, clearest_stretch
from growthctl.diagnosis.days import Days
from tests.diagnosis.change.some_days import some_days


def fell(days: Days, looks: int = 10) -> Stretch | None:
    return clearest_stretch(days, "fell", looks)


def test_a_rate_that_halves_and_stays_low_fell_on_its_day() -> None:
    days = some_days(84, 300, lambda day: 0.2 if day < 60 else 0.1)
    stretch = fell(days)
    assert stretch is not None
    assert (stretch.since, stretch.until, stretch.lasts) == (60, 84, True)
    entered, converted = days.of(stretch.inside(days.length))
    assert stretch.usual == pytest.approx(0.2 * entered, rel=0.05)
    assert converted < 0.6 * stretch.usual


def test_a_fall_that_is_over_has_an_end() -> None:
    stretch = fell(some_days(84, 300, lambda day: 0.1 if 40 <= day < 55 else 0.2))
    assert stretch is not None
    assert (stretch.since, stretch.until, stretch.lasts) == (40, 55, False)


def test_one_day_is_a_fall_where_it_is_far_below_its_weekday() -> None:
    entered, converted = np.full(21, 103), np.full(21, 41)
    converted[19] = 10
    stretch = fell(Days(0, entered, converted))
    assert stretch is not None
    assert (stretch.since, stretch.until) == (19, 20)
    assert stretch.usual == pytest.approx(41)


def test_a_long_log_is_looked_at_by_the_week() -> None:
    stretch = fell(some_days(280, 100, lambda day: 0.1 if 140 <= day < 182 else 0.2))
    assert stretch is not None
    assert (stretch.since, stretch.until) == (140, 182)


def test_weekends_are_no_fall_and_two_weeks_cannot_tell() -> None:
    assert fell(some_days(84, 2_000, lambda day: 0.1 if day % 7 >= 5 else 0.2)) is None
    assert fell(some_days(14, 2_000, lambda day: 0.1 if day % 7 >= 5 else 0.2)) is None


def test_a_rate_that_rises_has_not_fallen_but_risen() -> None:
    days = some_days(84, 500, lambda day: 0.1 if day < 60 else 0.2)
    assert fell(days) is None
    rose = clearest_stretch(days, "rose", 10)
    assert rose is not None
    assert (rose.since, rose.lasts) == (60, True)


def test_a_dip_by_a_tenth_is_not_looked_for() -> None:
    assert fell(some_days(84, 5_000, lambda day: 0.2 if day < 60 else 0.18)) is None


@pytest.mark.parametrize("noise", [0.0, 0.1, 0.25])
@pytest.mark.parametrize("direction", ["fell", "rose"])
def test_steady_rates_are_found_steady_even_where_days_are_restless(noise: float, direction: Direction) -> None:
    logs = [some_days(70, 200, lambda day: 0.3, seed, noise) for seed in range(60)]
    logs += [some_days(70, 8, lambda day: 0.2, seed, noise) for seed in range(60)]
    # By chance 0.6 of 120 at most.
    assert sum(clearest_stretch(log, direction) is not None for log in logs) <= 3


def test_a_fall_by_three_tenths_of_three_weeks_is_found_among_restless_days() -> None:
    logs = [some_days(56, 200, lambda day: 0.6 if day < 35 else 0.42, seed, 0.1) for seed in range(40)]
    stretches = [fell(log, looks=4) for log in logs]
    assert sum(stretch is not None and stretch.lasts and abs(stretch.since - 35) <= 3 for stretch in stretches) >= 36


def test_the_more_series_are_looked_at_the_clearer_a_fall_must_be() -> None:
    log = some_days(84, 60, lambda day: 0.2 if day < 60 else 0.1)
    first, last = fell(log, looks=1), fell(log, looks=20)
    assert first is not None
    assert last is not None
    assert last.probability == pytest.approx(20 * first.probability)
    assert fell(log, looks=10**16) is None


def test_nobody_and_nothing_is_no_fall() -> None:
    nothing = np.zeros(40, dtype=np.int64)
    for days in (Days(0, nothing, nothing), Days(0, nothing + 50, nothing), Days(0, nothing + 50, nothing + 50)):
        assert fell(days) is None
        assert clearest_stretch(days, "rose") is None


def test_days_of_all_or_nothing_are_no_fall() -> None:
    entered = np.full(45, 50)
    for every in (3, 9, 10):
        assert fell(Days(0, entered, np.where(np.arange(45) % every == 0, 50, 0))) is None


def test_the_alarm_comes_days_after_the_fall_and_those_after_it_are_not_chosen() -> None:
    days = some_days(84, 300, lambda day: 0.3 if day < 60 else 0.15, noise=0.1)
    stretch = fell(days)
    assert stretch is not None
    assert stretch.since < alarm_day(days, stretch, "fell", 10) <= stretch.since + 7


def test_a_stretch_of_which_nothing_is_expected_is_no_fall() -> None:
    # Payments come in one batch a week, so that some weekday never converts.
    entered = [7, 0, 0, 0, 3, 2, 6, 0, 7, 3, 10, 4, 3, 9, 10, 11, 1, *([0] * 13), 2, 8, 11, 3]
    converted = [1, 0, 0, 0, 2, 0, 1, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, *([0] * 13), 1, 3, 1, 1]
    assert fell(Days(0, np.array(entered), np.array(converted)), 4) is None
