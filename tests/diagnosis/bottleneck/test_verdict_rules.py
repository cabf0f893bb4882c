from __future__ import annotations

import numpy as np
import pytest

from growthctl.diagnosis.bottleneck.assessment import Assessment, Recoverable
from growthctl.diagnosis.bottleneck.posterior import Posterior
from growthctl.diagnosis.bottleneck.verdict_rules import MoreData, decide, more_data
from growthctl.diagnosis.codes import Unresolvable, Verdict
from growthctl.diagnosis.transitions import Reference
from tests.diagnosis.example import funnel


def assessment(gap: float, widest: float, mean: float = 10.0, on_par: float = 0.0) -> Assessment:
    [transition] = funnel((1000,), (100,), (0.2,))
    return Assessment(transition, gap, on_par, widest, Recoverable(mean, 0.0, 2 * mean, None), None, None)


def unentered() -> Assessment:
    [transition] = funnel((0,), (0,), (0.2,))
    return Assessment(transition, None, None, None, None, None, None)


@pytest.mark.parametrize(
    ("gap", "widest", "verdict"),
    [
        (0.95, 0.80, "confirmed"),
        (0.94, 0.80, "suspect"),
        (0.95, 0.79, "suspect"),
        (0.90, 0.65, "suspect"),
        (0.89, 0.99, "cannot_tell"),
        (0.99, 0.64, "cannot_tell"),
    ],
)
def test_both_probabilities_decide_how_sure_the_verdict_is(gap: float, widest: float, verdict: Verdict) -> None:
    assert decide([assessment(gap, widest)], 100) == verdict


@pytest.mark.parametrize(
    ("mean", "final", "verdict"),
    [(1.0, 50, "confirmed"), (0.9, 10, "suspect"), (2.0, 100, "confirmed"), (1.9, 100, "suspect")],
)
def test_only_a_recovery_of_one_conversion_and_two_percent_is_confirmed(
    mean: float, final: float, verdict: Verdict
) -> None:
    assert decide([assessment(1.0, 1.0, mean)], final) == verdict


@pytest.mark.parametrize("source", ["history", "segment"])
def test_history_or_a_segment_alone_never_confirms(source: str) -> None:
    sure = assessment(1.0, 1.0)
    reference = Reference(0.2, source)  # type: ignore[arg-type]
    hinted = sure._replace(transition=sure.transition._replace(reference=reference))
    assert decide([hinted], 100) == "suspect"


@pytest.mark.parametrize(
    ("lead", "second", "verdict"),
    [
        ((0.95, 0.50), (0.95, 0.40), "tie"),
        ((0.95, 0.50), (0.95, 0.39), "cannot_tell"),
        ((0.95, 0.50), (0.94, 0.50), "cannot_tell"),
        ((0.95, 0.66), (0.94, 0.30), "suspect"),
    ],
)
def test_two_sure_leaders_tie_when_one_of_them_is_surely_the_widest(
    lead: tuple[float, float], second: tuple[float, float], verdict: Verdict
) -> None:
    assert decide([assessment(*lead), assessment(*second)], 100) == verdict


def test_a_lead_that_is_surely_the_widest_but_small_does_not_tie() -> None:
    assert decide([assessment(1.0, 0.85, 0.5), assessment(1.0, 0.15, 0.2)], 10) == "suspect"


def test_rates_that_are_all_on_par_have_no_bottleneck() -> None:
    small_gap = assessment(0.99, 0.85, mean=1.0, on_par=0.90)
    assert decide([small_gap, assessment(0.3, 0.1, on_par=0.99)], 100) == "none_below_reference"
    assert decide([small_gap, assessment(0.3, 0.1, on_par=0.89)], 100) == "suspect"


def test_a_transition_that_nobody_entered_is_not_on_par() -> None:
    assert decide([assessment(0.5, 0.5, on_par=0.99), unentered()], 100) == "cannot_tell"


def test_nothing_can_be_told_while_nobody_entered_a_transition_with_a_reference() -> None:
    assert decide([unentered()], 100) == "cannot_tell"


def posterior(gap: tuple[float, float], recovery: tuple[float, float]) -> Posterior:
    """Two columns; draws two standard deviations apart, so that mean and spread are exact."""
    signs = np.array([-1.0, 1.0] * 100)
    lead = 0.5 - (gap[0] + gap[1] * signs)
    worth = 5 + recovery[0] + recovery[1] * signs
    rates = np.stack([lead, np.full(200, 0.5)], axis=1)
    return Posterior(
        rates=rates,
        present=rates,
        references=np.array([0.5, 0.5]),
        recoverable=np.stack([worth, np.full(200, 5.0)], axis=1),
    )


def test_the_wait_follows_the_less_clear_of_distance_and_gap() -> None:
    distance = more_data(posterior(gap=(0.1, 0.01), recovery=(1.0, 2.0)), [0, 1], 45, 100)
    assert distance.entrants == 465  # ((2 · 0.8416 · 2)² − 1) · 45 = 464.9
    gap = more_data(posterior(gap=(0.1, 0.1), recovery=(1.0, 0.1)), [0, 1], 45, 100)
    assert gap.entrants == 234  # ((2.4866 · 1)² − 1) · 45 = 233.2


def test_the_days_are_those_in_which_the_entrants_arrive() -> None:
    assert more_data(posterior((0.1, 0.1), (1.0, 0.1)), [0, 1], 45, 10) == MoreData(234, 24, None)


def test_more_than_ninety_days_are_too_many() -> None:
    assert more_data(posterior((0.1, 0.1), (1.0, 0.1)), [0, 1], 45, 2.6).days == 90
    assert more_data(posterior((0.1, 0.1), (1.0, 0.1)), [0, 1], 45, 2.59) == MoreData(234, 91, "over_90_days")


def test_more_than_twenty_five_times_the_data_is_too_much() -> None:
    assert more_data(posterior((0.1, 0.2), (1.0, 0.1)), [0, 1], 45, 1e9) == MoreData(1068, 1, None)
    hopeless: Unresolvable = "over_25_times_the_data"
    assert more_data(posterior((0.1, 0.21), (1.0, 0.1)), [0, 1], 45, 1e9) == MoreData(1183, 1, hopeless)
    assert more_data(posterior((0.1, 0.01), (0.0, 1.0)), [0, 1], 45, 1e9) == MoreData(None, None, hopeless)


def test_waiting_does_not_help_where_no_gap_is_seen() -> None:
    assert more_data(posterior((-0.01, 0.1), (1.0, 0.1)), [0, 1], 45, 10) == MoreData(None, None, "no_gap_seen")


def test_a_single_candidate_only_has_to_be_told_from_nothing() -> None:
    assert more_data(posterior((0.1, 0.1), (1.0, 100.0)), [0], 45, 100).unresolvable == "over_25_times_the_data"
    assert more_data(posterior((0.1, 0.1), (1.0, 5.0)), [0], 45, 100).entrants == 234


def test_at_least_one_more_entrant_is_asked_for() -> None:
    assert more_data(posterior((0.1, 0.01), (1.0, 0.1)), [0, 1], 45, 100) == MoreData(1, 1, None)
