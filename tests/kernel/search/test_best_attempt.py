"""Which of several is the least."""

from __future__ import annotations

import numpy as np

from growthctl.kernel.search.best_attempt import all_least, least

GROUP = np.array([7, 3, 7, 3, 3])
KEYS = [np.array([1, 2, 1, 1, 1]), np.array([5, 0, 4, 6, 6])]


def test_the_first_key_decides_then_the_second_then_the_place() -> None:
    assert least(GROUP, KEYS).tolist() == [3, 2]


def test_all_that_are_alike_are_kept_where_that_is_asked() -> None:
    assert all_least(GROUP, KEYS).tolist() == [3, 4, 2]


def test_of_nothing_nothing_is_least() -> None:
    assert least(np.empty(0, np.int64), [np.empty(0, np.int64)]).tolist() == []
