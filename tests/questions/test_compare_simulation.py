"""The simulation of bench/ at toy size: what its full run says must hold here too."""

from __future__ import annotations

import pytest

from bench.compare_simulation import WORLDS, World, simulate


@pytest.mark.parametrize("world", ["days ± 25 %", "weeks ± 10 %", "young"])
def test_where_nothing_changed_there_is_seldom_an_alarm(world: str) -> None:
    alarms, named = simulate(WORLDS[world], runs=6)
    assert alarms <= 1, named


def test_a_rate_that_fell_by_a_third_in_a_week_is_named() -> None:
    _, named = simulate(WORLDS["! signup − 30 %"], runs=4)
    assert named["signup product"] >= 3


def test_a_form_that_fails_half_of_the_time_on_phones_is_named_with_them() -> None:
    _, named = simulate(World(mobile=0.5), runs=4)
    assert named["mobile signup"] >= 3


def test_a_campaign_that_stops_is_who_came_and_not_the_stage() -> None:
    _, named = simulate(WORLDS["! campaign stops"], runs=4)
    assert named["entrants traffic"] >= 3
    assert named["signup traffic"] > named["signup product"]
