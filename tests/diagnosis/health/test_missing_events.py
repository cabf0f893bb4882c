from __future__ import annotations

import numpy as np
import pytest

from growthctl.clock import DAY
from growthctl.diagnosis.health.missing_events import missing_stretches, silent_throughout
from tests.diagnosis.weeks import Ints, counts_over_time, shop


def cut(counts: Ints, since: int, until: int) -> Ints:
    result = counts.copy()
    result[since:until] = 0
    return result


@pytest.mark.parametrize(
    ("since", "until"), [(1_000, 1_008), (1_500, 2_016), (0, 300), (200, 2_016)], ids=["once", "end", "start", "most"]
)
def test_a_stretch_without_events_is_found_while_the_stage_before_goes_on(since: int, until: int) -> None:
    entered, reached = shop(weeks=12, per_hour=20, rate=0.3)
    (found,) = missing_stretches(counts_over_time(entered, cut(reached, since, until)), 1, looks=30)
    lost = reached[since:until].sum()
    assert (found.since, found.until) == pytest.approx((since, until), abs=9)  # a quiet night may belong to it
    assert found.observed == 0
    assert found.upstream == pytest.approx(entered[since:until].sum(), abs=5)
    assert found.expected == pytest.approx(lost, rel=0.3)
    assert found.missing == pytest.approx(lost, rel=0.3)
    assert found.probability < 1e-6


def test_a_few_events_that_come_through_do_not_hide_it() -> None:
    entered, reached = shop(weeks=12, per_hour=40, rate=0.3)
    leaking = cut(reached, 1_016, 1_028)
    leaking[1_020] = 3
    (found,) = missing_stretches(counts_over_time(entered, leaking), 1, looks=30)
    assert (found.since, found.until, found.observed) == (1_016, 1_028, 3)


def test_a_crowd_does_not_hide_it_and_its_missing_conversions_are_those_of_the_crowd() -> None:
    entered, reached = shop(weeks=12, per_hour=20, rate=0.3)
    entered[1_016:1_024] *= 3
    (found,) = missing_stretches(counts_over_time(entered, cut(reached, 1_016, 1_024)), 1, looks=30)
    assert found.expected == pytest.approx(reached[1_016:1_024].sum(), rel=0.3)
    assert found.missing == pytest.approx(0.3 * entered[1_016:1_024].sum(), rel=0.1)


def test_no_events_because_nobody_came_is_no_silence() -> None:
    entered, reached = shop(weeks=12, per_hour=20, rate=0.3)
    assert missing_stretches(counts_over_time(cut(entered, 1_000, 1_100), cut(reached, 1_000, 1_100)), 1) == []
    (gone,) = missing_stretches(counts_over_time(cut(entered, 1_000, 1_100), cut(reached, 1_000, 1_100)), 0)
    assert (gone.upstream, gone.missing) == (None, 0)


def test_a_stage_that_rests_every_weekend_is_expected_to() -> None:
    entered, reached = shop(weeks=8, per_hour=60, rate=0.3)
    weekend = np.arange(8 * 168) // 24 % 7 >= 5
    assert missing_stretches(counts_over_time(entered, np.where(weekend, 0, reached)), 1) == []


def test_a_lower_rate_is_no_silence() -> None:
    entered, reached = shop(weeks=12, per_hour=40, rate=0.3)
    reached[1_000:] = np.random.default_rng(2).binomial(reached[1_000:], 0.3)
    assert missing_stretches(counts_over_time(entered, reached), 1) == []


def test_nothing_is_expected_of_a_single_week_nor_of_the_time_it_takes_to_get_there() -> None:
    entered, reached = shop(weeks=1, per_hour=100, rate=0.3)
    assert missing_stretches(counts_over_time(entered, cut(reached, 100, 168)), 1) == []
    entered, reached = shop(weeks=12, per_hour=20, rate=0.3)
    assert missing_stretches(counts_over_time(entered, cut(reached, 0, 100)), 1, skip=100) == []


def test_fewer_than_nine_expected_are_never_missed() -> None:
    entered, reached = shop(weeks=12, per_hour=1, rate=0.1)
    assert missing_stretches(counts_over_time(entered, cut(reached, 1_000, 1_050)), 1) == []


def test_sound_logs_are_found_sound() -> None:
    logs = (
        counts_over_time(*shop(weeks, per_hour, rate, seed, noise))
        for seed in range(10)
        for weeks, per_hour, rate, noise in [(12, 20, 0.3, 0.1), (4, 200, 0.05, 0.3), (20, 2, 0.5, 0.2)]
    )
    assert sum(bool(missing_stretches(log, stage, looks=30)) for log in logs for stage in (0, 1)) <= 1


def test_a_segment_in_which_a_stage_never_happens_is_compared_with_the_others() -> None:
    entered = np.full(60, 20)
    phones = counts_over_time(entered, np.zeros(60, dtype=np.int64), width=DAY)
    found = silent_throughout(phones, 1, came=5_000, went_on=1_000)
    assert found is not None
    assert (found.observed, found.expected, found.upstream, found.missing) == (0, 240, 1_200, 240)
    assert silent_throughout(phones, 1, came=5_000, went_on=30) is None
    assert silent_throughout(phones, 1, came=5_000, went_on=0) is None
    assert silent_throughout(counts_over_time(entered, np.full(60, 1), width=DAY), 1, came=5_000, went_on=1_000) is None


def test_in_an_open_funnel_a_stage_may_be_expected_to_have_more_than_came_from_the_stage_before() -> None:
    entered, reached = shop(weeks=12, per_hour=2, rate=0.3)
    joined, _ = shop(weeks=12, per_hour=20, rate=0.3, seed=2)
    everybody = cut(reached + joined, 1_000, 1_040)
    series = counts_over_time(entered, everybody, went_on=cut(reached, 1_000, 1_040), is_open=True)
    (found,) = missing_stretches(series, 1, looks=30)
    assert (found.since, found.until) == pytest.approx((1_000, 1_040), abs=9)
    assert found.expected == pytest.approx((reached + joined)[1_000:1_040].sum(), rel=0.3)
    # Who enters there is no conversion that is missing.
    assert found.missing == pytest.approx(0.3 * entered[1_000:1_040].sum(), rel=0.3)
