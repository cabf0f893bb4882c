"""The next and the last moment of an entity, held to a search through all of them."""

from __future__ import annotations

import random

import numpy as np
import pytest

from growthctl.clock import LONG_AGO, NEVER
from growthctl.kernel.event_times import EventTimes, begins, rank_in_run


@pytest.mark.parametrize("seed", range(10))
def test_the_next_and_the_last_are_those_of_a_plain_search(seed: int) -> None:
    rng = random.Random(seed)
    times = [sorted(rng.randrange(-9, 9) for _ in range(rng.randrange(5))) for _ in range(20)]
    start = np.cumsum([0, *(len(each) for each in times)])
    moments = EventTimes(np.array([time for each in times for time in each], np.int64), start)
    entity = np.repeat(np.arange(20), 20)
    asked = np.tile(np.arange(-10, 10), 20)
    pairs = list(zip(entity.tolist(), asked.tolist(), strict=True))
    assert moments.after(entity, asked).tolist() == [
        min((time for time in times[who] if time > when), default=NEVER) for who, when in pairs
    ]
    assert moments.until(entity, asked).tolist() == [
        max((time for time in times[who] if time <= when), default=LONG_AGO) for who, when in pairs
    ]


def test_moments_of_some_events_stay_with_their_entities() -> None:
    moments = EventTimes.of(np.array([1, 2, 3, 4]), np.array([0, 2, 4]), np.array([False, True, False, True]))
    assert moments.after(np.array([0, 1]), np.array([0, 0])).tolist() == [2, 4]


def test_runs_count_on_from_their_start() -> None:
    assert rank_in_run(np.array([10, 5, 7]), np.array([2, 0, 3])).tolist() == [10, 11, 7, 8, 9]
    assert rank_in_run(np.empty(0, np.int64), np.empty(0, np.int64)).tolist() == []


def test_another_combination_begins_where_any_key_changes() -> None:
    assert begins(np.array([1, 1, 2, 2]), np.array([0, 0, 0, 1])).tolist() == [True, False, True, True]
    assert begins(np.empty(0, np.int64)).tolist() == []
