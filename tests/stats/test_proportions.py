from __future__ import annotations

from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact
from statsmodels.stats.contingency_tables import Table2x2
from statsmodels.stats.proportion import confint_proportions_2indep

from growthctl.stats.proportions import NO_PAIR, Pair, Proportion, fisher, log_ratio, newcombe, p_value


def pair(x1: int, n1: int, x0: int, n0: int) -> Pair:
    return Pair(Proportion(n1, x1), Proportion(n0, x0))


@st.composite
def pairs(draw: st.DrawFn, most: int = 400) -> Pair:
    n1, n0 = draw(st.integers(1, most)), draw(st.integers(1, most))
    return pair(draw(st.integers(0, n1)), n1, draw(st.integers(0, n0)), n0)


@pytest.mark.parametrize(
    ("counts", "low", "high"), [((56, 70, 48, 80), 0.0524, 0.3339), ((9, 10, 3, 10), 0.1705, 0.8090)]
)
def test_the_interval_of_a_difference_is_the_published_one(
    counts: tuple[int, int, int, int], low: float, high: float
) -> None:
    # Newcombe (1998), table II, method 10.
    interval = newcombe(pair(*counts))
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=5e-5)


@given(pairs())
def test_the_interval_of_a_difference_is_that_of_statsmodels(found: Pair) -> None:
    interval = newcombe(found)
    assert interval is not None
    this, against = found.this, found.against
    expected = confint_proportions_2indep(
        this.converted, this.entered, against.converted, against.entered, method="newcomb"
    )
    assert (interval.low, interval.high) == pytest.approx(expected, abs=1e-9)


@given(pairs())
def test_the_exact_test_is_that_of_scipy(found: Pair) -> None:
    this, against = found.this, found.against
    table = np.array([[this.converted, this.dropped], [against.converted, against.dropped]])
    assert fisher(found) == pytest.approx(float(fisher_exact(table).pvalue), abs=1e-9)


def test_the_ratio_and_its_error_are_those_of_statsmodels() -> None:
    table = Table2x2([[60, 540], [90, 310]])
    found = log_ratio(pair(60, 600, 90, 400))
    assert found is not None
    assert exp(found[0]) == pytest.approx(table.riskratio)
    assert found[1] == pytest.approx(table.log_riskratio_se)
    assert p_value(pair(60, 600, 90, 400)) == pytest.approx(table.log_riskratio_pvalue())


def test_with_few_conversions_the_exact_test_decides() -> None:
    few = pair(1, 40, 6, 45)
    assert p_value(few) == fisher(few)
    assert p_value(pair(0, 300, 3, 300)) == pytest.approx(0.249, abs=1e-3)
    many = pair(30, 400, 60, 450)
    found = log_ratio(many)
    assert found is not None
    assert p_value(many) != fisher(many)


def test_equal_rates_are_no_surprise_even_where_nobody_or_everybody_converts() -> None:
    for equal in (pair(0, 10, 0, 1000), pair(10, 10, 1000, 1000), pair(500, 1000, 50, 100)):
        assert p_value(equal) == pytest.approx(1)


def test_without_entrants_nothing_is_known() -> None:
    empty = pair(0, 0, 5, 10)
    unknown: list[object] = [newcombe(empty), p_value(empty), log_ratio(empty), empty.difference, empty.this.rate]
    assert unknown == [None] * 5


def test_a_rate_of_zero_has_no_logarithm() -> None:
    assert log_ratio(pair(0, 10, 5, 10)) is None
    found = log_ratio(pair(4, 10, 5, 10))
    assert found is not None
    assert found[0] == pytest.approx(log(0.8))


def test_parts_add_up_to_the_whole_and_back() -> None:
    parts = [pair(1, 2, 3, 4), pair(5, 60, 7, 80)]
    assert sum(parts, NO_PAIR) == pair(6, 62, 10, 84)
    assert sum(parts, NO_PAIR) - parts[0] == parts[1]
    assert sum([], NO_PAIR) == pair(0, 0, 0, 0)


def test_a_rate_is_converted_by_entered_and_unknown_where_nobody_entered() -> None:
    assert Proportion(40, 10).rate == 0.25
    assert Proportion(0, 0).rate is None


def test_dropped_are_those_who_entered_and_did_not_convert() -> None:
    assert [Proportion(40, 10).dropped, Proportion(10, 10).dropped] == [30, 0]
