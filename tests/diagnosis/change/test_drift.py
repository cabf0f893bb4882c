from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from growthctl.diagnosis.change.drift import drift_of, sinking
from growthctl.diagnosis.days import Days
from tests.diagnosis.change.some_days import some_days


def test_a_rate_that_sinks_from_20_to_8_percent_over_twelve_weeks_is_seen_to() -> None:
    drift = drift_of(some_days(84, 240, lambda day: 0.2 - 0.12 * day / 83, noise=0.1))
    assert drift is not None
    assert sinking([drift]) == [True]
    assert drift.weeks == 12
    assert drift.from_rate == pytest.approx(0.2, rel=0.15)
    assert drift.to_rate == pytest.approx(0.083, rel=0.15)


def test_steady_rates_do_not_sink_though_weeks_are_restless() -> None:
    random = np.random.default_rng(20261129)
    sinks = 0
    for seed in range(100):
        weeks = 1 + 0.1 * random.standard_normal(12)
        drifts = [drift_of(some_days(84, 100, lambda day: rate * weeks[day // 7], seed)) for rate in (0.7, 0.3)]  # noqa: B023
        sinks += any(sinking(drifts))
    assert sinks <= 3


def test_what_rises_or_sinks_by_a_tenth_is_not_named() -> None:
    rising, little = (
        drift_of(some_days(84, 5_000, rate)) for rate in (lambda day: 0.1 + 0.001 * day, lambda day: 0.2 - 0.0003 * day)
    )
    assert rising is not None
    assert little is not None
    assert (rising.probability, little.probability) < (1e-3, 1e-3)
    assert sinking([rising, little]) == [False, False]


def test_the_line_is_that_of_a_logistic_regression_with_pearsons_dispersion() -> None:
    days = some_days(84, 3_000, lambda day: 0.2 - 0.06 * day / 83, noise=0.15)
    drift = drift_of(days)
    counts = np.array(days.weeks, float)
    design = sm.add_constant(np.arange(12.0))
    fit = sm.GLM(np.column_stack([counts[:, 1], counts[:, 0] - counts[:, 1]]), design, sm.families.Binomial()).fit()
    assert drift is not None
    assert (drift.from_rate, drift.to_rate) == pytest.approx(tuple(fit.predict(design)[[0, -1]]), rel=1e-3)
    assert drift.spread == pytest.approx(fit.pearson_chi2 / 10, rel=0.05)


def test_five_weeks_nobody_and_everybody_have_no_line() -> None:
    assert drift_of(some_days(38, 100, lambda day: 0.2)) is None
    entered = np.full(84, 50)
    assert drift_of(Days(0, entered, 0 * entered)) is None
    assert drift_of(Days(0, entered, entered)) is None
    assert drift_of(Days(0, 0 * entered, 0 * entered)) is None
    assert sinking([None]) == [False]
