from __future__ import annotations

import numpy as np

from growthctl.clock import DAY, HOUR, WEEK
from growthctl.diagnosis.health.counts_over_time import MOST_BINS, CountsOverTime, usual
from tests.diagnosis.weeks import MONDAY, counts_over_time

FIRST = MONDAY // HOUR


def test_rows_become_arrays_from_the_first_bin_to_the_last_in_any_order() -> None:
    found = CountsOverTime.of([(FIRST + 3, 1, 2, 1, 0, 0), (FIRST, 0, 5, 4, 3, 3)], 2, HOUR, 0)
    assert (found.start, found.bins) == (MONDAY, 4)
    assert found.reached.tolist() == [[5, 0, 0, 0], [0, 0, 0, 2]]
    assert found.ripe.tolist() == [[4, 0, 0, 0], [0, 0, 0, 1]]
    assert found.went_on[0, 0] == 3


def test_arrays_go_on_up_to_the_time_up_to_which_the_log_is_complete() -> None:
    assert CountsOverTime.of([(FIRST, 0, 5, 4, 3, 3)], 2, HOUR, 0, as_of=MONDAY + 2 * HOUR).bins == 3
    assert CountsOverTime.of([], 2, HOUR, 0, as_of=MONDAY).bins == 0


def test_a_stray_time_far_away_does_not_fill_the_memory() -> None:
    rows = [(FIRST + n, 0, 1_000, 1_000, 0, 0) for n in range(10)] + [(FIRST + 10 * MOST_BINS, 0, 1, 1, 0, 0)]
    found = CountsOverTime.of(rows, 2, HOUR, 0, as_of=(FIRST + 10 * MOST_BINS) * HOUR)
    assert (found.bins, found.reached[0].sum()) == (10, 10_000)


def test_bins_start_on_the_local_clock_and_are_told_in_utc() -> None:
    found = CountsOverTime.of([(FIRST, 0, 1, 1, 0, 0), (FIRST + 1, 0, 1, 1, 0, 0)], 1, HOUR, 2 * HOUR)
    assert (found.at(0), found.at(1)) == (MONDAY - 2 * HOUR, MONDAY - HOUR)
    assert found.slots.tolist() == [0, 1]
    assert found.between(MONDAY - HOUR, None).tolist() == [False, True]
    assert found.until(MONDAY - HOUR).bins == 1
    assert found.until(MONDAY - HOUR - 1).bins == 0


def test_hours_add_up_to_days_and_a_day_is_whole_when_all_its_hours_are() -> None:
    hours = counts_over_time(np.arange(48), np.zeros(48, dtype=np.int64))
    ones = np.ones((1, 6), dtype=np.int64)
    afternoon = CountsOverTime(MONDAY + 20 * HOUR, HOUR, 0, ones, ones, ones, ones)
    assert hours.daily().reached[0].tolist() == [sum(range(24)), sum(range(24, 48))]
    assert (afternoon.daily().start, afternoon.daily().reached.tolist()) == (MONDAY, [[4, 2]])
    assert hours.whole_days(np.arange(48) != 30).tolist() == [True, False]
    assert hours.daily().daily().reached.tolist() == hours.daily().reached.tolist()


def test_usual_is_the_mean_of_the_same_hour_of_other_weeks() -> None:
    counts, slots = np.array([10, 4, 20, 6, 90]), np.array([0, 1, 0, 1, 0])
    assert usual(counts, slots, np.arange(5) < 4).tolist() == [15, 5, 15, 5, 15]
    assert usual(counts, slots, slots == 1).tolist() == [0, 5, 0, 5, 0]
    assert counts_over_time(np.zeros(336, dtype=np.int64), np.zeros(336, dtype=np.int64)).slots[
        [0, 167, 168]
    ].tolist() == [
        0,
        167,
        0,
    ]
    assert WEEK == 7 * DAY
