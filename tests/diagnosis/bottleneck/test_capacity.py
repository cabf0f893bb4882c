from __future__ import annotations

from collections.abc import Sequence

import pytest

from growthctl.diagnosis.advice.recommend import packaged_playbook, recommend
from growthctl.diagnosis.bottleneck.capacity import loads, queue, working_days
from growthctl.diagnosis.bottleneck.widest import widest_bottleneck
from growthctl.diagnosis.transitions import StageCapacity, Transition
from tests.diagnosis.example import funnel, large


def limited(transitions: Sequence[Transition], **capacities: StageCapacity) -> list[Transition]:
    return [each._replace(capacity=capacities.get(each.stage)) for each in transitions]


def daily(per_day: float, days: int = 7) -> StageCapacity:
    return StageCapacity(per_day, days)


def test_a_flow_is_what_arrives_and_converts_but_never_more_than_the_capacity() -> None:
    # 400 a day enter, 300 land, 30 sign up, 7.5 see a demo, 1.5 pay.
    transitions = limited(large(), signup=daily(20), demo=daily(6), payment=daily(2))
    landing, signup, demo, payment = loads(transitions, 12000)
    assert landing is None
    assert signup is not None
    assert demo is not None
    assert payment is not None
    assert (signup.demand_per_day, signup.flow_per_day, signup.utilisation) == pytest.approx((30, 20, 1))
    assert (demo.demand_per_day, demo.flow_per_day) == pytest.approx((5, 5))
    assert (payment.flow_per_day, payment.utilisation) == pytest.approx((1, 0.5))


@pytest.mark.parametrize(("per_day", "bound"), [(7.5 / 0.851, True), (7.5 / 0.849, False)])
def test_a_stage_is_full_from_85_percent_on(per_day: float, bound: bool) -> None:
    transitions = limited(large(), demo=daily(per_day))
    load = loads(transitions, 12000)[2]
    assert load is not None
    assert load.bound is bound
    assert queue(transitions, loads(transitions, 12000)) == ("demo" if bound else None)


def test_a_week_of_entrants_is_served_on_the_days_on_which_the_stage_works() -> None:
    load = loads(limited(large(), demo=daily(12, days=5)), 12000)[2]
    assert load is not None
    assert load.flow_per_day == pytest.approx(7.5 * 7 / 5)
    assert load.utilisation == pytest.approx(7.5 * 7 / 5 / 12)


@pytest.mark.parametrize(
    ("reached", "days", "working"),
    [
        ([100, 100, 100, 100, 100, 0, 0], 90, 5),
        ([100, 100, 100, 100, 100, 9, 10], 90, 6),
        ([100, 100, 100, 100, 100, 0, 0], 13, 7),
        ([14, 14, 14, 14, 13, 0, 0], 90, 7),
        ([14, 14, 14, 14, 14, 0, 0], 90, 5),
        ([0, 0, 0, 0, 0, 0, 0], 0, 7),
    ],
    ids=["weekends off", "hardly on Saturdays", "not two weeks", "too few", "just enough", "nobody"],
)
def test_a_stage_works_on_the_weekdays_on_which_it_is_reached(reached: list[int], days: int, working: int) -> None:
    assert working_days(reached, days) == working


def test_only_what_a_full_stage_has_left_can_pass_it() -> None:
    # 7.5 of 10 demos a day are held for 45 conversions a month: another third fits in.
    load = loads(limited(large(), demo=daily(10)), 12000)[2]
    assert load is not None
    assert load.room(45) == pytest.approx(15)
    none = loads(limited(funnel((500,), (0,), (0.1,)), landing=daily(10)), 500)[0]
    assert none is not None
    assert (none.utilisation, none.room(0)) == (0, None)


def test_the_fullest_stage_is_the_queue() -> None:
    transitions = limited(large(), signup=daily(31), demo=daily(7.6))
    assert queue(transitions, loads(transitions, 12000)) == "demo"


def test_a_full_stage_is_told_to_make_room_and_not_to_persuade() -> None:
    playbook = packaged_playbook()
    full = widest_bottleneck(limited(large(), demo=daily(8)), 12000)
    found = recommend(full, playbook)
    assert [item.lever for item in found] == [lever.slug for lever in playbook["queue"]][:3]
    assert {(item.stage, item.owner, item.kind) for item in found} == {("demo", "sales", "demo")}
    assert found[0].evidence["utilisation"] == pytest.approx(7.5 / 8)


def test_a_queue_elsewhere_comes_last_among_what_to_try() -> None:
    playbook = packaged_playbook()
    diagnosis = widest_bottleneck(limited(large(), landing=daily(310)), 12000)
    assert diagnosis.lead is not None
    assert (diagnosis.lead.transition.stage, diagnosis.queue) == ("demo", "landing")
    found = recommend(diagnosis, playbook)
    assert [item.stage for item in found] == ["demo", "demo", "landing"]
    assert found[-1].lever == playbook["queue"][0].slug


def test_a_queue_is_told_of_where_nothing_else_is_called_for() -> None:
    fine = limited(funnel((20000, 10000), (10000, 4000), (0.5, 0.4)), signup=daily(140))
    diagnosis = widest_bottleneck(fine, 20000)
    assert (diagnosis.verdict, diagnosis.queue) == ("none_below_reference", "signup")
    assert [item.stage for item in recommend(diagnosis, packaged_playbook())] == ["signup"]


def test_nobody_ripe_has_no_flow() -> None:
    assert loads(limited(funnel((5, 0), (0, 0), (None, None)), landing=daily(3), signup=daily(3)), 100)[1] is None
    assert widest_bottleneck(limited(funnel((0,), (0,), (0.5,)), landing=daily(3)), 0).queue is None
