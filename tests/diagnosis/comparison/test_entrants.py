from __future__ import annotations

from math import log, sqrt

import numpy as np
import pytest
from scipy.stats import chi2_contingency

from growthctl.diagnosis.comparison.entrants import daily_dispersion, entrants_p_value, entrants_ratio


def test_days_that_keep_step_vary_as_chance_does() -> None:
    assert daily_dispersion([(100, 200), (50, 100), (150, 300), (120, 240)]) == 1


def test_the_spread_is_that_of_the_table_of_days() -> None:
    days = [(100, 150), (80, 160), (200, 120), (90, 90), (60, 140)]
    chi_square = chi2_contingency(np.array(days)).statistic
    assert daily_dispersion(days) == pytest.approx(chi_square / 4)


def test_fewer_than_three_days_do_not_tell_how_much_days_vary() -> None:
    assert (
        daily_dispersion([(100, 300), (300, 100)])
        == daily_dispersion([])
        == daily_dispersion([(0, 5), (0, 6), (0, 7)])
        == 1
    )


def test_entrants_are_compared_for_equal_lengths() -> None:
    assert entrants_ratio(100, 400, 0.25, []) == pytest.approx((0, sqrt(1 / 100 + 1 / 400)))
    ratio, _ = entrants_ratio(150, 100, 1.0, [])
    assert ratio == pytest.approx(log(1.5))


def test_the_same_change_is_less_sure_where_days_differ_much() -> None:
    steady = [(110, 100)] * 7
    wild = [(200, 50), (20, 150), (200, 60), (40, 140), (180, 80), (30, 120), (100, 100)]
    calm, restless = (entrants_p_value(770, 700, 1.0, days) for days in (steady, wild))
    assert calm is not None
    assert restless is not None
    assert calm == pytest.approx(0.068, abs=1e-3)
    assert restless > 0.5


def test_nobody_on_a_side_is_no_ratio() -> None:
    assert entrants_p_value(0, 100, 1.0, []) is entrants_p_value(100, 0, 1.0, []) is None
