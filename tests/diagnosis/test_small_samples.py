from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from growthctl.diagnosis.small_samples import small_sample
from growthctl.stats.proportions import Proportion


@pytest.mark.parametrize(
    ("converted", "entered", "low", "high"),
    [
        (9000, 12000, 0.7422, 0.7577),
        (900, 9000, 0.0940, 0.1064),
        (225, 900, 0.2228, 0.2793),
        (45, 225, 0.1530, 0.2571),
    ],
)
def test_the_wilson_interval_has_the_published_numbers(converted: int, entered: int, low: float, high: float) -> None:
    interval = Proportion(entered, converted).wilson()
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 10**9).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_wilson_interval_agrees_with_scipy(counts: tuple[int, int]) -> None:
    expected = binomtest(*counts).proportion_ci(confidence_level=0.95, method="wilson")
    interval = Proportion(*counts[::-1]).wilson()
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx((expected.low, expected.high), rel=1e-9, abs=1e-12)


def test_another_level_gives_a_narrower_interval_as_scipy_does() -> None:
    expected = binomtest(7, 40).proportion_ci(confidence_level=0.8, method="wilson")
    interval = Proportion(40, 7).wilson(level=0.8)
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx((expected.low, expected.high))


def test_no_conversions_reach_down_to_exactly_zero_and_all_converted_up_to_exactly_one() -> None:
    nobody, everybody = Proportion(7, 0).wilson(), Proportion(7, 7).wilson()
    assert nobody is not None
    assert everybody is not None
    assert nobody.low == 0.0 < nobody.high
    assert everybody.low < 1.0 == everybody.high


def test_nobody_entered_has_no_interval() -> None:
    assert Proportion(0, 0).wilson() is None


@pytest.mark.parametrize(
    ("converted", "entered", "small"), [(5, 30, False), (4, 30, True), (5, 29, True), (0, 0, True)]
)
def test_a_sample_is_small_below_thirty_entered_or_five_converted(converted: int, entered: int, small: bool) -> None:
    assert small_sample(converted, entered) is small
