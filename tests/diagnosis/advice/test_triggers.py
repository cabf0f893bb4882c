from __future__ import annotations

from math import ceil, exp, log

import pytest

from growthctl.clock import DAY
from growthctl.diagnosis.advice.triggers import Triggers, triggers
from growthctl.diagnosis.bottleneck.assessment import Assessment
from growthctl.diagnosis.bottleneck.gap_by_segment import GapLocation, GapSegment
from growthctl.diagnosis.bottleneck.widest import widest_bottleneck
from growthctl.diagnosis.health.examine import Health
from growthctl.diagnosis.health.inputs import Finding, HealthInputs
from growthctl.stats.power import per_group
from tests.diagnosis.example import funnel, large
from tests.diagnosis.log import inputs, stage

FELL = Finding("rate_fell", "product", "demo", usual_rate=0.3, rate=0.1, missing=80.0)


def lead(entered: int = 900, converted: int = 225, target: float | None = 0.35) -> Assessment:
    asked = funnel((12000, 9000, entered, 225), (9000, entered, converted, 45), (0.8, 0.1, target, 0.2))
    return next(each for each in widest_bottleneck(asked, 12000).ranking if each.transition.stage == "demo")


def seen(
    *findings: Finding,
    assessment: Assessment | None = None,
    p90: float = 60.0,
    odd: HealthInputs | None = None,
    where: GapLocation | None = None,
) -> Triggers:
    log_ = odd or inputs(entered=12_100, entered_open=100, give_up=14 * DAY)
    demo = stage("demo", p90_seconds_from_previous=p90)
    return triggers(assessment or lead(), log_._replace(stages=[demo]), Health(None, findings), where, 12_000)


def test_a_rate_that_fell_and_is_still_low_calls_with_its_numbers() -> None:
    assert seen(FELL).evidence == {"rate_fell": {"usual_rate": 0.3, "missing_conversions": 80.0}}
    assert seen(FELL._replace(until_at=5)).evidence == {}
    assert seen(FELL._replace(stage="signup")).evidence == {}


def test_lost_events_call_where_they_are_in_the_way_of_the_verdict() -> None:
    hole = Finding("stage_silent", "tracking", "demo", observed=0, expected=80.0, material=True)
    assert seen(hole, FELL).evidence == {
        "stage_silent": {"observed": 0, "expected": 80.0},
        "rate_fell": {"usual_rate": 0.3, "missing_conversions": 80.0},
    }
    assert seen(hole._replace(material=False)).evidence == {}


def test_weak_weekdays_call() -> None:
    assert list(seen(Finding("weekday_pattern", "season", "demo", usual_rate=0.3)).evidence) == ["weekday_pattern"]


def test_the_segment_that_holds_most_of_the_gap_calls() -> None:
    holder = GapSegment(("device",), ("mobile",), 0.4, None, None, 0.7, 0.1, 0.3, 0.001)
    assert seen(where=GapLocation((holder,))).evidence == {"segment": {"share_of_gap": 0.7, "segment_rate": 0.1}}
    assert seen(where=GapLocation()).evidence == {}


def test_so_few_that_each_can_be_asked_call() -> None:
    assert seen(assessment=lead(29, 20)).evidence == {"small_sample": {"entered": 29, "dropped": 9}}
    assert seen(assessment=lead(30, 20)).evidence == {}


@pytest.mark.parametrize(
    ("give_up", "days", "slow"), [(14 * DAY, 7, False), (14 * DAY, 7.1, True), (None, 1, False), (None, 1.1, True)]
)
def test_what_takes_long_calls(give_up: int | None, days: float, *, slow: bool) -> None:
    odd = inputs(entered=12_000, give_up=give_up)
    assert list(seen(p90=days * 86_400, odd=odd).evidence) == (["slow"] if slow else [])


def test_a_test_needs_as_many_as_it_takes_to_tell_the_reference_from_the_rate() -> None:
    measure = seen().measure
    assert measure is not None
    assert (measure.from_rate, measure.to_rate) == (0.25, 0.35)
    assert measure.per_group == ceil(per_group(0.25, 0.35)) == 329
    # 12,000 a month enter, 900 of 12,000 get there: 30 a day.
    assert measure.days == ceil(2 * 329 / 30)


def test_without_a_reference_below_which_it_is_the_step_of_leverage_is_to_be_told() -> None:
    expected = 1 / (1 + exp(-(log(0.25 / 0.75) + 0.2)))
    for target in (None, 0.2):
        measure = seen(assessment=lead(target=target)).measure
        assert measure is not None
        assert measure.to_rate == pytest.approx(expected)


def test_what_cannot_be_measured_is_unknown() -> None:
    assert seen(assessment=lead(0, 0)).measure is None
    assert seen(assessment=lead(900, 900)).measure is None
    assert seen(assessment=lead(900, 0, None)).measure is None
    nobody = seen(odd=inputs(entered=10, entered_open=10)).measure
    assert nobody is not None
    assert nobody.days is None
    assert len(large()) == 4
