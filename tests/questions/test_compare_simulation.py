"""The simulation of bench/ at toy size: what its full run says must hold here too."""

from __future__ import annotations

from bench.compare_simulation import simulate


def test_where_nothing_changed_there_is_seldom_an_alarm_though_a_naive_count_nearly_always_shows_a_fall() -> None:
    found = simulate(runs=30)
    assert found.alarms <= 0.07
    assert found.naive_alarms >= 0.7


def test_a_form_that_fails_half_of_the_time_on_phones_is_named() -> None:
    assert simulate(runs=8, mobile_factor=0.4).named >= 0.7
