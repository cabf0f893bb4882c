from __future__ import annotations

import numpy as np
import pytest

from growthctl.clock import DAY, HOUR
from growthctl.diagnosis.days import NO_DAYS, Days
from growthctl.stats.proportions import Proportion
from tests.diagnosis.weeks import MONDAY

DAYS = Days(MONDAY, np.arange(10, 26), np.arange(16), offset=HOUR)


def test_weeks_are_seven_days_each_from_the_last_day_back() -> None:
    assert DAYS.weeks == (
        Proportion(sum(range(12, 19)), sum(range(2, 9))),
        Proportion(sum(range(19, 26)), sum(range(9, 16))),
    )
    assert NO_DAYS.weeks == ()
    assert (
        DAYS.until(DAYS.at(10)).weeks == (Proportion(10 + 11 + 12, 0 + 1 + 2), Proportion(sum(range(13, 20)), 42))[1:]
    )
    assert DAYS.until(DAYS.at(11)).weeks[0] == Proportion(10 + 11 + 12 + 13, 0 + 1 + 2 + 3)


def test_weekdays_begin_with_monday_as_the_first_day_was() -> None:
    assert DAYS.weekdays[:8].tolist() == [0, 1, 2, 3, 4, 5, 6, 0]
    assert DAYS.since(DAYS.at(3)).weekdays[0] == 3


def test_a_day_belongs_to_those_until_an_instant_only_if_it_is_over_by_then() -> None:
    assert DAYS.at(0) == MONDAY - HOUR
    assert DAYS.until(DAYS.at(3)).length == 3
    assert DAYS.until(DAYS.at(3) - 1).length == 2
    assert DAYS.until(0).length == 0
    assert DAYS.until(DAYS.at(99)).length == 16


def test_a_day_belongs_to_those_since_an_instant_only_if_it_begins_then_or_later() -> None:
    assert DAYS.since(DAYS.at(3)).total == Proportion(sum(range(13, 26)), sum(range(3, 16)))
    assert DAYS.since(DAYS.at(3) + 1).length == 12
    assert DAYS.since(0).length == 16
    assert DAYS.since(DAYS.at(99)).length == 0


def test_usual_rates_are_those_of_the_weekday_once_there_are_fifteen_days() -> None:
    entered = np.full(21, 100)
    converted = np.where(np.arange(21) % 7 >= 5, 10, 40)
    rates = Days(MONDAY, entered, converted).rates_of(np.array([0, 6]))
    assert rates == pytest.approx([0.4, 0.1])
    few = Days(MONDAY, entered[:14], converted[:14]).rates_of(np.array([0, 6]))
    assert few == pytest.approx([(5 * 0.4 + 2 * 0.1) / 7] * 2)


def test_those_who_enter_here_and_convert_later_are_counted_on_the_days_of_both() -> None:
    later = Days(MONDAY, np.full(5, 4), np.arange(5))
    assert DAYS.through(later).total == Proportion(sum(range(10, 15)), 10)


def test_others_can_be_left_out_without_moving_the_days() -> None:
    which = np.arange(16) % 2 == 0
    assert DAYS.only(which).length == 16
    assert DAYS.only(which).total == DAYS.of(which)
    assert DAYS.at(1) - DAYS.at(0) == DAY
