from __future__ import annotations

from itertools import groupby

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm
from statsmodels.duration.survfunc import SurvfuncRight

from growthctl.stats.kaplan_meier import kaplan_meier, survival_function

# Remission under 6-MP in weeks, + still in remission (Freireich et al. 1963).
SIX_MP = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
NEVER = 10_000

Observed = list[tuple[int, bool]]
"""When, and whether that was a conversion."""


def table(observed: Observed) -> tuple[list[int], list[int], list[int]]:
    """Times in order, conversions and censorings at each."""
    times, converted, censored = [], [], []
    for time, group in groupby(sorted(observed), key=lambda each: each[0]):
        events = [event for _, event in group]
        times.append(time)
        converted.append(sum(events))
        censored.append(len(events) - sum(events))
    return times, converted, censored


def six_mp() -> Observed:
    return [(int(text.removesuffix("+")), not text.endswith("+")) for text in SIX_MP.split()]


def test_the_estimate_has_the_published_numbers_of_the_6_mp_trial() -> None:
    times, converted, censored = table(six_mp())
    share, _ = survival_function(21, converted, censored)
    at = dict(zip(times, share, strict=True))
    expected = [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    assert [at[week] for week in (6, 7, 10, 13, 16, 22, 23)] == pytest.approx(expected, abs=5e-5)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=60), st.integers(0, 20))
def test_rate_and_interval_are_those_of_statsmodels(observed: Observed, never: int) -> None:
    _, converted, censored = table(observed)
    estimate = kaplan_meier(len(observed) + never, converted, censored)
    # Who never converts is at risk at all times: seen to the end without an event.
    times, events = zip(*[*observed, *[(NEVER, False)] * never], strict=True)
    fitted = SurvfuncRight(np.array(times), np.array(events, int)) if any(events) else None
    left = fitted.surv_prob[-1] if fitted else 1.0
    if not never and left > 0:
        assert estimate is None
        return
    assert estimate is not None
    assert estimate.rate == pytest.approx(1 - left, abs=1e-12)
    assert (estimate.interval is None) == (left in (0, 1))
    if fitted and estimate.interval:
        # log(−log S) has the standard error se(S) ÷ (S · −log S).
        half = norm.ppf(0.975) * fitted.surv_prob_se[-1] / (left * -np.log(left))
        low, high = (1 - left ** np.exp(sign * half) for sign in (-1, 1))
        assert (estimate.interval.low, estimate.interval.high) == pytest.approx((low, high), abs=1e-9)


def test_with_nobody_censored_the_rate_is_exactly_that_of_the_counts() -> None:
    found = kaplan_meier(49, [1, 5, 13], [0, 0, 0])
    assert found is not None
    assert found.rate == 19 / 49
    assert found.interval is not None
    assert found.interval.low < 19 / 49 < found.interval.high


def test_conversions_between_two_censorings_may_be_counted_at_the_later_one() -> None:
    observed = [(1, True), (2, True), (3, False), (4, True), (5, True), (5, True), (6, False), (7, True)]
    _, converted, censored = table(observed)
    pooled = kaplan_meier(20, [2, 3, 1], [1, 1, 0])
    apart = kaplan_meier(20, converted, censored)
    assert pooled is not None
    assert apart is not None
    assert pooled.rate == pytest.approx(apart.rate)
    assert pooled.interval is not None
    assert apart.interval is not None
    assert (pooled.interval.low, pooled.interval.high) == pytest.approx((apart.interval.low, apart.interval.high))


@pytest.mark.parametrize(
    ("entered", "converted", "censored", "rate"),
    [(5, [0], [3], 0.0), (5, [5], [0], 1.0), (5, [2, 1], [2, 0], 1.0)],
    ids=["nobody", "everybody", "everybody who was seen"],
)
def test_while_nobody_or_everybody_has_converted_there_is_no_interval(
    entered: int, converted: list[int], censored: list[int], rate: float
) -> None:
    found = kaplan_meier(entered, converted, censored)
    assert found is not None
    assert (found.rate, found.interval) == (rate, None)


@pytest.mark.parametrize(("entered", "converted", "censored"), [(0, [0], [0]), (9, [0], [9]), (9, [2, 3], [1, 3])])
def test_nobody_seen_to_the_end_has_no_rate(entered: int, converted: list[int], censored: list[int]) -> None:
    assert kaplan_meier(entered, converted, censored) is None


def test_the_open_ones_do_not_drag_the_rate_down_as_they_do_when_counted_as_lost() -> None:
    # 500 enter each day of four weeks; 30 % convert, evenly over a window of 14 days. Nobody older than that is open.
    generator = np.random.default_rng(3)
    age = np.minimum(np.repeat(np.arange(28), 500), 14)
    takes = np.where(generator.random(14_000) < 0.3, generator.uniform(0, 14, 14_000), np.inf)
    seen = [(min(take, days), take <= days) for take, days in zip(takes.tolist(), age.tolist(), strict=True)]
    _, converted, censored = table([each for each in seen if each[1] or each[0] < 14])
    found = kaplan_meier(14_000, converted, censored)
    assert sum(converted) / 14_000 < 0.23
    assert found is not None
    assert found.rate == pytest.approx(0.3, abs=0.01)
    assert found.interval is not None
    assert found.interval.low < 0.3 < found.interval.high


def test_the_maintained_group_of_the_leukaemia_trial_survives_as_published() -> None:
    # AML, Embury et al. 1977, in Miller, Survival Analysis (1981), p. 49: weeks of remission, + censored.
    times = ["9", "13", "13+", "18", "23", "28+", "31", "34", "45+", "48", "161+"]
    _, converted, censored = table([(int(each.rstrip("+")), not each.endswith("+")) for each in times])
    left, _ = survival_function(11, converted, censored)
    published = [0.909, 0.818, 0.716, 0.614, 0.491, 0.368, 0.184]
    assert sorted({round(float(each), 3) for each in left}, reverse=True) == pytest.approx(published, abs=6e-4)
