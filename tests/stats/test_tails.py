from __future__ import annotations

from math import inf

import pytest
from scipy import stats

from growthctl.stats.tails import chi_square_tail, f_tail, t_of, two_sided


@pytest.mark.parametrize("between", [1, 2, 3, 6, 20, 100])
@pytest.mark.parametrize("within", [1, 2, 3, 13, 62, 300, 5000])
def test_the_tail_of_f_is_that_of_scipy(between: int, within: int) -> None:
    for statistic in (0.01, 0.3, 1.0, 1.7, 4.2, 25.0):
        expected = stats.f.sf(statistic, between, within)
        assert f_tail(statistic, between, within) == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_with_a_spread_that_is_known_f_is_a_chi_square_per_degree_and_t_is_normal() -> None:
    assert f_tail(2.0, 3, inf) == pytest.approx(chi_square_tail(6.0, 3))
    assert two_sided(1.959964) == pytest.approx(0.05, rel=1e-6)
    assert t_of(0.95) == pytest.approx(1.959964, rel=1e-6)


@pytest.mark.parametrize("degrees", [1, 2, 3, 13, 60, 1000])
def test_the_quantiles_of_t_are_those_of_scipy_and_lie_where_its_tail_says(degrees: int) -> None:
    for level in (0.5, 0.9, 0.95, 0.9999):
        assert t_of(level, degrees) == pytest.approx(stats.t.ppf((1 + level) / 2, degrees), rel=1e-9)
        assert two_sided(t_of(level, degrees), degrees) == pytest.approx(1 - level, rel=1e-6)


def test_nothing_is_less_than_nothing() -> None:
    assert f_tail(0.0, 2, 5) == 1.0
    assert two_sided(0.0, 5) == 1.0
