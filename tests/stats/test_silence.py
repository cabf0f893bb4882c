"""A silence is judged by what is usual, on restless days, at nights and weekends, and by few events."""

from __future__ import annotations

import numpy as np
import pytest

from growthctl.stats.silence import chance_of_silence, hourly

BY_CHANCE = 0.001
OFFICE = np.array([1.0 if 9 <= hour < 18 else 0.0 for hour in range(24)])
AROUND_THE_CLOCK = np.ones(24)


def test_the_chance_is_that_of_the_exact_test_of_two_poisson_rates() -> None:
    # 11 events in 100 hours, then 50 silent ones: ten of the eleven gaps may begin anywhere in 150 hours. Fewer than
    # three days tell neither hours of the day nor days of the week.
    counts = np.zeros(60, np.int64)
    counts[::6] = 1
    counts[-1] = 1
    assert chance_of_silence(counts, 0, 30) == pytest.approx((60 / 90) ** 10)


def test_hours_without_events_are_counted_as_such() -> None:
    assert hourly(np.array([7, 4, 9]), np.array([2, 1, 5])).tolist() == [1, 0, 0, 2, 0, 5]


@pytest.mark.parametrize(("counts", "silent"), [([5] * 7, 100), ([5] * 200, 0), ([1], 50)])
def test_what_cannot_be_judged_is_no_wonder(counts: list[int], silent: int) -> None:
    assert chance_of_silence(np.array(counts), 0, silent) == 1.0


def ended(rng: np.random.Generator, by_day: float, missing: int, day: np.ndarray, weekend: float, runs: int) -> float:
    """How often a source of nine weeks is taken to have ended whose last hours are missing from the export."""
    times = 0
    for _ in range(runs):
        rates = np.outer(by_day * rng.gamma(25, 1 / 25, 63), day / day.sum())
        rates[np.arange(63) % 7 >= 5] *= weekend
        counts = rng.poisson(rates).ravel()
        counts = counts[: len(counts) - rng.integers(0, 7 * 24)]
        total = len(counts)
        written = np.flatnonzero(counts[: total - missing])
        first, last = int(written[0]), int(written[-1])
        times += chance_of_silence(counts[first : last + 1], first, total - 1 - last) < BY_CHANCE
    return times / runs


@pytest.mark.parametrize("by_day", [0.2, 1, 20])
def test_a_complete_source_is_not_taken_to_have_ended(by_day: float) -> None:
    rng = np.random.default_rng(20261129)
    assert ended(rng, by_day, 0, AROUND_THE_CLOCK, 1.0, 150) <= 0.01
    assert ended(rng, by_day, 0, OFFICE, 0.0, 150) <= 0.01


def test_an_export_that_ends_three_days_early_is_seen_where_there_are_enough_events() -> None:
    rng = np.random.default_rng(20261129)
    assert ended(rng, 20, 72, AROUND_THE_CLOCK, 1.0, 100) >= 0.98
    assert ended(rng, 200, 72, OFFICE, 0.0, 100) >= 0.98


def test_one_payment_a_week_sets_nothing_back() -> None:
    counts = np.zeros(56 * 24 + 1, np.int64)
    counts[:: 7 * 24] = 1
    assert chance_of_silence(counts, 0, 12 * 24) > 0.05


def test_a_billing_run_on_the_first_of_a_month_is_no_end() -> None:
    counts = np.zeros(62 * 24 + 1, np.int64)
    counts[:: 31 * 24] = 1000
    assert chance_of_silence(counts, 0, 20 * 24) > 0.05
