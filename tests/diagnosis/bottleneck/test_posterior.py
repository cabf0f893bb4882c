from __future__ import annotations

from math import inf

import numpy as np
import pytest
from scipy import stats

from growthctl.diagnosis.bottleneck.posterior import Posterior, prior_strength
from growthctl.diagnosis.transitions import Present
from growthctl.stats.proportions import Proportion
from growthctl.stats.spread import Spread
from tests.diagnosis.example import funnel, large


def test_the_prior_counts_for_as_many_entities_as_in_the_worked_example() -> None:
    strengths = [prior_strength(rate) for rate in (0.80, 0.105, 0.35, 0.22)]
    assert strengths == pytest.approx([38.06, 65.51, 26.47, 35.42], abs=5e-3)


def test_the_prior_spreads_by_two_fifths_of_the_log_odds() -> None:
    rate = 0.3
    variance = rate * (1 - rate) / (prior_strength(rate) + 1)
    assert variance**0.5 == pytest.approx(0.4 * rate * (1 - rate))


def test_restless_days_widen_the_draws_by_the_root_of_phi_and_few_of_them_more() -> None:
    [steady] = funnel((60000,), (12000,), (0.2,))
    known, guessed = steady._replace(spread=Spread(4.0, inf)), steady._replace(spread=Spread(4.0, 3))
    narrow, wide, wider = (Posterior.of([each], 100).rates.std() for each in (steady, known, guessed))
    assert wide / narrow == pytest.approx(2, rel=0.05)
    assert wider / narrow == pytest.approx(2 * stats.t.ppf(0.95, 3) / stats.norm.ppf(0.95), rel=0.05)


def test_what_is_held_against_the_reference_is_the_usual_rate_and_others_are_priced_at_the_present_one() -> None:
    [landing, signup] = funnel((6000, 3000), (3000, 600), (0.6, 0.25))
    changed = landing._replace(usual=Proportion(4000, 2400), now=Present(0, Proportion(2000, 600)))
    posterior = Posterior.of([changed, signup], 1000)
    assert posterior.rates.mean(axis=0) == pytest.approx([0.6, 0.2], abs=0.005)
    assert posterior.present.mean(axis=0) == pytest.approx([0.3, 0.2], abs=0.005)
    # A · p₁ · (r₂ − p₂), with the present p₁.
    assert posterior.recoverable[:, 1].mean() == pytest.approx(1000 * 0.3 * 0.05, rel=0.05)


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
