from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from growthctl.diagnosis.bottleneck.assessment import Assessment, assess
from growthctl.diagnosis.bottleneck.posterior import Posterior
from growthctl.diagnosis.transitions import Transition
from tests.diagnosis.example import STAGES, funnel, large


def judge(transitions: list[Transition], entrants: float, value: float | None = None) -> tuple[Assessment, ...]:
    return assess(transitions, Posterior.of(transitions, entrants), entrants, value)


def test_every_transition_stands_as_in_the_worked_example() -> None:
    judged = judge(large(), 12000)
    assert [s.probability_gap for s in judged] == pytest.approx([1, 0.9408, 1, 0.7610], abs=0.015)
    assert [s.recoverable.mean for s in judged if s.recoverable] == pytest.approx([3.07, 2.33, 17.73, 4.79], abs=0.1)
    assert judged[2].probability_widest == pytest.approx(0.956, abs=0.015)
    assert [s.leverage for s in judged] == pytest.approx([2.14, 8.77, 7.08, 7.63], abs=5e-3)
    assert [s.share_of_shortfall for s in judged] == pytest.approx([0.1184, 0.0895, 0.6173, 0.1748], abs=5e-5)


def test_the_interval_holds_95_percent_of_the_draws_and_its_low_end_expects_those_regained_to_be_worse() -> None:
    transitions = large()
    draws = Posterior.of(transitions, 12000).recoverable[:, 2]
    recoverable = judge(transitions, 12000)[2].recoverable
    assert recoverable is not None
    # One transition follows.
    low = recoverable.low / 0.8
    assert ((draws >= low) & (draws <= recoverable.high)).mean() == pytest.approx(0.95, abs=0.001)
    assert recoverable.low < recoverable.mean < recoverable.high


def test_money_is_the_expected_recovery_times_the_value_of_a_conversion() -> None:
    recoverable = judge(large(), 12000, 1200)[2].recoverable
    assert recoverable is not None
    assert recoverable.value == 1200 * recoverable.mean


def test_without_a_value_the_money_is_unknown() -> None:
    recoverable = judge(large(), 12000)[2].recoverable
    assert recoverable is not None
    assert recoverable.value is None


def test_a_transition_without_a_reference_has_leverage_and_nothing_else() -> None:
    plain = judge(large((0.8, None, 0.35, None)), 12000)[1]
    assert (plain.probability_gap, plain.probability_on_par, plain.probability_widest) == (None, None, None)
    assert (plain.recoverable, plain.share_of_shortfall) == (None, None)
    assert plain.leverage == pytest.approx(8.77, abs=5e-3)


def test_nothing_is_claimed_about_a_transition_that_nobody_entered() -> None:
    transitions = funnel((500, 0), (0, 0), (0.1, 0.2))
    empty = judge(transitions, 500)[1]
    assert empty == Assessment(transitions[1], None, None, None, None, None, None)


def test_what_nobody_entered_still_competes_for_the_widest() -> None:
    alone = judge(funnel((10,), (0,), (0.1,)), 100)[0].probability_widest
    rivalled = judge(funnel((10, 0), (0, 0), (0.1, 0.2)), 100)[0].probability_widest
    assert alone is not None
    assert rivalled is not None
    assert rivalled < alone - 0.1


counts = st.lists(st.integers(0, 500), min_size=2, max_size=5).map(lambda values: sorted(values, reverse=True))


@settings(deadline=None)
@given(counts, st.lists(st.one_of(st.none(), st.floats(0.01, 1)), min_size=4, max_size=4))
def test_the_probabilities_of_being_widest_sum_to_at_most_one(reached: list[int], targets: list[float | None]) -> None:
    judged = judge(funnel(reached, reached[1:], targets[: len(reached) - 1]), 100)
    widest = [s.probability_widest for s in judged if s.probability_widest is not None]
    assert sum(widest) <= 1 + 1e-12
    assert len(judged) == len(reached) - 1 <= len(STAGES)


def test_where_conversions_cost_money_the_low_end_is_the_larger_loss() -> None:
    worth = judge(large(), 12000, -100.0)[0].recoverable
    assert worth is not None
    assert worth.value is not None
    assert worth.value_low is not None
    assert worth.value_high is not None
    assert worth.value_low < worth.value < worth.value_high < 0
