from __future__ import annotations

import numpy as np
import pytest

from growthctl.diagnosis.comparison.entry_days import EntryDays
from growthctl.diagnosis.comparison.sample_ratio import looks_assigned, sample_ratio


def of_days(this: list[int], against: list[int]) -> EntryDays:
    days = len(this)
    return EntryDays(np.repeat([0, 1], days), np.tile(np.arange(days), 2), np.array([[*this, *against]]), {}, True)


def test_600_and_400_are_no_halves() -> None:
    ratio = sample_ratio(of_days([60] * 10, [40] * 10))
    assert ratio is not None
    assert ratio.p_equal == pytest.approx(2.54e-10, rel=1e-2)
    assert ratio.p_steady == 1
    assert ratio.is_doubtful


def test_arms_whose_shares_change_from_day_to_day_are_doubtful_though_they_are_as_large() -> None:
    ratio = sample_ratio(of_days([90, 10] * 5, [10, 90] * 5))
    assert ratio is not None
    assert (ratio.p_equal, ratio.p_steady < 1e-6, ratio.is_doubtful) == (1, True, True)
    fair = sample_ratio(of_days([52, 47, 50, 55, 49], [48, 53, 50, 45, 51]))
    assert fair is not None
    assert not fair.is_doubtful


def test_an_arm_without_anybody_has_no_ratio() -> None:
    assert sample_ratio(of_days([5, 5], [0, 0])) is None


@pytest.mark.parametrize(
    ("name", "values", "assigned"),
    [
        ("variant", ["x", "y"], True),
        ("exp_arm", ["1", "2"], True),
        ("ab_test", ["new", "old"], True),
        ("checkout", ["control", "Treatment"], True),
        ("group", ["only"], False),
        ("device", ["mobile", "desktop"], False),
        ("campaign", ["display", "search"], False),
        ("latest_page", ["a1", "b1"], False),
        ("alarm", ["on", "off"], False),
    ],
)
def test_only_what_reads_like_an_experiment_is_taken_for_one(name: str, values: list[str], assigned: bool) -> None:
    assert looks_assigned(name, values) is assigned
