"""Which event fills which stage."""

from __future__ import annotations

from typing import Any

from growthctl.funnel.file import funnel_from_mapping
from growthctl.kernel.plan import Plan, plan_of
from growthctl.kernel.trace.assignment import assign_stages


def plan(**changes: Any) -> Plan:
    stages = [{"name": name, "event": name} for name in "abc"]
    return plan_of(funnel_from_mapping({"stages": stages} | changes))


def test_an_event_fills_the_stage_whose_time_it_has() -> None:
    assert assign_stages([(1, 0b1), (2, 0b1), (2, 0b10), (3, 0b10)], [1, 2, None], plan()) == {0: 0, 2: 1}


def test_events_of_one_instant_are_shared_out_so_that_every_stage_has_one() -> None:
    assert assign_stages([(5, 0b11), (5, 0b01)], [5, 5, None], plan()) == {0: 1, 1: 0}


def test_of_equal_events_the_first_fills_the_stage() -> None:
    assert assign_stages([(5, 0b1), (5, 0b1)], [5, None, None], plan()) == {0: 0}


def test_in_any_order_an_event_counts_when_it_adds_a_stage() -> None:
    # c, then c again, then an event that is b or c: only as b does it add one.
    events = [(1, 0b100), (2, 0b100), (3, 0b110)]
    assert assign_stages(events, [1, 3, None], plan(order="any")) == {0: 2, 2: 1}


def test_in_any_order_a_stage_taken_early_is_given_up_when_that_lets_another_in() -> None:
    assert assign_stages([(1, 0b011), (2, 0b001)], [1, 2, None], plan(order="any")) == {0: 1, 1: 0}


def test_in_any_order_with_later_ties_an_instant_gives_the_event_that_helps() -> None:
    # visit and cart tie at 1; visit comes again at 2: the cart of instant 1 and the visit of instant 2 are two stages.
    events = [(1, 0b01), (1, 0b10), (2, 0b01)]
    assert assign_stages(events, [1, 2, None], plan(order="any", ties="later")) == {1: 1, 2: 0}
