from __future__ import annotations

import numpy as np
import pytest

from growthctl.clock import DAY
from growthctl.diagnosis.health.rate_drops import RateDrop, clearest_drop
from tests.diagnosis.weeks import MONDAY, Ints, counts_over_time, days


def found(counts: tuple[Ints, Ints], looks: int = 10) -> RateDrop | None:
    entered, went_on = counts
    return clearest_drop(
        counts_over_time(entered, np.zeros_like(entered), np.stack([went_on, went_on])[0], width=DAY), 1, looks
    )


def day_of(instant: int | None) -> int | None:
    return None if instant is None else (instant - MONDAY) // DAY


def test_a_rate_that_halves_and_stays_low_fell_on_its_day() -> None:
    entered, went_on = days(12, 300, lambda day: 0.2 if day < 60 else 0.1)
    fell = found((entered, went_on))
    assert fell is not None
    assert (day_of(fell.since_at), fell.until_at) == (60, None)
    assert (fell.entered, fell.converted) == (entered[60:].sum(), went_on[60:].sum())
    assert fell.usual_rate == pytest.approx(0.2, rel=0.05)
    assert fell.missing == pytest.approx(fell.entered * 0.1, rel=0.1)


def test_a_fall_that_is_over_has_an_end() -> None:
    fell = found(days(12, 300, lambda day: 0.1 if 40 <= day < 55 else 0.2))
    assert fell is not None
    assert (day_of(fell.since_at), day_of(fell.until_at)) == (40, 55)


def test_a_long_log_is_looked_at_by_the_week() -> None:
    fell = found(days(40, 100, lambda day: 0.1 if 140 <= day < 182 else 0.2))
    assert fell is not None
    assert (day_of(fell.since_at), day_of(fell.until_at)) == (140, 182)


def test_weekends_are_no_fall() -> None:
    assert found(days(12, 2_000, lambda day: 0.1 if day % 7 >= 5 else 0.2)) is None
    assert found(days(2, 2_000, lambda day: 0.1 if day % 7 >= 5 else 0.2)) is None


def test_a_rate_that_rises_or_dips_by_a_tenth_has_not_fallen() -> None:
    assert found(days(12, 500, lambda day: 0.1 if day < 60 else 0.2)) is None
    assert found(days(12, 5_000, lambda day: 0.2 if day < 60 else 0.18)) is None


def test_steady_rates_are_found_steady_even_where_days_differ() -> None:
    rng = np.random.default_rng(3)
    level = np.exp(rng.normal(0, 0.15, 84))
    logs = [days(12, 1_000, lambda day: 0.1 * level[day], seed) for seed in range(10)]
    logs += [days(12, 5, lambda day: 0.3, seed) for seed in range(10)]
    assert sum(found(log) is not None for log in logs) == 0


def test_the_more_series_are_looked_at_the_clearer_a_fall_must_be() -> None:
    log = days(12, 60, lambda day: 0.2 if day < 60 else 0.1)
    first, last = found(log, looks=1), found(log, looks=20)
    assert first is not None
    assert last is not None
    assert last.probability == pytest.approx(20 * first.probability)
    assert found(log, looks=10**16) is None


def test_nobody_and_nothing_is_no_fall() -> None:
    nothing = np.zeros(40, dtype=np.int64)
    assert found((nothing, nothing)) is None
    assert found((nothing + 50, nothing)) is None
    assert found((nothing + 50, nothing + 50)) is None
