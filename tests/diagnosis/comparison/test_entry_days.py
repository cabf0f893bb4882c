from __future__ import annotations

import numpy as np
import pytest

from growthctl.diagnosis.comparison.entry_days import EntryDays, SegmentDays
from growthctl.stats.arrays import Ints
from growthctl.stats.spread import CHANCE, spread_between_groups


def of_weeks(entered: Ints, converted: Ints) -> EntryDays:
    """(weeks, 7): this one, that before it, then earlier ones."""
    weeks = len(entered)
    side, day = np.repeat(np.arange(weeks), 7), np.tile(np.arange(7), weeks) - 7 * np.repeat(np.arange(weeks), 7)
    return EntryDays(side, 20_517 + day, np.stack([entered.ravel(), converted.ravel()]), {})


def test_earlier_weeks_are_summed_and_a_week_alone_tells_nothing() -> None:
    days = of_weeks(np.full((5, 7), 10), np.arange(35).reshape(5, 7))
    weeks = days.weeks
    assert weeks.sums(days.reached).tolist() == [[70] * 3, [14 * 7 + 21, 21 * 7 + 21, 28 * 7 + 21]]
    assert weeks.part.tolist() == [2, 2, 2]
    assert weeks.are_enough
    alone = of_weeks(np.full((2, 7), 10), np.full((2, 7), 5))
    assert alone.weeks.sums(alone.reached).shape == (2, 0)
    assert not alone.weeks.are_enough
    assert not of_weeks(np.full((4, 7), 10), np.full((4, 7), 5)).weeks.are_enough


def test_weeks_inside_of_long_ranges_tell_too() -> None:
    side, day = np.repeat([0, 1], 28), np.concatenate([np.arange(28, 56), np.arange(28)])
    rates = np.repeat([10, 40, 10, 40, 20, 50, 20, 50], 7)
    days = EntryDays(side, day, np.stack([np.full(56, 100), rates]), {})
    assert days.weeks.part.tolist() == [0] * 4 + [1] * 4
    spread = days.spread_of(days.reached, 1)
    assert (spread.factor > 10, spread.degrees) == (True, 6)


def test_a_change_between_the_sides_is_no_restlessness_and_one_of_earlier_weeks_is() -> None:
    rates = np.array([10, 40, 40, 40, 40])
    steady = of_weeks(np.full((5, 7), 100), np.repeat(rates[:, None], 7, axis=1))
    assert steady.spread_of(steady.reached, 1) == CHANCE
    wild = of_weeks(np.full((5, 7), 100), np.repeat(np.array([10, 40, 30, 40, 50])[:, None], 7, axis=1))
    assert wild.spread_of(wild.reached, 1).factor == pytest.approx(700 * 2 * 0.1**2 / 0.24 / 2)


def test_what_both_sides_of_a_day_have_in_common_is_none_of_their_restlessness() -> None:
    day, side = np.tile(np.arange(10), 2), np.repeat([0, 1], 10)
    entered, converted = np.full(20, 200), np.tile([40, 120] * 5, 2)
    shared = EntryDays(side, day, np.stack([entered, converted]), {}, is_shared=True)
    assert shared.spread_of(shared.reached, 1) == CHANCE
    apart = shared._replace(is_shared=False)
    assert apart.spread_of(apart.reached, 1).factor > 10
    own = np.concatenate([[40, 120] * 5, [80] * 10])
    restless = shared._replace(reached=np.stack([entered, own]))
    expected = spread_between_groups(entered.reshape(2, 10), own.reshape(2, 10))
    assert restless.spread_of(restless.reached, 1) == expected


def test_segments_vary_against_one_another_only_by_what_is_their_own() -> None:
    days = of_weeks(np.full((3, 7), 200), np.full((3, 7), 80))
    common, own = np.tile([20, 60, 20, 60, 20, 60, 40], 3), np.tile([60, 20, 40, 20, 60, 40, 40], 3)
    part = np.stack([np.full(21, 100), common])
    assert days.spread_between(part, part, 1) == CHANCE
    assert days.spread_between(part, np.stack([np.full(21, 100), own]), 1).factor > 5


def test_values_are_summed_from_the_rows_that_have_them() -> None:
    rows = SegmentDays(
        {("m",): 0, ("d",): 1}, np.array([0, 0, 1]), np.array([0, 2, 2]), np.array([[5, 6, 7], [1, 2, 3]]), 3
    )
    assert rows.having([("m",)]).tolist() == [[5, 0, 6], [1, 0, 2]]
    assert rows.having([("m",), ("d",)]).tolist() == [[5, 0, 13], [1, 0, 5]]
    assert rows.entrants(1, [("d",), ("m",)]).tolist() == [[5, 0, 6], [0, 0, 7]]
