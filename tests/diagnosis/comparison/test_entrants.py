from __future__ import annotations

from math import inf, log, sqrt

import numpy as np
import pytest
from scipy.stats import linregress

from growthctl.diagnosis.comparison.entrants import (
    EQUAL,
    Growth,
    Lengths,
    entrants_p_value,
    entrants_ratio,
    weekly_growth,
)
from growthctl.stats.spread import Spread


def test_growth_is_the_line_through_the_logarithms_of_weeks() -> None:
    weeks = np.array([1000, 1180, 1250, 1500, 1490, 1900])
    line = linregress(np.arange(6), np.log(weeks))
    found = weekly_growth(weeks, np.arange(6, dtype=float) + 7, np.full(6, 2))
    assert found is not None
    assert (found.slope, found.error) == pytest.approx((line.slope, line.stderr))
    assert found.degrees == 4


def test_growth_inside_of_long_ranges_counts_and_the_step_between_them_does_not() -> None:
    weeks = np.round(1000 * np.exp(0.1 * np.arange(8)) * np.where(np.arange(8) < 4, 1, 0.5))
    found = weekly_growth(weeks, np.arange(8.0), np.repeat([1, 0], 4))
    assert found is not None
    assert found.slope == pytest.approx(0.1, abs=1e-3)
    assert (found.deviation < 1e-3, found.degrees) == (True, 5)


@pytest.mark.parametrize("weeks", [[], [10, 20, 30], [10, 0, 20, 30, 40]])
def test_three_weeks_or_a_week_without_anybody_tell_no_growth(weeks: list[int]) -> None:
    numbers = np.array(weeks, np.int64)
    assert weekly_growth(numbers, np.arange(len(weeks), dtype=float), 0 * numbers) is None


def test_entrants_are_compared_for_equal_lengths() -> None:
    assert entrants_ratio(100, 400, 0.25) == pytest.approx((0, sqrt(1 / 100 + 1 / 400)))
    assert (entrants_ratio(150, 100, 1.0) or (0,))[0] == pytest.approx(log(1.5))
    assert entrants_p_value(100, 400, Lengths(0.25, 1.0, 1.0)) == 1


def test_the_same_change_is_less_sure_where_days_differ_much() -> None:
    calm, restless = (entrants_p_value(770, 700, EQUAL, spread) for spread in (Spread(), Spread(9.0, 6)))
    assert calm == pytest.approx(0.068, abs=1e-3)
    assert (restless or 0) > 0.5


def test_what_went_on_growing_or_ceased_to_grow_is_no_change_but_a_fall_is() -> None:
    growth = Growth(slope=0.14, error=0.005, deviation=0.02, degrees=6)
    on, ceased, fell = (entrants_p_value(this, 2000, EQUAL, growth=growth) or 0 for this in (2300, 2000, 1400))
    assert min(on, ceased) > 0.5
    assert fell < 1e-3


def test_weeks_that_differ_as_much_as_these_do_are_no_change() -> None:
    steady, wild = (Growth(0.0, error, error * 6, 6) for error in (0.001, 0.05))
    assert (entrants_p_value(1600, 2000, EQUAL, growth=steady) or 0) < 1e-3
    assert (entrants_p_value(1600, 2000, EQUAL, growth=wild) or 0) > 0.2


def test_nobody_on_a_side_is_no_ratio() -> None:
    assert entrants_p_value(0, 100, EQUAL) is entrants_p_value(100, 0, EQUAL, Spread(2.0, inf)) is None
