from __future__ import annotations

import pytest

from growthctl.diagnosis.bottleneck import diagnose
from growthctl.diagnosis.playbook import Lever, Playbook, load_playbook, recommend
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
    return load_playbook()


def slugs(playbook: Playbook, kind: str) -> list[str]:
    return [lever.slug for lever in playbook[kind]]


def test_the_playbook_has_two_to_four_levers_for_every_kind(playbook: Playbook) -> None:
    assert set(playbook) == KINDS
    assert all(2 <= len(levers) <= 4 for levers in playbook.values())


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
    found = recommend(diagnose(large(), 12000), playbook)
    assert [recommendation.lever for recommendation in found] == slugs(playbook, "demo")[:3]
    assert {(r.stage, r.owner, r.kind) for r in found} == {("demo", "sales", "demo")}
    assert found[0].text == playbook["demo"][0].text
    assert found[0].next_test == playbook["demo"][0].next_test


def test_the_evidence_is_the_numbers_that_called_for_the_lever(playbook: Playbook) -> None:
    evidence = recommend(diagnose(large(), 12000), playbook)[0].evidence
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
    found = recommend(diagnose(large(source="history"), 12000), playbook)
    assert [r.lever for r in found] == slugs(playbook, "demo")[:3]


def test_a_tie_alternates_between_both_stages(playbook: Playbook) -> None:
    diagnosis = diagnose(funnel((20000, 10000, 4000), (10000, 4000, 2000), (0.6, 0.48, 0.5)), 20000)
    first, second = (standing.transition.stage for standing in diagnosis.contenders)
    found = recommend(diagnosis, playbook)
    expected = [slugs(playbook, first)[0], slugs(playbook, second)[0], slugs(playbook, first)[1]]
    assert [r.lever for r in found] == expected


def test_the_widest_leak_gets_three_levers_and_unknown_evidence_is_none(playbook: Playbook) -> None:
    found = recommend(diagnose(large((None,) * 4), 12000), playbook)
    assert [r.lever for r in found] == slugs(playbook, "signup")[:3]
    assert found[0].evidence["reference"] is None
    assert found[0].evidence["recoverable"] is None


def test_without_a_verdict_the_leading_candidate_gets_one_cheap_test(playbook: Playbook) -> None:
    found = recommend(diagnose(small(), 12000), playbook)
    assert [r.lever for r in found] == slugs(playbook, "demo")[:1]


@pytest.mark.parametrize(
    ("entered", "converted", "target"),
    [(30, 18, 0.5), (20000, 10000, 0.5), (0, 0, 0.5)],
    ids=["no_gap_seen", "none_below_reference", "no_data"],
)
def test_nothing_is_recommended_where_no_gap_is_seen(
    playbook: Playbook, entered: int, converted: int, target: float
) -> None:
    assert recommend(diagnose(funnel((entered,), (converted,), (target,)), 100), playbook) == []


def test_fewer_levers_can_be_asked_for(playbook: Playbook) -> None:
    assert len(recommend(diagnose(large(), 12000), playbook, limit=2)) == 2


def test_a_stage_without_a_known_kind_gets_the_default_levers() -> None:
    lever = Lever("ask", "Ask.", "Ask five.")
    found = recommend(diagnose(large(), 12000), {"default": (lever,)})
    assert [(r.kind, r.lever) for r in found] == [("demo", "ask")]
