from __future__ import annotations

from itertools import permutations
from math import prod

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growthctl.stats import lmdi as across
from growthctl.stats.lmdi import contributions, logarithmic_mean

RATES = st.integers(0, 1000).map(lambda thousandths: thousandths / 1000)
FACTORS = st.lists(st.tuples(RATES, RATES), min_size=1, max_size=5)


def over_all_orders(this: tuple[float, ...], against: tuple[float, ...]) -> list[float]:
    """The Shapley value by its definition: the mean over all orders in which the factors change one by one."""
    sums = [0.0] * len(this)
    orders = list(permutations(range(len(this))))
    for order in orders:
        now = list(against)
        for position in order:
            before = prod(now)
            now[position] = this[position]
            sums[position] += prod(now) - before
    return [each / len(orders) for each in sums]


def test_the_shapley_values_of_a_product_of_four_are_those_of_the_worked_example() -> None:
    this, against = (32.7, 0.290, 0.473, 0.986), (25.3, 0.214, 0.279, 0.949)
    found = [across._shapley(list(zip(this, against, strict=True)), position) for position in range(4)]
    assert found == pytest.approx([0.6889411, 0.8125381, 1.3829055, 0.1047547], abs=5e-8)


@given(FACTORS)
def test_the_contributions_sum_to_the_change(pairs: list[tuple[float, float]]) -> None:
    this, against = zip(*pairs, strict=True)
    assert sum(contributions(this, against)) == pytest.approx(prod(this) - prod(against), rel=1e-6, abs=1e-9)


@given(FACTORS)
def test_with_a_zero_the_contributions_are_the_mean_over_all_orders(pairs: list[tuple[float, float]]) -> None:
    this, against = zip((0.0, 0.5), *pairs, strict=True)
    assert contributions(this, against) == pytest.approx(over_all_orders(this, against), abs=1e-9)


def test_without_a_zero_they_are_the_logarithmic_mean_divisia_index() -> None:
    # 1000 · .1 · .5 = 50 → 1000 · .2 · .25 = 50: two factors that cancel.
    assert contributions((1000, 0.2, 0.25), (1000, 0.1, 0.5)) == pytest.approx((0, 34.657359, -34.657359))


def test_a_factor_that_did_not_change_contributes_nothing() -> None:
    assert contributions((100, 0.5, 0.0), (100, 0.4, 0.3)) == pytest.approx((0, 1.5, -13.5))


def test_a_rate_that_nobody_could_have_is_taken_from_the_other_side() -> None:
    nobody_signed_up = contributions((100, 0.0, None), (100, 0.2, 0.5))
    assert nobody_signed_up == pytest.approx((0, -10, 0))
    assert contributions((100, 0.0, None), (100, 0.0, None)) == (0, 0, 0)


def test_many_factors_with_a_zero_take_no_time() -> None:
    this, against = (1000.0, *[0.9] * 60, 0.0), (1000.0, *[0.95] * 60, 0.5)
    assert sum(contributions(this, against)) == pytest.approx(-prod(against))


def test_the_logarithmic_mean_lies_between_and_is_smooth_where_both_are_equal() -> None:
    assert logarithmic_mean(2, 2) == 2
    assert logarithmic_mean(2, 2 + 1e-12) == pytest.approx(2)
    assert logarithmic_mean(4, 1) == pytest.approx(3 / 1.3862943611)
    assert logarithmic_mean(0, 5) == 0
