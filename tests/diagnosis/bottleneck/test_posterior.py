from __future__ import annotations

import numpy as np
import pytest

from growthctl.diagnosis.bottleneck.posterior import Posterior, prior_strength, weekly_dispersion
from growthctl.stats.proportions import Proportion
from tests.diagnosis.example import funnel, large
from tests.stats.some_proportions import proportions


def test_the_prior_counts_for_as_many_entities_as_in_the_worked_example() -> None:
    strengths = [prior_strength(rate) for rate in (0.80, 0.105, 0.35, 0.22)]
    assert strengths == pytest.approx([38.06, 65.51, 26.47, 35.42], abs=5e-3)


def test_the_prior_spreads_by_two_fifths_of_the_log_odds() -> None:
    rate = 0.3
    variance = rate * (1 - rate) / (prior_strength(rate) + 1)
    assert variance**0.5 == pytest.approx(0.4 * rate * (1 - rate))


def test_weeks_that_differ_more_than_chance_are_overdispersed_by_pearson() -> None:
    weeks = [
        Proportion(100, 10),
        Proportion(100, 30),
        Proportion(100, 10),
        Proportion(100, 30),
        Proportion(100, 10),
        Proportion(100, 30),
    ]
    assert weekly_dispersion(weeks) == pytest.approx(6 * 10**2 / (100 * 0.2 * 0.8) / 5)


def test_weeks_that_differ_less_than_chance_count_as_chance() -> None:
    assert weekly_dispersion([Proportion(100, 20)] * 8) == 1


def test_fewer_than_six_weeks_with_entrants_say_nothing_about_dispersion() -> None:
    weeks = proportions((100, 10), (100, 30), (100, 10), (100, 30), (100, 10))
    assert weekly_dispersion(weeks) == 1
    assert weekly_dispersion([*weeks, Proportion(0, 0)]) == 1
    assert weekly_dispersion([*weeks, Proportion(0, 0), Proportion(100, 30)]) > 1


@pytest.mark.parametrize("converted", [0, 50])
def test_nobody_or_everybody_converting_has_no_dispersion(converted: int) -> None:
    assert weekly_dispersion([Proportion(50, converted)] * 7) == 1


def test_overdispersed_weeks_widen_the_draws_by_the_root_of_the_dispersion() -> None:
    [steady] = funnel((60000,), (12000,), (0.2,))
    uneven = steady._replace(weeks=(Proportion(10000, 1900), Proportion(10000, 2100)) * 3)
    narrow, wide = (Posterior.of([transition], 100).rates.std() for transition in (steady, uneven))
    assert wide / narrow == pytest.approx(weekly_dispersion(uneven.weeks) ** 0.5, rel=0.05)


def test_the_draws_gather_around_rate_and_reference_weighed_by_entities_and_prior_strength() -> None:
    rates = Posterior.of(funnel((20,), (2,), (0.22,)), 100).rates
    strength = prior_strength(0.22)
    assert rates.mean() == pytest.approx((2 + 0.22 * strength) / (20 + strength), abs=0.003)


def test_without_a_reference_the_draws_follow_jeffreys_prior() -> None:
    posterior = Posterior.of(funnel((10,), (0,), (None,)), 100)
    assert posterior.rates.mean() == pytest.approx(0.5 / 11, abs=0.003)
    assert np.isnan(posterior.references).all()
    assert not posterior.recoverable.any()


def test_the_same_counts_give_the_same_draws() -> None:
    assert np.array_equal(Posterior.of(large(), 12000).rates, Posterior.of(large(), 12000).rates)


def test_no_transition_moves_the_draws_of_another() -> None:
    alone = Posterior.of(large((None, None, 0.35, None)), 12000).rates[:, 2]
    assert np.array_equal(alone, Posterior.of(large(), 12000).rates[:, 2])


def test_transitions_of_the_same_counts_are_drawn_independently() -> None:
    first, second = Posterior.of(funnel((100, 100), (50, 50), (0.5, 0.5)), 100).rates.T
    assert abs(np.mean((first - first.mean()) * (second - second.mean()))) < 0.05 * first.std() * second.std()


@pytest.mark.parametrize(("entered", "converted"), [(0, 0), (5, 0), (5, 5), (10**12, 10**12), (10**12, 1)])
@pytest.mark.parametrize("target", [None, 1e-6, 0.5, 1.0])
def test_draws_are_rates_whatever_the_counts(entered: int, converted: int, target: float | None) -> None:
    rates = Posterior.of(funnel((entered,), (converted,), (target,)), 100).rates
    assert ((rates >= 0) & (rates <= 1)).all()
