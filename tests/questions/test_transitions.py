"""What rates are held against, and what a stage can take: from a log to the answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest

from growthctl import analyze
from growthctl.report.analysis import Analysis
from tests.questions.shop import funnel, log
from tests.questions.test_analyze import TARGETED, sample, shop

MONDAY = datetime(2026, 3, 2)
DIPPED = [40, 38, 42, 40, 39, 41, 40, 40, 28, 27]


def weekly(pays: list[int], carts: int = 100, visits: int = 200) -> pl.DataFrame:
    """Every week so many visit, on its Wednesday; carts follow within the hour, `pays` of them pay."""
    rows = []
    for week, paying in enumerate(pays):
        at = MONDAY + timedelta(weeks=week, days=2)
        for event, count in (("visit", visits), ("cart", carts), ("pay", paying)):
            rows += [(f"w{week} u{n}", at.isoformat(), event) for n in range(count)]
    end = MONDAY + timedelta(weeks=len(pays))
    rows.append(("z", (end + timedelta(days=1)).isoformat(), "other"))
    return pl.DataFrame(rows, ["user_id", "timestamp", "event"], orient="row")


def references(analysis: Analysis) -> dict[str, tuple[str, int | None] | None]:
    return {
        item.stage: (item.reference.source, item.reference.weeks) if item.reference else None
        for item in analysis.ranking
    }


def test_without_targets_a_rate_is_held_against_its_own_history_which_suspects_but_never_confirms() -> None:
    analysis = analyze(funnel(), weekly(DIPPED))
    assert references(analysis) == {"pay": ("history", 8), "cart": ("history", 8)}
    bottleneck = analysis.bottleneck
    assert (bottleneck.verdict, bottleneck.stage) == ("suspect", "pay")
    assert bottleneck.reference is not None
    assert bottleneck.reference.rate == pytest.approx(0.4, abs=0.01)
    pay = analysis.stages[2]
    assert pay.now is not None
    assert (pay.now.entered, pay.now.converted, pay.now.since_at) == (200, 55, "2026-04-27T00:00:00Z")
    assert pay.judgement == "maybe_below"


def test_a_steady_history_has_no_bottleneck() -> None:
    analysis = analyze(funnel(), weekly([200] * 10, carts=400, visits=800))
    assert analysis.bottleneck.verdict == "none_below_reference"
    assert {item.stage: item.reference.rate for item in analysis.ranking if item.reference} == pytest.approx(
        {"cart": 0.5, "pay": 0.5}
    )


def test_a_target_comes_before_history() -> None:
    stages = [dict(stage) for stage in funnel()["stages"]]
    stages[1]["target"] = "45%"
    analysis = analyze(funnel(stages=stages), weekly(DIPPED))
    assert references(analysis) == {"pay": ("history", 8), "cart": ("target", None)}


@pytest.mark.parametrize(
    ("asked", "data", "since"),
    [
        ({"reference": {"history": False}}, weekly(DIPPED), None),
        ({}, weekly(DIPPED[:9]), None),
        ({}, weekly(DIPPED, visits=29, carts=29), None),
        ({}, weekly(DIPPED), "2026-03-09"),
    ],
    ids=["switched off", "nine weeks", "of 29", "nine weeks asked for"],
)
def test_without_ten_weeks_of_thirty_there_is_no_reference(
    asked: dict[str, Any], data: pl.DataFrame, since: str | None
) -> None:
    analysis = analyze(funnel(**asked), data, since=since)
    assert analysis.bottleneck.verdict == "no_reference"


def test_a_week_that_is_not_ripe_as_a_whole_is_no_history() -> None:
    ten = weekly(DIPPED)
    cut = ten.filter(pl.col("event") != "other")
    assert references(analyze(funnel(), ten)) == {"pay": ("history", 8), "cart": ("history", 8)}
    # The log ends on the Wednesday of the tenth week.
    assert references(analyze(funnel(), cut)) == {"pay": None, "cart": None}


def test_the_sample_names_the_demo_as_a_queue() -> None:
    analysis = sample("saas_signup")
    assert (analysis.bottleneck.stage, analysis.bottleneck.queue) == ("demo", "demo")
    capacity = next(stage.capacity for stage in analysis.stages if stage.name == "demo")
    assert capacity is not None
    assert (capacity.per_day, capacity.days_per_week, capacity.bound) == (8, 5, True)
    assert capacity.utilisation == pytest.approx(1, abs=0.02)
    assert [(item.stage, item.lever) for item in analysis.recommendations] == [
        ("signup", "undo_the_change"),
        ("demo", "fill_every_place"),
        ("demo", "serve_in_groups"),
        ("demo", "add_places"),
    ]


def test_a_stage_with_room_to_spare_is_no_queue() -> None:
    stages = [*TARGETED[:2], TARGETED[2] | {"capacity": {"per_day": 1_000}}]
    analysis = analyze(funnel(stages=stages), shop(1_000, 890, 180))
    assert analysis.bottleneck.queue is None
    capacity = analysis.stages[2].capacity
    assert capacity is not None
    assert (capacity.flow_per_day, capacity.utilisation, capacity.bound) == (180, 0.18, False)


def test_the_capacity_of_a_stage_that_nobody_is_ripe_for_is_known_and_its_use_is_not() -> None:
    stages = [*TARGETED[:2], TARGETED[2] | {"capacity": {"per_day": 3}}]
    capacity = analyze(funnel(stages=stages), log("u1 09:00:00 visit")).stages[2].capacity
    assert capacity is not None
    assert capacity.model_dump() == {
        "per_day": 3,
        "days_per_week": None,
        "flow_per_day": None,
        "utilisation": None,
        "bound": None,
        "room": None,
    }


def test_few_who_dropped_are_named_and_only_the_ripe_ones() -> None:
    data = log(
        *(f"u{n} 2026-03-01T09:00:00 visit" for n in range(12)),
        *(f"u{n} 2026-03-01T09:01:00 cart" for n in range(12)),
        *(f"u{n} 2026-03-01T09:02:00 pay" for n in range(1, 3)),
        "open 2026-03-02T09:00:00 visit",
        "open 2026-03-02T09:00:01 cart",
    )
    analysis = analyze(funnel(stages=TARGETED), data)
    interview = analysis.bottleneck.interview
    assert interview is not None
    assert (interview.stage, interview.owner) == ("pay", "sales")
    assert interview.entities == sorted(f"u{n}" for n in (0, *range(3, 12)))


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"count": "sessions"},
        {"count": "attempts"},
        {"source": {"identity": {"anonymous": "user_id", "known": "account"}}},
        {"source": {"columns": {"id": "row"}}},
    ],
    ids=["entities", "sessions", "attempts", "identity", "ids of rows"],
)
def test_who_dropped_is_named_as_the_log_does_it_once_each(asked: dict[str, Any]) -> None:
    data = log(
        "a 2026-03-01T09:00:00 visit",
        "a 2026-03-01T12:00:00 visit",
        *(f"{name} 2026-03-01T09:00:00 visit" for name in "edcbf"),
        "b 2026-03-01T09:01:00 cart",
        "b 2026-03-01T09:02:00 pay",
        "z 2026-03-02T09:00:00 other",
    ).with_columns(pl.lit(None, pl.String).alias("account"), pl.int_range(pl.len()).cast(pl.String).alias("row"))
    interview = analyze(funnel(stages=TARGETED, **asked), data).bottleneck.interview
    assert interview is not None
    assert (interview.stage, interview.entities) == ("cart", ["a", "c", "d", "e", "f"])


def test_numbers_that_name_entities_are_named_as_they_are() -> None:
    data = shop(10, 4, 4).with_columns(
        pl.col("user_id").str.strip_chars("u").cast(pl.Int64, strict=False).fill_null(99)
    )
    interview = analyze(funnel(stages=TARGETED), data).bottleneck.interview
    assert interview is not None
    assert interview.entities == ["4", "5", "6", "7", "8", "9"]


def test_thirty_are_enough_for_statistics() -> None:
    assert analyze(funnel(stages=TARGETED), shop(30, 30, 2)).bottleneck.interview is None
    assert analyze(funnel(stages=TARGETED), shop(29, 29, 2)).bottleneck.interview is not None


def test_with_nobody_open_the_estimate_is_the_ripe_rate() -> None:
    for stage in analyze(funnel(), shop(49, 19, 7)).stages[1:]:
        assert stage.ripe is not None
        assert stage.ripe.kaplan_meier == stage.ripe.conversion_rate


def test_the_open_ones_count_as_far_as_they_have_been_seen() -> None:
    data = log(
        *(f"u{n} 2026-03-01T09:00:00 visit" for n in range(10)),
        *(f"u{n} 2026-03-01T09:10:00 cart" for n in range(4)),
        *(f"u{n} 2026-03-01T09:50:00 cart" for n in range(4, 6)),
        *(f"late{n} 2026-03-02T09:00:00 visit" for n in range(10)),
        *(f"late{n} 2026-03-02T09:10:00 cart" for n in range(3)),
        "z 2026-03-02T09:20:00 other",
    )
    ripe = analyze(funnel(), data).stages[1].ripe
    assert ripe is not None
    assert (ripe.entered, ripe.converted) == (10, 6)
    # 7 of 20 after ten minutes; of the 6 still seen after the twenty minutes of the open ones, 2.
    assert ripe.kaplan_meier == pytest.approx(1 - 13 / 20 * 4 / 6)
    assert ripe.kaplan_meier_low is not None
    assert ripe.kaplan_meier_high is not None
    assert ripe.kaplan_meier_low < 1 - 13 / 20 * 4 / 6 < ripe.kaplan_meier_high


def test_without_a_window_there_is_nothing_to_estimate() -> None:
    stages = analyze(funnel(window=None), shop(49, 19, 7)).stages
    assert [stage.ripe and stage.ripe.kaplan_meier for stage in stages] == [None] * 3


def test_where_nobody_is_ripe_the_first_moment_is_known() -> None:
    data = log(
        "u1 2026-03-01T09:00:00 visit",
        "u2 2026-03-02T09:00:00 visit",
        "u2 2026-03-02T09:00:01 cart",
        "u3 2026-03-02T08:59:00 visit",
        "z 2026-03-02T09:10:00 other",
    )
    _, cart, pay = analyze(funnel(), data).stages
    assert cart.ripe is not None
    assert pay.ripe is not None
    assert (cart.ripe.entered, cart.ripe.first_ripe_at) == (1, "2026-03-01T10:00:00Z")
    assert (pay.ripe.entered, pay.ripe.first_ripe_at) == (0, "2026-03-02T10:00:00Z")


def test_absurd_targets_are_warned_about_and_do_not_stop_the_answer() -> None:
    stages = [dict(stage) for stage in funnel()["stages"]]
    stages[1]["target"], stages[2]["target"] = "5%", "90%"
    analysis = analyze(funnel(stages=stages, target="50%"), weekly([40] * 8))
    assert [(warning.code, warning.stage) for warning in analysis.warnings] == [
        ("target_below_history", "cart"),
        ("target_above_history", "pay"),
        ("targets_at_odds", None),
    ]
    assert analysis.funnel.target == 0.5
