from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from growthctl.diagnosis.bottleneck.gap_by_segment import GapLocation, GapMix
from growthctl.diagnosis.bottleneck.widest import WidestBottleneck, widest_bottleneck
from growthctl.diagnosis.health.detect import detect
from growthctl.diagnosis.health.examine import Health, examine, with_traffic_cause
from growthctl.diagnosis.health.inputs import HealthInputs
from growthctl.diagnosis.transitions import Reference, SegmentValues, Transition
from growthctl.stats.proportions import Proportion
from tests.diagnosis.log import HOURS, by_day, inputs, stage, whole, without
from tests.diagnosis.weeks import Ints

OWNERS = {"cart": "product", "pay": "sales"}
ENTRANTS = 3_000


def transitions(counts: Sequence[Ints], targets: tuple[float | None, float | None]) -> list[Transition]:
    visits, carts, pays = (int(each.sum()) for each in counts)
    return [
        Transition(
            name,
            before,
            OWNERS[name],
            None,
            Proportion(n, x),
            reference=None if target is None else Reference(target, "target"),
        )
        for name, before, n, x, target in (
            ("cart", "visit", visits, carts, targets[0]),
            ("pay", "cart", carts, pays, targets[1]),
        )
    ]


def examined(
    counts: Sequence[Ints], targets: tuple[float | None, float | None], odd: HealthInputs | None = None
) -> tuple[Health, WidestBottleneck]:
    asked = transitions(counts, targets)
    signs = odd or inputs(counts)
    return examine(signs, asked, detect(signs), ENTRANTS)


def hole(since: int, until: int) -> tuple[Ints, Ints, Ints]:
    visits, carts, pays = whole()
    return visits, carts, without(pays, since, until)


def test_a_sound_log_leaves_the_verdict_as_it_is() -> None:
    health, diagnosis = examined(whole(), (0.4, 0.6))
    assert (health.cause, health.findings) == (None, ())
    assert (diagnosis.verdict, diagnosis.lead and diagnosis.lead.transition.owner) == ("confirmed", "sales")


def test_nobody_is_blamed_for_a_hole_in_the_tracking() -> None:
    counts = hole(1_500, HOURS)
    asked = transitions(counts, (0.4, 0.5))
    assert widest_bottleneck(asked, ENTRANTS).verdict == "confirmed"
    health, diagnosis = examined(counts, (0.4, 0.5))
    assert (diagnosis.verdict, diagnosis.unresolvable) == ("cannot_tell", "data_in_doubt")
    assert diagnosis.lead is not None
    assert diagnosis.lead.transition.stage == "pay"
    assert (health.cause, [(each.code, each.material) for each in health.findings]) == (
        "tracking",
        [("stage_silent", True)],
    )


def test_a_hole_that_does_not_explain_the_gap_does_not_excuse_it() -> None:
    health, diagnosis = examined(hole(1_016, 1_024), (0.4, 0.7))
    assert diagnosis.verdict == "confirmed"
    assert (health.cause, [(each.code, each.material) for each in health.findings]) == (None, [("stage_silent", False)])


def test_a_hole_of_another_stage_does_not_excuse_the_lead() -> None:
    health, diagnosis = examined(hole(1_016, 1_024), (0.6, 0.4))
    assert (diagnosis.verdict, diagnosis.lead and diagnosis.lead.transition.stage) == ("confirmed", "cart")
    assert health.cause is None


def test_without_targets_a_hole_keeps_the_widest_leak_from_being_named() -> None:
    visits, carts, pays = whole()
    rarely = np.random.default_rng(1).binomial(pays, 0.9)
    broken = (visits, carts, without(rarely, 1_000, HOURS))
    health, diagnosis = examined(broken, (None, None))
    assert (diagnosis.verdict, diagnosis.unresolvable, health.cause) == ("cannot_tell", "data_in_doubt", "tracking")


def test_stages_out_of_order_are_conversions_that_the_funnel_does_not_see() -> None:
    counts = whole()
    missed = int(counts[2].sum() * 0.5)
    odd = stage("pay", reached=int(counts[2].sum()), out_of_order=missed)
    health, diagnosis = examined(counts, (0.4, 0.6), inputs(counts, stages=[stage("visit"), stage("cart"), odd]))
    assert (diagnosis.unresolvable, health.cause) == ("data_in_doubt", "tracking")


def test_the_same_people_in_segments_of_two_properties_are_missing_once() -> None:
    ours, theirs = whole(), whole(2)
    broken = (theirs[0], theirs[1], without(theirs[2], 1_000, HOURS))
    total = [one + other for one, other in zip(ours, broken, strict=True)]
    devices = [by_day(ours, "desk"), by_day(broken, "phone")]
    countries = [each._replace(segment=SegmentValues(("country",), ("DE",))) for each in devices[1:]]
    lost = theirs[2].sum() - broken[2].sum()
    once, twice = (float((total[2].sum() + times * lost) / total[1].sum()) for times in (1, 2))
    asked = transitions(total, (0.4, (once + twice) / 2))
    signs = inputs(total, [*devices, *countries])
    health, diagnosis = examine(signs, asked, detect(signs), ENTRANTS)
    holes = [each.segment for each in health.findings if each.code == "stage_silent"]
    assert [hole.by for hole in holes if hole] == [("device",), ("country",)]
    assert diagnosis.verdict == "confirmed"


def test_a_gap_of_weekends_is_the_season_s() -> None:
    visits, carts, pays = whole()
    weekend = np.arange(HOURS) // 24 % 7 >= 5
    rarely = np.where(weekend, np.random.default_rng(1).binomial(pays, 0.3), pays)
    health, diagnosis = examined((visits, carts, rarely), (0.4, 0.49))
    assert (diagnosis.verdict, health.cause) == ("confirmed", "season")
    (pattern,) = health.findings
    assert (pattern.code, pattern.weekdays, pattern.material) == ("weekday_pattern", (5, 6), True)


@pytest.mark.parametrize(("target", "cause"), [(0.515, "unripe"), (0.9, None)])
def test_where_most_are_open_a_missing_verdict_is_unripe(target: float, cause: str | None) -> None:
    counts = np.full(336, 3), np.full(336, 1), np.arange(336) % 2
    health, diagnosis = examined(counts, (0.33, target), inputs(counts, entered_open=9_000))
    assert diagnosis.verdict == ("cannot_tell" if cause else "confirmed")
    assert (health.cause, health.findings[0].material) == (cause, cause is not None)


def test_what_concerns_the_verdict_comes_first() -> None:
    counts = hole(1_500, HOURS)
    visits, carts, pays = without(counts[0], 300, 340), without(counts[1], 300, 340), without(counts[2], 300, 340)
    health, _ = examined((visits, carts, pays), (0.4, 0.5))
    assert [(each.code, each.material) for each in health.findings] == [
        ("stage_silent", True),
        ("entries_silent", False),
    ]


def test_a_gap_that_came_with_who_entered_is_the_traffic_s_unless_something_else_is_behind_it() -> None:
    mixed = GapLocation(mixes=(GapMix(("country",), 0.7),))
    assert with_traffic_cause(Health(None, ()), mixed).cause == "traffic"
    assert with_traffic_cause(Health("product", ()), mixed).cause == "product"
    assert with_traffic_cause(Health(None, ()), GapLocation()).cause is None
