from __future__ import annotations

from math import inf

import numpy as np
import pytest
from scipy import stats

from growthctl.stats.arrays import Ints
from growthctl.stats.proportions import Pair, Proportion, newcombe, p_value
from growthctl.stats.spread import (
    CHANCE,
    Spread,
    larger,
    spread_between_groups,
    spread_of_days,
    spread_of_shares,
    spread_of_volume,
    spread_of_weeks,
    spread_over_days,
)


def days(*counts: int) -> Ints:
    return np.array(counts, np.int64)


def of_week(length: int) -> Ints:
    return np.arange(length) % 7


def test_few_days_are_held_against_the_rate_of_all_and_phi_is_pearsons_x2_per_degree() -> None:
    entered, converted = days(100, 100, 100, 100), days(20, 40, 20, 40)
    table = [converted, entered - converted]
    expected = stats.chi2_contingency(table, correction=False).statistic / 3
    assert spread_over_days(entered, converted, of_week(4)) == pytest.approx((expected, 3))


def test_a_weekday_with_a_rate_of_its_own_is_no_restlessness() -> None:
    weekend = of_week(35) >= 5
    entered, converted = np.full(35, 200), np.where(weekend, 40, 80)
    assert spread_over_days(entered, converted, of_week(35)) == CHANCE


def test_a_rate_that_changed_is_held_against_each_sides_own() -> None:
    entered, converted = np.full(28, 200), np.where(np.arange(28) < 14, 80, 20)
    assert spread_over_days(entered, converted, of_week(28)).factor > 10
    assert spread_over_days(entered, converted, of_week(28), side=(np.arange(28) >= 14).astype(np.int64)) == CHANCE


def test_weeks_that_wobble_while_their_days_do_not_are_seen_by_the_week() -> None:
    rate = np.repeat([0.3, 0.4, 0.3, 0.4, 0.3, 0.4], 7)
    spread = spread_over_days(np.full(42, 100), np.round(100 * rate).astype(np.int64), of_week(42))
    assert spread.degrees == 5
    assert spread.factor == pytest.approx(42 * 100 * 0.05**2 / (0.35 * 0.65) / 5, rel=1e-3)


def test_days_on_which_all_or_nobody_converts_are_a_limit_and_no_exception() -> None:
    entered = np.full(28, 50)
    batches = spread_over_days(entered, np.where(np.arange(28) % 9 == 0, 50, 0), of_week(28))
    # As good as one entity a day.
    assert 30 < batches.factor < 60
    assert spread_over_days(entered, entered, of_week(28)) == CHANCE
    assert spread_over_days(entered, 0 * entered, of_week(28)) == CHANCE
    assert spread_over_days(0 * entered, 0 * entered, of_week(28)) == CHANCE
    assert spread_over_days(days(), days(), days()) == CHANCE


def test_the_restlessness_of_simulated_days_is_found_without_bias() -> None:
    # 1 + n · p · sd² ÷ (1 − p), where a rate has a standard deviation of sd · p from day to day.
    random, found = np.random.default_rng(20261129), []
    for _ in range(300):
        rate = 0.3 * (1 + 0.25 * random.standard_normal(14))
        entered = random.poisson(100, 14)
        converted = random.binomial(entered, rate.clip(0, 1))
        found.append(spread_over_days(entered, converted, of_week(14)).factor)
    assert np.mean(found) == pytest.approx(1 + 100 * 0.3 * 0.25**2 / 0.7, rel=0.1)


def test_what_moves_all_groups_of_a_day_cancels_between_them() -> None:
    random = np.random.default_rng(20261129)
    rate = 0.3 * (1 + 0.25 * random.standard_normal(60))
    entered = np.full((2, 60), 200)
    converted = random.binomial(entered, np.array([[0.8], [1.2]]) * rate.clip(0, 0.8))
    assert spread_between_groups(entered, converted).factor < 1.3
    assert spread_over_days(entered[0], converted[0], of_week(60)).factor > 3


def test_a_group_that_is_restless_by_itself_is_seen_between_groups() -> None:
    converted = np.array([[60, 20] * 10, [40, 40] * 10])
    spread = spread_between_groups(np.full((2, 20), 100), converted)
    assert spread.factor > 5
    assert spread.degrees == 19


def test_groups_of_fewer_than_five_days_are_as_independent_as_chance() -> None:
    converted = np.array([[60, 20, 60, 20], [40, 40, 40, 40]])
    assert spread_between_groups(np.full((2, 4), 100), converted) == CHANCE


def test_draws_are_as_wide_as_t_would_be() -> None:
    assert Spread(2.0, 3).of_draws == pytest.approx(2 * (stats.t.ppf(0.95, 3) / stats.norm.ppf(0.95)) ** 2)
    assert CHANCE.of_draws == 1
    assert CHANCE.errors() == pytest.approx(1.959964, rel=1e-6)
    assert Spread(4.0, inf).errors() == pytest.approx(2 * 1.959964, rel=1e-6)
    assert larger(CHANCE, Spread(2.0, 3), Spread(1.5, 20)) == Spread(2.0, 3)


def test_an_interval_and_a_test_see_n_divided_by_phi() -> None:
    interval = Proportion(900, 225).wilson(Spread(9.0, inf))
    assert interval == pytest.approx(Proportion(100, 25).wilson())
    pair = Pair(Proportion(900, 225), Proportion(900, 180))
    smaller = Pair(Proportion(100, 25), Proportion(100, 20))
    assert newcombe(pair, Spread(9.0, inf)) == pytest.approx(newcombe(smaller))
    assert p_value(pair, Spread(9.0, inf)) == pytest.approx(p_value(smaller))
    assert (p_value(pair, Spread(9.0, 4)) or 0) > (p_value(pair, Spread(9.0, inf)) or 1)


def test_a_side_of_one_day_leaves_the_others_as_restless_as_they_are() -> None:
    # 14 steady days, then one that fell, on a weekday that they have too.
    entered, converted = np.full(16, 100), np.full(16, 40)
    converted[15] = 10
    side = np.array([2] * 7 + [3] * 7 + [1, 0])
    assert spread_of_days(entered, converted, of_week(16), side) == CHANCE


def test_groups_that_changed_are_held_against_their_own_rates_on_each_side() -> None:
    converted = np.array([[40] * 7 + [20] * 7, [40] * 14])
    side = np.repeat([0, 1], 7)
    assert spread_between_groups(np.full((2, 14), 100), converted).factor > 1.5
    assert spread_between_groups(np.full((2, 14), 100), converted, side) == CHANCE


def test_weeks_tell_from_three_on() -> None:
    assert spread_of_weeks(days(700, 700), days(200, 350)) == CHANCE
    expected = stats.chi2_contingency([[200, 350, 200], [500, 350, 500]], correction=False).statistic / 2
    assert spread_of_weeks(days(700, 700, 700), days(200, 350, 200)) == pytest.approx((expected, 2))


def test_the_volume_of_weekdays_is_no_restlessness_and_what_is_left_is_that_of_the_table() -> None:
    usual = np.array([100, 120, 110, 90, 80, 30, 40])
    side = np.repeat([0, 1, 2], 7)
    assert spread_of_volume(np.concatenate([usual, 2 * usual, usual // 2]), of_week(21), side) == CHANCE
    counts = np.array([140, 70, 100, 120, 60, 90, 30, 90, 130, 110, 60, 100, 30, 50, 100, 100, 80, 130, 80, 10, 60])
    expected = stats.chi2_contingency(counts.reshape(3, 7), correction=False).statistic / 12
    assert spread_of_volume(counts, of_week(21), side) == pytest.approx((expected, 12), rel=1e-6)


def test_how_people_are_spread_over_groups_is_as_restless_as_the_table_of_groups_by_days() -> None:
    counts = np.array([[50, 20, 60, 10], [50, 80, 40, 90]])
    expected = stats.chi2_contingency(counts, correction=False).statistic / 3
    assert spread_of_shares(counts, days(0, 0, 0, 0)) == pytest.approx((expected, 3))
    halves = [stats.chi2_contingency(part, correction=False).statistic for part in (counts[:, :2], counts[:, 2:])]
    assert spread_of_shares(counts, days(0, 0, 1, 1)) == pytest.approx((sum(halves) / 2, 2))
    assert spread_of_shares(counts[:, :0], days()) == CHANCE
