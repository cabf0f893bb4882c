from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from growthctl.diagnosis.advice.recommend import packaged_playbook, recommend
from growthctl.diagnosis.advice.triggers import TestPlan, Triggers
from growthctl.diagnosis.bottleneck.widest import widest_bottleneck
from growthctl.funnel.levers import Lever, Playbook, Trigger
from growthctl.funnel.playbook import load_playbook
from tests.diagnosis.example import funnel, large, small

KINDS = {
    "ad",
    "landing",
    "signup",
    "activation",
    "onboarding",
    "sales_talk",
    "demo",
    "payment",
    "retention",
    "referral",
    "expansion",
    "default",
    "queue",
}


@pytest.fixture(scope="module")
def playbook() -> Playbook:
    return packaged_playbook()


def slugs(playbook: Playbook, kind: str) -> list[str]:
    return [lever.slug for lever in playbook[kind]]


def test_the_playbook_has_a_few_levers_for_every_kind(playbook: Playbook) -> None:
    assert set(playbook) == KINDS
    assert all(2 <= len(levers) <= 5 for kind, levers in playbook.items() if kind != "default")
    assert len([lever for lever in playbook["default"] if not lever.when]) == 2


def test_no_two_levers_share_a_slug(playbook: Playbook) -> None:
    every = [lever.slug for levers in playbook.values() for lever in levers]
    assert len(every) == len(set(every))
    assert all(slug.islower() and slug.isidentifier() for slug in every)


def test_every_lever_is_one_sentence_and_every_test_ends_in_a_period(playbook: Playbook) -> None:
    for lever in (lever for levers in playbook.values() for lever in levers):
        assert lever.text.count(".") == 1
        for sentence in (lever.text, lever.next_test):
            assert sentence.endswith(".")
            assert sentence == " ".join(sentence.split())
            assert sentence[0].isupper()


def test_a_confirmed_bottleneck_gets_three_levers_of_its_kind(playbook: Playbook) -> None:
    found = recommend(widest_bottleneck(large(), 12000), playbook)
    assert [recommendation.lever for recommendation in found] == slugs(playbook, "demo")[:3]
    assert {(r.stage, r.owner, r.kind) for r in found} == {("demo", "sales", "demo")}
    assert found[0].text == playbook["demo"][0].text
    assert found[0].next_test == playbook["demo"][0].next_test


def test_the_evidence_is_the_numbers_that_called_for_the_lever(playbook: Playbook) -> None:
    evidence = recommend(widest_bottleneck(large(), 12000), playbook)[0].evidence
    assert (evidence["entered"], evidence["converted"], evidence["rate"], evidence["reference"]) == (
        900,
        225,
        0.25,
        0.35,
    )
    assert evidence["probability_gap"] == 1
    assert evidence["recoverable"] == pytest.approx(17.7, abs=0.1)
    assert evidence["leverage"] == pytest.approx(7.08, abs=5e-3)


def test_a_suspect_gets_three_levers(playbook: Playbook) -> None:
    found = recommend(widest_bottleneck(large(source="history"), 12000), playbook)
    assert [r.lever for r in found] == slugs(playbook, "demo")[:3]


def test_a_tie_alternates_between_both_stages(playbook: Playbook) -> None:
    diagnosis = widest_bottleneck(funnel((20000, 10000, 4000), (10000, 4000, 2000), (0.6, 0.48, 0.5)), 20000)
    first, second = (assessment.transition.stage for assessment in diagnosis.contenders)
    found = recommend(diagnosis, playbook)
    expected = [slugs(playbook, first)[0], slugs(playbook, second)[0], slugs(playbook, first)[1]]
    assert [r.lever for r in found] == expected


def test_without_a_reference_and_anything_seen_nothing_is_recommended(playbook: Playbook) -> None:
    assert recommend(widest_bottleneck(large((None,) * 4), 12000), playbook) == []


def test_without_a_verdict_the_leading_candidate_gets_one_cheap_test(playbook: Playbook) -> None:
    found = recommend(widest_bottleneck(small(), 12000), playbook)
    assert [r.lever for r in found] == slugs(playbook, "demo")[:1]


@pytest.mark.parametrize(
    ("entered", "converted", "target"),
    [(30, 18, 0.5), (20000, 10000, 0.5), (0, 0, 0.5)],
    ids=["no_gap_seen", "none_below_reference", "no_data"],
)
def test_nothing_is_recommended_where_no_gap_is_seen(
    playbook: Playbook, entered: int, converted: int, target: float
) -> None:
    assert recommend(widest_bottleneck(funnel((entered,), (converted,), (target,)), 100), playbook) == []


def test_fewer_levers_can_be_asked_for(playbook: Playbook) -> None:
    assert len(recommend(widest_bottleneck(large(), 12000), playbook, limit=2)) == 2


def test_a_stage_without_a_known_kind_gets_the_default_levers() -> None:
    lever = Lever("ask", "Ask.", "Ask five.")
    found = recommend(widest_bottleneck(large(), 12000), {"default": (lever,)})
    assert [(r.kind, r.lever) for r in found] == [("demo", "ask")]


MEASURE = TestPlan(0.25, 0.35, 329, 22)


def test_what_is_seen_at_the_stage_puts_its_levers_first_the_clearest_sight_before_others(playbook: Playbook) -> None:
    seen = Triggers({"small_sample": {"dropped": 9}, "slow": {"p90_seconds": 1e6}}, MEASURE)
    found = recommend(widest_bottleneck(large(), 12000), playbook, {"demo": seen}, limit=9)
    assert [(item.lever, item.trigger) for item in found] == [
        ("ask_the_dropped", "small_sample"),
        ("demo_reminders", "slow"),
        ("fixed_term_trial", "slow"),
        ("demo_product", "gap"),
        ("trial_lesson", "gap"),
        ("product_qualified_leads", "gap"),
    ]
    assert found[0].evidence["dropped"] == 9
    assert found[1].evidence["p90_seconds"] == 1e6
    assert found[0].evidence["entered"] == found[3].evidence["entered"] == 900
    assert "p90_seconds" not in found[3].evidence


def test_what_is_seen_at_another_stage_calls_for_nothing(playbook: Playbook) -> None:
    found = recommend(widest_bottleneck(large(), 12000), playbook, {"signup": Triggers({"slow": {}})})
    assert {item.trigger for item in found} == {"gap"}


def test_a_lever_carries_what_closing_the_gap_is_worth_and_how_large_a_test_must_be(playbook: Playbook) -> None:
    diagnosis = widest_bottleneck(large(), 12000, value_per_conversion=100)
    item = recommend(diagnosis, playbook, {"demo": Triggers(measure=MEASURE)})[0]
    assert item.worth is not None
    assert item.worth.mean == pytest.approx(17.7, abs=0.1)
    assert item.worth.value_low == pytest.approx(item.worth.low * 100)
    assert item.worth.value_high == pytest.approx(item.worth.high * 100)
    assert item.measure == MEASURE


@pytest.mark.parametrize("trigger", ["stage_silent", "clock_skew", "out_of_order", "same_instant"])
def test_a_log_in_doubt_is_to_be_checked_which_is_worth_no_conversions(playbook: Playbook, trigger: Trigger) -> None:
    doubted = widest_bottleneck(large(), 12000)._replace(verdict="cannot_tell", unresolvable="data_in_doubt")
    (item,) = recommend(doubted, playbook, {"demo": Triggers({trigger: {}}, MEASURE)})
    assert (item.lever, item.stage, item.trigger, item.worth, item.measure) == (
        "check_tracking",
        "demo",
        trigger,
        None,
        None,
    )


def test_a_lever_is_recommended_once_even_if_several_sights_call_for_it() -> None:
    lever = Lever("ask", "Ask.", "Ask five.", ("slow", "small_sample"))
    found = recommend(
        widest_bottleneck(large(), 12000), {"default": (lever,)}, {"demo": Triggers({"small_sample": {}, "slow": {}})}
    )
    assert [(item.lever, item.trigger) for item in found] == [("ask", "small_sample")]


def test_the_packaged_playbook_is_as_a_playbook_must_be(playbook: Playbook) -> None:
    assert load_playbook(Path(str(files("growthctl.diagnosis.advice") / "playbook.yml"))) == dict(playbook)
