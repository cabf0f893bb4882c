from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from growthctl.clock import DAY
from growthctl.diagnosis.health.inputs import Finding
from growthctl.diagnosis.health.weekday_pattern import weekday_pattern
from tests.diagnosis.weeks import Ints, counts_over_time, days


def found(counts: tuple[Ints, Ints]) -> Finding | None:
    entered, went_on = counts
    return weekday_pattern(counts_over_time(entered, np.zeros_like(entered), went_on, width=DAY), 1, "demo")


def test_weekdays_on_which_fewer_go_on_are_found_with_what_they_miss() -> None:
    entered, went_on = days(8, 200, lambda day: 0.1 if day % 7 >= 5 else 0.3)
    pattern = found((entered, went_on))
    assert pattern is not None
    weekend = np.arange(56) % 7 >= 5
    assert (pattern.code, pattern.cause, pattern.stage, pattern.weekdays) == (
        "weekday_pattern",
        "season",
        "demo",
        (5, 6),
    )
    assert pattern.rate == pytest.approx(went_on[weekend].sum() / entered[weekend].sum())
    assert pattern.usual_rate == pytest.approx(went_on[~weekend].sum() / entered[~weekend].sum())
    assert pattern.missing == pytest.approx(0.2 * entered[weekend].sum(), rel=0.1)


@pytest.mark.parametrize(
    ("weeks", "people", "rate"),
    [
        (2, 200, lambda day: 0.1 if day % 7 >= 5 else 0.3),
        (8, 200, lambda day: 0.3),
        (8, 10, lambda day: 0.28 if day % 7 >= 5 else 0.3),
        (8, 200, lambda day: 0.1 if day % 7 >= 3 else 0.3),
        (8, 200, lambda day: 0.05 if 33 <= day < 42 else 0.3),
        (8, 200, lambda day: 0.0),
        (8, 0, lambda day: 0.3),
    ],
    ids=["too short", "all alike", "chance", "four days", "one weekend", "nobody goes on", "nobody"],
)
def test_no_pattern_is_found_where_there_is_none(weeks: int, people: int, rate: Callable[[int], float]) -> None:
    assert found(days(weeks, people, rate)) is None


def test_the_probability_is_that_of_chi_square_with_six_degrees_of_freedom() -> None:
    n, x = np.full(21, 100), np.tile([30, 30, 30, 30, 30, 15, 15], 3)
    pattern = found((n, x))
    assert pattern is not None
    rate = x.mean() / 100
    squares = ((x - 100 * rate) ** 2 / (100 * rate * (1 - rate))).sum()
    assert pattern.probability == pytest.approx(float(stats.chi2.sf(squares, 6)))
