"""Open funnels: every question about a funnel that people may enter at any stage."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest

from growthctl import UsageError, analyze, compare, entities, explain, paths, trend
from growthctl.report.analysis import Analysis
from growthctl.words.journey import journeys
from tests.questions.shop import funnel, log

START = datetime(2026, 1, 5)
LOG = log(
    "u1 09:00:00 visit",
    "u1 09:10:00 cart",
    "u1 09:20:00 pay",
    "u2 09:00:00 cart",
    "u2 09:10:00 pay",
    "u2 09:20:00 visit",
    "u3 09:00:00 cart",
    "u4 09:00:00 pay",
    "u5 09:00:00 visit",
    "u6 09:00:00 help",
)


def opened(**changes: Any) -> dict[str, Any]:
    return funnel(entry="any_stage", **changes)


def flowing(days: int, every_day: dict[str, int], **changes: Any) -> Analysis:
    """On each of some days so many people of each kind: the stages, comma-separated, that they have, a minute apart."""
    rows = [
        (f"{kind}-{day}-{number}", START + timedelta(days=day, minutes=number % 600 + place), event)
        for day in range(days)
        for kind, count in every_day.items()
        for number in range(count)
        for place, event in enumerate(kind.split(","))
    ]
    names = {"user_id": pl.String, "timestamp": pl.Datetime, "event": pl.String}
    return analyze(opened(**changes), pl.DataFrame(rows, names, orient="row"))


def who(stage: str, **asked: Any) -> list[object]:
    return entities(opened(), LOG, stage=stage, **asked)["entity"].to_list()


def test_each_stage_says_who_entered_there_and_who_came_through() -> None:
    analysis = analyze(opened(), LOG)
    counts = [(stage.reached, stage.entered_here, stage.came_through, stage.dropped) for stage in analysis.stages]
    assert counts == [(2, 2, None, 0), (3, 2, 1, 1), (3, 1, 2, 1)]
    assert [stage.conversion_rate for stage in analysis.stages] == [None, 1 / 2, 2 / 3]
    assert analysis.funnel.entry == "any_stage"
    frame = analysis.stages_frame()
    assert frame["entered_here"].to_list() == [2, 2, 1]
    assert frame["came_through"].to_list() == [None, 1, 2]


def test_the_overall_rate_counts_those_who_entered_at_the_first_stage() -> None:
    analysis = flowing(40, {"visit,cart,pay": 3, "visit,cart": 3, "visit": 6, "cart,pay": 10, "pay": 5})
    overall = analysis.overall
    assert overall is not None
    # On 39 days they have had their hour.
    assert (overall.entered, overall.converted, overall.conversion_rate) == (39 * 12, 39 * 3, 0.25)
    assert [stage.overall_conversion_rate for stage in analysis.stages] == [1, 0.5, 0.25]
    assert analyze(funnel(), LOG).stages[0].entered_here is None


def test_lists_are_as_long_as_the_numbers_they_explain() -> None:
    analysis = analyze(opened(), LOG)
    for stage in analysis.stages:
        assert len(who(stage.name)) == stage.reached
        assert len(who(stage.name, reached=False)) == stage.dropped
        assert len(who(stage.name, entered_here=True)) == stage.entered_here
        assert len(who(stage.name, entered_here=False)) == (stage.came_through or 0)
    assert who("cart", entered_here=True) == ["u2", "u3"]
    assert who("cart", entered_here=False) == ["u1"]
    assert who("pay", reached=False) == ["u3"]


def test_a_list_says_when_each_one_entered() -> None:
    found = entities(opened(), LOG, stage="pay")
    assert found["entry_at"].dt.strftime("%H:%M").to_list() == ["09:00", "09:00", "09:00"]
    assert found["visit"].null_count() == 2


def test_who_entered_here_is_asked_of_an_open_funnel_and_of_those_who_reached_the_stage() -> None:
    with pytest.raises(UsageError, match="--entered-here: everybody enters at the first stage"):
        entities(funnel(), LOG, stage="cart", entered_here=True)
    with pytest.raises(UsageError, match="--came-through is about who reached the stage, --dropped about who did not"):
        entities(opened(), LOG, stage="cart", reached=False, entered_here=False)


def test_segments_have_both_numbers_and_sum_to_the_total() -> None:
    data = LOG.with_columns(pl.col("user_id").is_in(["u1", "u2"]).cast(pl.String).alias("early"))
    analysis = analyze(opened(), data, by="early")
    for position, stage in enumerate(analysis.stages):
        parts = [segment.stages[position] for segment in analysis.segments]
        for key in ("reached", "entered_here", "came_through"):
            values = [getattr(part, key) for part in parts]
            assert (None if None in values else sum(values)) == getattr(stage, key)
    assert {segment.values[0]: segment.stages[1].conversion_rate for segment in analysis.segments} == {
        "true": 1.0,
        "false": 0.0,
    }


def test_a_segment_before_the_outcome_is_compared_at_every_stage() -> None:
    data = LOG.with_columns(pl.lit("x").alias("device"))
    stages = [split.stages for split in analyze(opened(), data, by="device").differences.splits]
    assert [[stage.name for stage in each] for each in stages] == [["cart", "pay"]]


def test_a_gap_is_priced_with_those_who_join_on_the_way() -> None:
    # On each day 12 visit, of whom 6 get a cart and 3 pay; 14 more begin at the cart, 7 of whom pay; 5 only pay.
    kinds = {"visit,cart,pay": 3, "visit,cart": 3, "visit": 6, "cart,pay": 7, "cart": 7, "pay": 5}
    stages = [{"name": name, "event": name, "target": 0.6} for name in ("cart", "pay")]
    analysis = flowing(84, kinds, stages=[{"name": "visit", "event": "visit"}, *stages])
    assert [stage.ripe.conversion_rate for stage in analysis.stages if stage.ripe] == [0.5, 0.5]
    # Of 15 a day who pay 10 came from the cart: in 30 days 450 conversions.
    assert analysis.bottleneck.conversions_per_30_days == pytest.approx(450, rel=0.002)
    worth = {item.stage: item.recoverable and item.recoverable.conversions_per_30_days for item in analysis.ranking}
    # A tenth more of the 360 who visit, half of whom pay; a tenth more of the 600 who come to the cart.
    assert worth == pytest.approx({"cart": 18, "pay": 60}, rel=0.03)
    shares = {item.stage: item.share_of_shortfall for item in analysis.ranking}
    # Those who visit fall short by 39.6, half of it at each stage; those who begin at the cart by 42, all at the last.
    assert shares == pytest.approx({"cart": 19.8 / 81.6, "pay": 61.8 / 81.6}, rel=0.001)
    assert analysis.bottleneck.stage == "pay"


def test_the_widest_leak_is_where_most_people_pass() -> None:
    # A rate of a quarter at the cart is lower than one of a half at the payment, but few pass there.
    analysis = flowing(42, {"visit,cart,pay": 1, "visit,cart": 1, "visit": 6, "cart,pay": 99, "cart": 99})
    assert [stage.ripe.conversion_rate for stage in analysis.stages if stage.ripe] == [0.25, 0.5]
    assert (analysis.bottleneck.verdict, analysis.bottleneck.stage) == ("no_reference", "pay")
    assert analysis.bottleneck.lowest_rate == "cart"


def test_what_a_stage_can_serve_is_used_by_those_who_enter_there_too() -> None:
    stages = [{"name": "visit", "event": "visit"}, {"name": "cart", "event": "cart", "capacity": {"per_day": 40}}]
    (_, cart) = flowing(42, {"visit,cart": 5, "visit": 5, "cart": 25}, stages=stages).stages
    assert cart.capacity is not None
    assert cart.capacity.flow_per_day == pytest.approx(30, rel=0.01)


def test_a_fall_of_a_rate_costs_those_who_come_to_the_stage_before() -> None:
    before = {"visit,cart,pay": 10, "visit,cart": 10, "visit": 20, "cart,pay": 40, "cart": 40}
    rows = []
    for day in range(70):
        # In the last two weeks a fifth as many carts are paid.
        lost = day >= 56
        for kind, count in before.items():
            for number in range(count):
                events = kind.split(",")
                if lost and events[-1] == "pay" and number % 5:
                    events = events[:-1]
                for place, event in enumerate(events):
                    moment = START + timedelta(days=day, minutes=number * 9 + place)
                    rows.append((f"{kind}-{day}-{number}", moment, event))
    names = {"user_id": pl.String, "timestamp": pl.Datetime, "event": pl.String}
    (fault,) = analyze(opened(), pl.DataFrame(rows, names, orient="row")).broken_now
    assert fault.stage == "pay"
    assert (fault.usual_rate, fault.rate) == pytest.approx((0.5, 0.1), abs=0.02)
    # Of 100 carts a day 40 fewer are paid.
    assert fault.recoverable.conversions_per_30_days == pytest.approx(1200, rel=0.05)


def test_explain_says_where_the_journey_entered_and_which_attempts_got_less_far() -> None:
    data = log(
        "u1 07:00:00 visit",
        "u1 09:00:00 cart",
        "u1 09:05:00 cart",
        "u1 09:10:00 pay",
        "u1 09:20:00 visit",
        "u1 11:00:00 pay",
    )
    answer = explain(opened(), data, entity="u1")
    assert [event.fills or event.reason for event in answer.events] == [
        "other_attempt",
        "cart",
        "stage_already_filled",
        "pay",
        "other_attempt",
        "other_attempt",
    ]
    assert list(journeys(answer)) == [
        "Journey: entered at cart 2026-03-02 09:00:00, reached cart, pay; its window ends 2026-03-02 10:00:00."
    ]
    ranged = explain(opened(), data, entity="u1", since="2026-03-02T09:02:00")
    assert [event.fills or event.reason for event in ranged.events][:2] == ["entry_outside_range"] * 2
    early = explain(opened(), data, entity="u1", until="2026-03-02T07:30:00")
    assert [event.fills or event.reason for event in early.events] == [
        "visit",
        *["after_window"] * 5,
    ]
    never = explain(opened(), data, entity="u1", until="2026-03-02T06:00:00")
    assert [event.reason for event in never.events] == ["entry_outside_range"] * 6


def test_paths_go_on_to_the_end_of_the_window_from_the_entry() -> None:
    data = log("u1 09:00:00 cart", "u1 09:30:00 look", "u1 10:00:01 help")
    answer = paths(opened(), data, after="cart", steps=2)
    assert [path.events for path in answer.paths] == [["look"]]


def test_each_period_of_a_trend_is_what_analyze_says_of_it() -> None:
    data = log("u1 09:00:00 visit", "u1 2026-03-03T00:05:00 cart", "u2 09:00:00 cart", "u2 23:30:00 pay")
    for period in trend(opened(window="1d"), data, "day").periods:
        same = analyze(opened(window="1d"), data, since=period.start_at, until=period.end_at).stages
        for stage, expected in zip(period.stages, same, strict=True):
            assert stage.model_dump() == {key: getattr(expected, key) for key in stage.model_dump()}


def test_compare_refuses_an_open_funnel() -> None:
    with pytest.raises(UsageError, match="people join an open funnel on its way"):
        compare(opened(), LOG)


def test_the_first_screen_says_that_people_may_enter_at_any_stage() -> None:
    text = " ".join(str(analyze(opened(), LOG)).split())
    assert "People may enter at any stage; 2 people entered at visit on 2 Mar 2026." in text
    assert "Enter: how many enter there; they count from there on." in text
    nobody = " ".join(str(analyze(opened(), LOG.filter(pl.col("event") == "help"))).split())
    assert "Nobody entered" in nobody


def test_html_and_markdown_have_the_numbers_of_who_entered_where() -> None:
    analysis = analyze(opened(), LOG)
    html = analysis._repr_html_()
    assert html is not None
    assert "Enter" in html
    assert "2 people entered at visit" in html
