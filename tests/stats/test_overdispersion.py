from __future__ import annotations

from math import exp, inf

import numpy as np
import pytest
from scipy import stats

from growthctl.stats.overdispersion import (
    LEAST_EXPECTED,
    beta_binomial_cdf,
    fit_concentration,
    fit_size,
    negative_binomial_cdf,
)


@pytest.mark.parametrize(
    ("observed", "entered", "rate", "strength"),
    [(10, 200, 0.12, 200), (40, 100, 0.8, 200), (0, 50, 0.3, 2.5), (3, 280, 0.27, 900), (900, 100_000, 0.02, 60)],
)
def test_the_probability_of_so_few_conversions_is_the_beta_binomial_s(
    observed: int, entered: int, rate: float, strength: float
) -> None:
    expected = stats.betabinom.cdf(observed, entered, rate * strength, (1 - rate) * strength)
    assert beta_binomial_cdf(observed, entered, rate, strength) == pytest.approx(float(expected), rel=1e-6)


@pytest.mark.parametrize(("observed", "entered", "rate"), [(3, 280, 0.27), (0, 100, 0.0921), (700, 1_000, 0.75)])
def test_rates_that_never_vary_make_it_the_binomial_s(observed: int, entered: int, rate: float) -> None:
    assert beta_binomial_cdf(observed, entered, rate) == pytest.approx(float(stats.binom.cdf(observed, entered, rate)))


def test_cohorts_that_go_on_as_one_are_a_limit_and_no_error() -> None:
    assert beta_binomial_cdf(0, 50, 0.3, 0.0) == beta_binomial_cdf(49, 50, 0.3, 0.0) == 0.7
    assert beta_binomial_cdf(50, 50, 0.3, 0.0) == 1
    assert beta_binomial_cdf(10, 50, 0.3, 1e-7) == pytest.approx(0.7, abs=1e-6)
    entered, converted = np.full(9, 50.0), np.array([50.0, 0, 0] * 3)
    assert fit_concentration(entered, converted, entered / 3) == 0


def test_what_must_be_so_has_a_probability_of_one_and_what_cannot_be_of_zero() -> None:
    assert beta_binomial_cdf(5, 5, 0.3, 10) == beta_binomial_cdf(3, 100, 0.0, 10) == negative_binomial_cdf(3, 0.0) == 1
    assert beta_binomial_cdf(99, 100, 1.0) == 0


@pytest.mark.parametrize(("observed", "mean", "size"), [(200, 480, 25), (0, 800, 3), (12, 9.5, 1.5)])
def test_the_probability_of_so_small_a_volume_is_the_negative_binomial_s(
    observed: int, mean: float, size: float
) -> None:
    expected = stats.nbinom.cdf(observed, size, size / (size + mean))
    assert negative_binomial_cdf(observed, mean, size) == pytest.approx(float(expected))


def test_a_steady_volume_is_poisson_and_none_of_9_21_is_one_in_ten_thousand() -> None:
    assert negative_binomial_cdf(3, 9.2) == pytest.approx(float(stats.poisson.cdf(3, 9.2)))
    assert exp(-LEAST_EXPECTED) == pytest.approx(1e-4, rel=1e-3)
    assert negative_binomial_cdf(0, LEAST_EXPECTED) == pytest.approx(1e-4, rel=1e-3)


def test_the_strength_of_cohorts_is_that_of_the_distribution_they_come_from() -> None:
    rng = np.random.default_rng(1)
    entered = rng.integers(200, 400, 3_000).astype(float)
    converted = rng.binomial(entered.astype(int), rng.beta(0.2 * 150, 0.8 * 150, 3_000)).astype(float)
    assert fit_concentration(entered, converted, entered * 0.2) == pytest.approx(150, rel=0.1)


def test_cohorts_that_vary_no_more_than_by_chance_are_of_one_rate() -> None:
    same = np.full(10, 50.0)
    assert fit_concentration(same, same * 0.2, same * 0.2) == inf
    assert fit_concentration(same[:1], same[:1] * 0.9, same[:1] * 0.2) == inf
    assert fit_size(same, same) == inf


def test_the_size_of_volumes_is_that_of_the_distribution_they_come_from() -> None:
    counts = np.random.default_rng(1).negative_binomial(20, 20 / 120, 5_000).astype(float)
    assert fit_size(counts, np.full(5_000, 100.0)) == pytest.approx(20, rel=0.1)


def test_means_that_were_fitted_take_degrees_of_freedom() -> None:
    counts = np.array([80.0, 120, 80, 120])
    assert fit_size(counts, np.full(4, 100.0), fitted=3) < fit_size(counts, np.full(4, 100.0))
    assert fit_size(counts, np.full(4, 100.0), fitted=4) == inf
