from __future__ import annotations

from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from growthctl.diagnosis.bottleneck.shortfall import (
    at_rate_of_one,
    final_conversions,
    finals_by_entry,
    leverage,
    recoverable,
    shortfall,
    shortfall_shares,
)

RATES = (0.75, 0.1, 0.25, 0.2)
TARGETS = (0.80, 0.105, 0.35, 0.22)
A = 12000


def test_closing_one_gap_recovers_the_conversions_of_the_worked_example() -> None:
    assert recoverable(np.array(RATES), np.array(RATES), np.array(TARGETS), A) == pytest.approx([3, 2.25, 18, 4.5])


def test_every_draw_is_worked_out_by_itself() -> None:
    draws = np.array([RATES, TARGETS])
    assert recoverable(draws, draws, np.array(TARGETS), A) == pytest.approx(
        np.array([[3, 2.25, 18, 4.5], [0, 0, 0, 0]])
    )


def test_a_rate_above_its_reference_and_a_transition_without_one_recover_nothing() -> None:
    rates = np.array([0.5, 0.4, 0.5])
    worth = recoverable(rates, rates, np.array([0.6, 0.3, np.nan]), 100)
    assert worth == pytest.approx([2, 0, 0])


def test_a_single_transition_recovers_its_own_gap() -> None:
    assert recoverable(np.array([0.2]), np.array([0.9]), np.array([0.3]), 100) == pytest.approx([10])


def test_the_order_of_recovery_is_the_order_of_reference_by_rate() -> None:
    worth = recoverable(np.array(RATES), np.array(RATES), np.array(TARGETS), A)
    assert list(np.argsort(worth)) == list(np.argsort(np.array(TARGETS) / np.array(RATES)))


def test_the_shares_of_the_shortfall_are_those_of_the_worked_example() -> None:
    total = shortfall(RATES, TARGETS, A)
    assert final_conversions(RATES, A) == pytest.approx(45)
    assert total == pytest.approx(32.616)
    shares = [share * total for share in shortfall_shares(RATES, TARGETS) if share is not None and total is not None]
    assert shares == pytest.approx([3.862, 2.919, 20.132, 5.703], abs=5e-4)


@given(st.lists(st.tuples(st.floats(0.001, 1), st.floats(0.001, 1)), min_size=1, max_size=8))
def test_the_shares_sum_to_one_and_equal_the_logarithmic_mean_form(pairs: list[tuple[float, float]]) -> None:
    rates, references = zip(*pairs, strict=True)
    shares = shortfall_shares(rates, references)
    best = final_conversions([max(pair) for pair in pairs], 1000)
    final = final_conversions(rates, 1000)
    total = best - final
    if None in shares:
        assert total == 0
        return
    assert sum(share or 0.0 for share in shares) == pytest.approx(1)
    if total > 1e-6 * best:
        mean = total / log(best / final)
        expected = [mean * log(max(pair) / pair[0]) for pair in pairs]
        assert [(share or 0.0) * total for share in shares] == pytest.approx(expected, rel=1e-6, abs=1e-9)


def test_only_transitions_with_a_reference_share_the_shortfall() -> None:
    assert shortfall_shares((0.5, 0.4, 0.5), (0.6, None, 0.4)) == (1.0, None, 0.0)


def test_a_rate_of_zero_takes_the_whole_shortfall() -> None:
    assert shortfall_shares((0.5, 0.0), (0.6, 0.1)) == (0.0, 1.0)
    assert shortfall((0.5, 0.0), (0.6, 0.1), 1000) == pytest.approx(60)


def test_nothing_is_shared_where_nothing_is_short_or_a_rate_is_unknown() -> None:
    assert shortfall_shares((0.5, 0.4), (0.5, 0.3)) == (None, None)
    assert shortfall_shares((0.0, None), (0.5, 0.3)) == (None, None)
    assert shortfall((0.0, None), (0.5, 0.3), 100) is None
    assert shortfall((0.5, 0.4), (None, None), 100) is None
    assert shortfall((0.5, 0.4), (0.5, 0.3), 100) == 0


def test_leverage_has_the_numbers_of_the_worked_example() -> None:
    assert [leverage(rate, 45) for rate in RATES] == pytest.approx([2.14, 8.77, 7.08, 7.63], abs=5e-3)


@given(st.floats(0.001, 0.999))
def test_leverage_is_what_a_rise_of_the_log_odds_brings(rate: float) -> None:
    raised = 1 / (1 + exp(-(log(rate / (1 - rate)) + 0.2)))
    assert leverage(rate, 45) == pytest.approx(45 * (raised / rate - 1), abs=1e-9)


def test_leverage_is_defined_at_both_ends() -> None:
    assert leverage(1.0, 45) == 0
    assert leverage(0.0, 45) == pytest.approx(45 * (exp(0.2) - 1))


def test_in_an_open_funnel_those_who_join_on_the_way_are_a_funnel_of_their_own() -> None:
    # 1,000 enter at the first stage, 200 at the second, 50 at the last: 0.5 · 0.2 of the first get to the end.
    assert finals_by_entry((0.5, 0.2), 1000, (200, 50)) == pytest.approx([100, 40, 50])
    assert final_conversions((0.5, 0.2), 1000, (200, 50)) == pytest.approx(190)
    # 500 of the first and 200 who join come to the second stage: a tenth more of them are 70.
    rates, references = np.array([0.5, 0.2]), np.array([0.6, 0.3])
    assert recoverable(rates, rates, references, 1000, (200, 50)) == pytest.approx([20, 70])
    # F* is 1000 · 0.6 · 0.3 + 200 · 0.3 + 50.
    assert shortfall((0.5, 0.2), (0.6, 0.3), 1000, (200, 50)) == pytest.approx(100)


def test_who_joins_gives_their_part_of_the_shortfall_to_the_transitions_behind() -> None:
    first, second = shortfall_shares((0.5, 0.2), (0.6, 0.3))
    assert first is not None
    assert second is not None
    # 80 of the shortfall are theirs who enter at the first stage, 20 theirs who join: all of it at the second.
    assert shortfall_shares((0.5, 0.2), (0.6, 0.3), 1000, (200, 50)) == pytest.approx((0.8 * first, 0.8 * second + 0.2))
    assert shortfall_shares((0.0, 0.2), (0.6, 0.3), 1000, (200, 0)) == pytest.approx((180 / 200, 20 / 200))
    assert shortfall_shares((0.5, None), (0.6, 0.3), 1000, (200, 0)) == (None, None)
    assert shortfall_shares((0.6, 0.3), (0.5, None), 1000, (200, 0)) == (None, None)


@given(
    st.lists(st.tuples(st.floats(0.01, 1), st.floats(0, 1000)), min_size=1, max_size=6),
    st.floats(0, 1000),
    st.integers(0, 5),
)
def test_the_conversions_of_a_rate_are_what_changing_it_alone_changes(
    pairs: list[tuple[float, float]], entrants: float, place: int
) -> None:
    rates, joining = (list(each) for each in zip(*pairs, strict=True))
    place %= len(rates)
    without = [*rates[:place], 0.0, *rates[place + 1 :]]
    gained = final_conversions(rates, entrants, joining) - final_conversions(without, entrants, joining)
    assert at_rate_of_one(np.array(rates), entrants, joining)[place] * rates[place] == pytest.approx(gained, abs=1e-6)
