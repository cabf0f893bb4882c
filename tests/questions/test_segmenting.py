"""Segments, from a log to which of them differ and which hold the gap."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from growthctl import analyze
from growthctl.report.analysis import Analysis
from growthctl.report.segments import SegmentStage
from tests.questions.shop import funnel, log

ROOT = Path(__file__).parents[2]
MODES = ["entry", "first", "last", "stage:cart"]


@cache
def signup(target: str, **call: str) -> Analysis:
    """The sample funnel with no other target than that of the signup."""
    asked = yaml.safe_load((ROOT / "funnels" / "saas_signup.yml").read_text())
    asked["source"]["path"] = str(ROOT / "sample_data" / "events.parquet")
    del asked["changes"]
    for stage in asked["stages"]:
        stage.pop("target", None)
        if stage["name"] == "signup":
            stage["target"] = target
    if "filter" in call:
        asked["source"]["filter"] = call.pop("filter")
    return analyze(asked, **call)


def visits(plan: str, people: int, carts: int, pays: int) -> list[str]:
    lines = [f"{plan}{n} 09:00:00 visit plan={plan}" for n in range(people)]
    lines += [f"{plan}{n} 09:01:00 cart plan={plan}" for n in range(carts)]
    lines += [f"{plan}{n} 09:02:00 pay plan={plan}" for n in range(pays)]
    return lines


def stages_of(analysis: Analysis, *values: object) -> Sequence[SegmentStage]:
    return next(segment.stages for segment in analysis.segments if segment.values == list(values))


LAST = "2026-03-05T09:00:00"
LOG = log(*visits("free", 400, 200, 20), *visits("pro", 300, 240, 110), f"z {LAST} other")
TARGETED = [
    {"name": "visit", "event": "visit"},
    {"name": "cart", "event": "cart"},
    {"name": "pay", "event": "pay", "target": "50%"},
]


@pytest.mark.parametrize("rule", MODES)
def test_the_ripe_of_all_segments_are_the_ripe_of_the_funnel(rule: str) -> None:
    late = log(*visits("new", 50, 30, 10)).with_columns(timestamp=pl.lit(LAST)).select(LOG.columns)
    analysis = analyze(funnel(segments=["plan"]), pl.concat([LOG, late]), attribution=rule)
    for k, stage in enumerate(analysis.stages[1:], 1):
        ripe = [segment.stages[k].ripe for segment in analysis.segments]
        assert stage.ripe is not None
        assert sum(each.entered for each in ripe if each) == stage.ripe.entered
        assert sum(each.converted for each in ripe if each) == stage.ripe.converted
        assert stage.reached > stage.ripe.converted


def test_a_segment_has_its_own_ripe_rate_with_an_interval_and_says_whether_it_differs() -> None:
    visit, cart, pay = stages_of(analyze(funnel(segments=["plan"]), LOG), "free")
    assert (visit.ripe, visit.differs, visit.q) == (None, None, None)
    assert pay.ripe is not None
    assert (pay.ripe.entered, pay.ripe.converted, pay.ripe.conversion_rate) == (200, 20, 0.1)
    assert [pay.ripe.low, pay.ripe.high] == pytest.approx([0.0657, 0.1494], abs=1e-4)
    assert (cart.differs, pay.differs) == (True, True)


def test_one_test_is_made_for_each_transition_of_two_segments() -> None:
    differences = analyze(funnel(segments=["plan"]), LOG).differences
    assert differences.tests == 2
    assert [(split.by, [stage.name for stage in split.stages]) for split in differences.splits] == [
        (["plan"], ["cart", "pay"])
    ]


@pytest.mark.parametrize("rule", ["first", "last"])
def test_a_value_that_may_come_after_the_outcome_is_compared_nowhere(rule: str) -> None:
    analysis = analyze(funnel(segments=["plan"], stages=TARGETED), LOG, attribution=rule)
    assert (analysis.differences.tests, analysis.differences.splits) == (0, [])
    assert {stage.differs for segment in analysis.segments for stage in segment.stages} == {None}
    assert analysis.bottleneck.explained_by == []


def test_a_value_read_at_a_stage_is_compared_from_there_on() -> None:
    analysis = analyze(funnel(segments=["plan"], stages=TARGETED), LOG, attribution="stage:cart")
    assert [stage.differs for stage in stages_of(analysis, "free")] == [None, None, True]
    assert [stage.differs for stage in stages_of(analysis, "(not reached)")] == [None] * 3
    assert [found.values for found in analysis.bottleneck.explained_by] == [["free"]]


def test_an_optional_stage_is_counted_and_not_compared() -> None:
    stages = [TARGETED[0], TARGETED[1] | {"optional": True}, TARGETED[2]]
    _, cart, pay = stages_of(analyze(funnel(segments=["plan"], stages=stages), LOG), "free")
    assert cart.ripe is not None
    assert pay.ripe is not None
    assert (cart.ripe.entered, cart.ripe.converted, pay.ripe.entered) == (400, 200, 400)
    assert (cart.differs, pay.differs) == (None, True)


def test_the_segment_that_holds_the_gap_is_named_with_its_share_of_both() -> None:
    analysis = analyze(funnel(segments=["plan"], stages=TARGETED), LOG)
    assert (analysis.bottleneck.verdict, analysis.bottleneck.stage) == ("suspect", "pay")
    [free] = analysis.bottleneck.explained_by
    assert (free.by, free.values) == (["plan"], ["free"])
    assert free.share_of_entered == pytest.approx(200 / 440)
    assert free.share_of_gap == pytest.approx((100 - 20) / (220 - 130))
    assert [free.conversion_rate, free.rest_conversion_rate] == pytest.approx([0.1, 110 / 240])


def test_the_queue_before_the_demo_is_nobody_s_fault() -> None:
    bottleneck = analyze(ROOT / "funnels" / "saas_signup.yml", by=None).bottleneck
    assert (bottleneck.stage, bottleneck.explained_by, bottleneck.explained_by_mix) == ("demo", [], [])


def test_the_broken_form_is_found_on_mobile() -> None:
    [mobile, *_] = signup("13%", since="2026-03-06").bottleneck.explained_by
    assert (mobile.by, mobile.values) == (["device"], ["mobile"])
    assert mobile.share_of_gap > 0.9
    assert mobile.share_of_entered < 0.5


def test_traffic_that_moved_is_not_blamed_on_where_it_moved_to() -> None:
    bottleneck = signup("16%", until="2026-03-06").bottleneck
    assert bottleneck.stage == "signup"
    assert [found.by for found in bottleneck.explained_by_mix] == [["country"]]


@pytest.mark.parametrize("target", ["16%", "18%", "20%"])
def test_the_reversal_on_desktop_is_a_matter_of_who_came(target: str) -> None:
    bottleneck = signup(target, until="2026-03-06", filter="device = 'desktop'").bottleneck
    assert bottleneck.stage == "signup"
    assert bottleneck.explained_by == []
    assert [found.by for found in bottleneck.explained_by_mix] == [["country"]]


def test_a_campaign_that_never_pays_holds_most_of_the_gap_that_it_can() -> None:
    found: dict[str, Any] = {str(each.values[0]): each for each in signup("15%", by="campaign").bottleneck.explained_by}
    assert list(found) == ["display"]
    assert found["display"].share_of_entered == pytest.approx(0.15, abs=0.005)
    assert found["display"].share_of_gap == pytest.approx(0.80, abs=0.01)


def test_without_target_and_history_a_transition_is_held_against_its_best_segment() -> None:
    analysis = analyze(funnel(segments=["plan"]), LOG)
    ranked = {each.stage: each.reference for each in analysis.ranking}
    for name, rate in (("cart", 0.8), ("pay", 110 / 240)):
        reference = ranked[name]
        assert reference is not None
        assert reference.segment is not None
        assert (reference.source, reference.segment.by, reference.segment.values) == ("segment", ["plan"], ["pro"])
        assert reference.rate == pytest.approx(rate, abs=0.01)
        assert reference.rate < rate
    assert (analysis.bottleneck.stage, analysis.bottleneck.verdict) == ("pay", "suspect")
    assert [found.values for found in analysis.bottleneck.explained_by] == [["free"]]


def test_a_target_comes_before_a_segment() -> None:
    ranked = analyze(funnel(segments=["plan"], stages=TARGETED), LOG).ranking
    assert {each.stage: each.reference and each.reference.source for each in ranked} == {
        "pay": "target",
        "cart": "segment",
    }


@pytest.mark.parametrize(
    "changes",
    [{"reference": {"segment": False}}, {"attribution": "last"}, {"segments": []}, {"attribution": "stage:pay"}],
    ids=["switched off", "known after the outcome", "no segments", "known too late"],
)
def test_where_there_is_no_segment_to_follow_there_is_no_reference(changes: dict[str, Any]) -> None:
    analysis = analyze(funnel(**{"segments": ["plan"]} | changes), LOG)
    assert analysis.bottleneck.verdict == "no_reference"
    assert analysis.bottleneck.explained_by == []
