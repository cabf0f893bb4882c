from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from growthctl.diagnosis.bottleneck.widest import WidestBottleneck, widest_bottleneck
from growthctl.stats.spread import Spread
from tests.diagnosis.example import funnel, large, small


def stages(diagnosis: WidestBottleneck) -> list[str]:
    return [assessment.transition.stage for assessment in diagnosis.contenders]


def test_the_worked_example_is_confirmed_although_both_naive_rules_name_another_stage() -> None:
    diagnosis = widest_bottleneck(large(), 12000, 1200)
    assert diagnosis.verdict == "confirmed"
    assert diagnosis.lead is not None
    assert (diagnosis.lead.transition.from_stage, diagnosis.lead.transition.stage) == ("signup", "demo")
    assert (diagnosis.largest_drop, diagnosis.lowest_rate) == ("signup", "signup")
    assert diagnosis.final_conversions_per_30_days == pytest.approx(45)
    assert diagnosis.shortfall_per_30_days == pytest.approx(32.616)
    assert diagnosis.lead.recoverable is not None
    assert diagnosis.lead.recoverable.value == pytest.approx(21240, rel=0.01)


def test_a_twentieth_of_the_worked_example_cannot_be_told_and_says_how_many_more_it_takes() -> None:
    diagnosis = widest_bottleneck(small(), 12000)
    assert diagnosis.verdict == "cannot_tell"
    assert stages(diagnosis) == ["demo"]
    widest = {s.transition.stage: s.probability_widest for s in diagnosis.ranking}
    expected = {"landing": 0.054, "signup": 0.119, "demo": 0.544, "payment": 0.282}
    assert widest == pytest.approx(expected, abs=0.015)
    assert diagnosis.more_entrants_needed == pytest.approx(920, rel=0.02)
    assert diagnosis.days_needed == 31
    assert diagnosis.unresolvable is None


def test_a_twentieth_of_the_traffic_would_take_too_many_days() -> None:
    diagnosis = widest_bottleneck(small(), 600)
    assert diagnosis.verdict == "cannot_tell"
    assert diagnosis.more_entrants_needed == pytest.approx(920, rel=0.02)
    assert diagnosis.days_needed == pytest.approx(613, rel=0.02)
    assert diagnosis.unresolvable == "over_90_days"


def test_history_makes_the_worked_example_a_suspect() -> None:
    diagnosis = widest_bottleneck(large(source="history"), 12000)
    assert diagnosis.verdict == "suspect"
    assert stages(diagnosis) == ["demo"]


def test_two_equally_wide_gaps_tie() -> None:
    diagnosis = widest_bottleneck(funnel((20000, 10000, 4000), (10000, 4000, 2000), (0.6, 0.48, 0.5)), 20000)
    assert diagnosis.verdict == "tie"
    assert sorted(stages(diagnosis)) == ["landing", "signup"]
    assert diagnosis.more_entrants_needed is None


def test_a_likely_gap_in_few_entities_is_a_suspect() -> None:
    diagnosis = widest_bottleneck(funnel((400, 80), (80, 40), (0.23, 0.5)), 400)
    assert diagnosis.verdict == "suspect"
    assert stages(diagnosis) == ["landing"]


def test_rates_at_their_targets_have_no_bottleneck() -> None:
    diagnosis = widest_bottleneck(funnel((20000, 10000), (10000, 4000), (0.5, 0.4)), 20000)
    assert diagnosis.verdict == "none_below_reference"
    assert diagnosis.lead is None
    assert diagnosis.leader_if_marginal_entrants_convert_worse is None
    assert len(diagnosis.ranking) == 2


def test_rates_at_their_targets_with_few_entities_show_no_gap_to_wait_for() -> None:
    diagnosis = widest_bottleneck(funnel((30,), (18,), (0.5,)), 30)
    assert diagnosis.verdict == "cannot_tell"
    assert diagnosis.unresolvable == "no_gap_seen"


def test_without_any_reference_the_highest_leverage_is_the_widest_leak() -> None:
    diagnosis = widest_bottleneck(large((None,) * 4), 12000, 1200)
    assert diagnosis.verdict == "no_reference"
    assert stages(diagnosis) == ["signup"]
    assert [s.transition.stage for s in diagnosis.ranking] == ["signup", "payment", "demo", "landing"]
    assert [s.leverage for s in diagnosis.ranking] == pytest.approx([8.77, 7.63, 7.08, 2.14], abs=5e-3)
    assert all(s.recoverable is None and s.share_of_shortfall is None for s in diagnosis.ranking)
    assert diagnosis.shortfall_per_30_days is None


def test_without_any_reference_nor_conversion_the_lowest_rate_is_the_widest_leak() -> None:
    diagnosis = widest_bottleneck(funnel((100, 50), (50, 0), (None, None)), 100)
    assert stages(diagnosis) == ["signup"]


def test_nothing_ripe_is_no_data() -> None:
    assert widest_bottleneck(funnel((0, 0), (0, 0), (0.5, 0.5)), 0) == WidestBottleneck("no_data")


def test_a_funnel_without_transitions_is_no_data() -> None:
    assert widest_bottleneck([], 100) == WidestBottleneck("no_data")


def test_a_transition_without_a_reference_is_never_a_candidate_among_others_that_have_one() -> None:
    diagnosis = widest_bottleneck(large((0.8, None, None, 0.22)), 12000)
    assert [s.transition.stage for s in diagnosis.ranking] == ["payment", "landing", "signup", "demo"]
    assert stages(diagnosis) == ["payment"]


def test_what_nobody_entered_comes_after_what_is_measured_and_leads_nothing() -> None:
    diagnosis = widest_bottleneck(funnel((500, 0, 0), (0, 0, 0), (0.1, None, 0.2)), 500)
    assert [s.transition.stage for s in diagnosis.ranking] == ["landing", "demo", "signup"]
    assert stages(diagnosis) == ["landing"]
    assert diagnosis.final_conversions_per_30_days == 0
    assert (diagnosis.largest_drop, diagnosis.lowest_rate) == ("landing", "landing")


def test_nothing_is_said_while_nobody_reached_the_only_target() -> None:
    diagnosis = widest_bottleneck(funnel((500, 0), (0, 0), (None, 0.2)), 500)
    assert diagnosis.verdict == "cannot_tell"
    assert diagnosis.lead is None
    assert diagnosis.unresolvable == "nothing_ripe_at_reference"


def test_a_single_transition_is_judged_against_its_target() -> None:
    diagnosis = widest_bottleneck(funnel((1000,), (100,), (0.2,)), 1000)
    assert diagnosis.verdict == "confirmed"
    assert diagnosis.lead is not None
    assert diagnosis.lead.recoverable is not None
    assert diagnosis.lead.recoverable.mean == pytest.approx(96, abs=1)
    assert diagnosis.lead.share_of_shortfall == 1


def test_all_converted_is_no_bottleneck_and_no_drop_even_against_a_target_of_all() -> None:
    diagnosis = widest_bottleneck(funnel((5000, 5000), (5000, 5000), (1.0, 0.9)), 5000)
    assert diagnosis.verdict == "none_below_reference"
    assert diagnosis.largest_drop is None


def test_a_billion_entities_are_judged_by_their_rates_alone() -> None:
    diagnosis = widest_bottleneck(funnel((10**9, 5 * 10**8), (5 * 10**8, 10**8), (0.51, 0.25)), 1e9)
    assert diagnosis.verdict == "confirmed"
    assert diagnosis.lead is not None
    assert diagnosis.lead.probability_widest == 1
    assert diagnosis.lead.recoverable is not None
    assert diagnosis.lead.recoverable.mean == pytest.approx(2.5e7, rel=1e-3)


def test_restless_weeks_make_a_confirmed_bottleneck_unsure() -> None:
    transitions = funnel((6000, 1200), (1200, 600), (0.22, 0.5))
    uneven = transitions[0]._replace(spread=Spread(55.0, 5))
    assert widest_bottleneck(transitions, 6000).verdict == "confirmed"
    assert widest_bottleneck([uneven, transitions[1]], 6000).verdict == "cannot_tell"


def test_a_lead_far_up_the_funnel_may_fall_behind_when_regained_entrants_convert_worse() -> None:
    diagnosis = widest_bottleneck(funnel((20000, 10000, 4000), (10000, 4000, 2000), (0.62, 0.40, 0.58)), 20000)
    assert stages(diagnosis) == ["landing"]
    assert diagnosis.leader_if_marginal_entrants_convert_worse == "demo"


def test_the_lead_of_the_worked_example_stays_when_regained_entrants_convert_worse() -> None:
    diagnosis = widest_bottleneck(large(), 12000)
    assert stages(diagnosis) == [diagnosis.leader_if_marginal_entrants_convert_worse] == ["demo"]


def test_the_same_counts_give_the_same_diagnosis() -> None:
    assert widest_bottleneck(small(), 600, 5) == widest_bottleneck(small(), 600, 5)


reached = st.lists(st.integers(0, 3000), min_size=2, max_size=5).map(lambda values: sorted(values, reverse=True))
targets = st.lists(st.one_of(st.none(), st.floats(0.01, 1)), min_size=4, max_size=4)


@settings(max_examples=60, deadline=None)
@given(reached, targets, st.floats(0.1, 1e5))
def test_any_counts_get_a_verdict_that_agrees_with_itself(
    counts: list[int], rates: list[float | None], entrants: float
) -> None:
    transitions = funnel(counts, counts[1:], rates[: len(counts) - 1])
    diagnosis = widest_bottleneck(transitions, entrants)
    assert (diagnosis.verdict == "no_data") == (counts[0] == 0)
    assert (len(diagnosis.contenders) == 2) <= (diagnosis.verdict in ("tie", "suspect"))
    assert diagnosis.contenders == diagnosis.ranking[: len(diagnosis.contenders)]
    waits = diagnosis.more_entrants_needed is not None
    assert (diagnosis.verdict == "cannot_tell") == (waits or diagnosis.unresolvable is not None)
    assert waits == (diagnosis.days_needed is not None)


def test_nothing_is_blamed_while_no_event_of_the_log_matches_a_stage() -> None:
    first, second = funnel((20000, 10000), (10000, 0), (0.6, 0.48))
    diagnosis = widest_bottleneck([first, second._replace(observed=False)], 20000)
    assert (diagnosis.verdict, diagnosis.unresolvable) == ("cannot_tell", "stage_not_in_log")
    assert diagnosis.contenders == ()


def test_the_wait_is_counted_at_present_rates_also_while_nobody_is_ripe_at_the_first_transition() -> None:
    first, second = funnel((0, 40), (0, 12), (0.5, 0.4))
    diagnosis = widest_bottleneck([first, second], 600)
    assert stages(diagnosis) == ["signup"]
    assert (diagnosis.verdict, diagnosis.days_needed) == ("cannot_tell", None)
