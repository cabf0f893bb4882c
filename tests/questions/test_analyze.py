"""From a funnel and a log to the answer."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from jsonschema import Draft202012Validator

from growthctl import analyze
from growthctl.errors import DataError, GrowthctlError, SpecError, UsageError
from growthctl.report.analysis import Analysis, Report
from growthctl.report.schemas import report_schema
from tests.questions.shop import funnel, log

FUNNELS = Path(__file__).parents[2] / "funnels"
TARGETED = [
    {"name": "visit", "event": "visit"},
    {"name": "cart", "event": "cart", "target": "90%", "owner": "product"},
    {"name": "pay", "event": "pay", "target": "50%", "owner": "sales"},
]


@cache
def sample(name: str) -> Analysis:
    return analyze(FUNNELS / f"{name}.yml")


def shop(people: int, carts: int, pays: int, days: int = 1, **properties: str) -> pl.DataFrame:
    """Everyone enters from 2026-03-01 on, so many days in turn; a day later someone else closes the log."""
    extra = "".join(f" {name}={value}" for name, value in properties.items())
    lines = [f"u{n} 2026-03-{1 + n % days:02}T09:00:00 visit" for n in range(people)]
    lines += [f"u{n} 2026-03-{1 + n % days:02}T09:01:00 cart" for n in range(carts)]
    lines += [f"u{n} 2026-03-{1 + n % days:02}T09:02:00 pay{extra}" for n in range(pays)]
    return log(*lines, f"z 2026-03-{1 + days:02}T09:00:00 other")


@pytest.mark.parametrize(
    ("name", "verdict", "stage", "owner"),
    [
        ("saas_signup", "confirmed", "demo", "sales"),
        ("b2b_accounts", "cannot_tell", "payment", "sales"),
        ("checkout", "no_reference", "checkout", "product"),
    ],
)
def test_the_sample_funnels_show_three_verdicts(name: str, verdict: str, stage: str, owner: str) -> None:
    bottleneck = sample(name).bottleneck
    assert (bottleneck.verdict, bottleneck.stage, bottleneck.owner) == (verdict, stage, owner)


@pytest.mark.parametrize("name", ["saas_signup", "b2b_accounts", "checkout"])
def test_the_numbers_of_a_sample_add_up(name: str) -> None:
    analysis = sample(name)
    stages = analysis.stages
    for stage, before in zip(stages[1:], stages, strict=False):
        assert before.reached == stage.reached + stage.dropped
        assert stage.ripe is not None
        assert stage.open == stage.dropped - (stage.ripe.entered - stage.ripe.converted)
    for by in {tuple(segment.by) for segment in analysis.segments}:
        of_property = [segment for segment in analysis.segments if tuple(segment.by) == by]
        sums = [sum(segment.stages[k].reached for segment in of_property) for k in range(len(stages))]
        assert sums == [stage.reached for stage in stages]
    Draft202012Validator(report_schema("analysis")).validate(Report(analyses=[analysis]).model_dump(mode="json"))


def test_a_clear_bottleneck_is_confirmed_and_its_owner_is_told_what_to_try() -> None:
    analysis = analyze(funnel(stages=TARGETED), shop(1_000, 890, 180, days=21))
    bottleneck = analysis.bottleneck
    assert (bottleneck.verdict, bottleneck.from_stage, bottleneck.stage, bottleneck.owner) == (
        "confirmed",
        "cart",
        "pay",
        "sales",
    )
    # Without a kind nothing but what is seen calls for advice.
    assert analysis.recommendations == []
    kinds = [stage | {"kind": "payment"} for stage in TARGETED]
    advised = analyze(funnel(stages=kinds), shop(1_000, 890, 180, days=21))
    assert {(item.stage, item.owner) for item in advised.recommendations} == {("pay", "sales")}


def test_before_three_weeks_have_passed_nothing_is_confirmed() -> None:
    for days in (1, 20):
        assert analyze(funnel(stages=TARGETED), shop(1_000, 890, 180, days)).bottleneck.verdict == "suspect"


def test_rates_at_their_targets_have_no_bottleneck_and_no_advice() -> None:
    analysis = analyze(funnel(stages=TARGETED), shop(4_000, 3_700, 2_000))
    assert (analysis.bottleneck.verdict, analysis.bottleneck.stage) == ("none_below_reference", None)
    assert analysis.recommendations == []


def test_nobody_ripe_is_no_data_and_says_when_the_first_will_be() -> None:
    analysis = analyze(funnel(stages=TARGETED), log("u1 09:00:00 visit", "u1 09:59:59 cart"))
    assert analysis.bottleneck.verdict == "no_data"
    assert analysis.bottleneck.first_ripe_at == "2026-03-02T10:00:00Z"
    assert analysis.stages[1].ripe is not None
    assert analysis.stages[1].ripe.conversion_rate is None
    assert [stage.open for stage in analysis.stages] == [0, 0, 1]


def test_nothing_is_blamed_while_the_log_lacks_a_stage() -> None:
    misspelled = [*TARGETED[:2], TARGETED[2] | {"event": "payed"}]
    analysis = analyze(funnel(stages=misspelled), shop(1_000, 890, 180))
    assert (analysis.bottleneck.verdict, analysis.bottleneck.unresolvable) == ("cannot_tell", "stage_not_in_log")
    assert (analysis.bottleneck.stage, analysis.recommendations) == (None, [])


def worth(value: dict[str, Any], data: pl.DataFrame) -> float | None:
    """Money per conversion, as the recoverable value shows it."""
    recoverable = analyze(funnel(stages=TARGETED, value=value), data).bottleneck.recoverable
    assert recoverable is not None
    return None if recoverable.value is None else recoverable.value / recoverable.conversions_per_30_days


def test_a_conversion_is_worth_what_it_brings_after_margin() -> None:
    assert worth({"per_conversion": 1_200, "margin": "80%"}, shop(1_000, 890, 180)) == pytest.approx(960)


def test_a_conversion_is_worth_the_mean_of_the_property_where_it_is_a_number() -> None:
    priced = pl.concat(
        [shop(1_000, 890, 100, price="100"), shop(1_000, 890, 180, price="30")], how="diagonal"
    ).with_columns(pl.when(pl.col("user_id") == "u0").then(pl.lit("free")).otherwise("price").alias("price"))
    # Of u1 to u99, who paid at two prices in one second, the smaller text counts.
    assert worth({"property": "price"}, priced) == pytest.approx((99 * 100 + 80 * 30) / 179, rel=1e-3)


@pytest.mark.parametrize("price", ["none", "nan", "inf"])
def test_a_property_without_any_number_is_no_value(price: str) -> None:
    assert worth({"property": "price"}, shop(1_000, 890, 180, price=price)) is None


def test_the_property_is_read_at_the_stage_that_carries_it() -> None:
    data = shop(1_000, 890, 180).with_columns(
        pl.when(pl.col("event") == "cart").then(pl.lit("7")).otherwise(pl.lit("1000")).alias("price")
    )
    assert worth({"property": "price", "stage": "cart"}, data) == pytest.approx(7)
    assert worth({"property": "price"}, data) == pytest.approx(1_000)


def test_a_funnel_is_a_file_or_a_mapping_and_a_log_a_path_paths_or_a_frame(tmp_path: Path) -> None:
    frame = shop(10, 6, 3)
    frame[:8].write_csv(tmp_path / "a.csv")
    frame[8:].write_csv(tmp_path / "b.csv")
    file = tmp_path / "funnel.yml"
    file.write_text('{"stages": [{name: visit, event: visit}, {name: cart, event: cart}, {name: pay, event: pay}]}')
    paths: list[str | Path] = [tmp_path / "a.csv", str(tmp_path / "b.csv")]
    answers = [analyze(asked, data).stages for asked in (file, funnel(window="1h")) for data in (frame, paths)]
    assert [[stage.reached for stage in stages] for stages in answers] == [[10, 6, 3]] * 4
    assert analyze(file, frame.lazy()).funnel.name == "funnel"


def test_times_are_text_or_dates() -> None:
    data = log("u1 2026-03-01T23:00:00 visit", "u2 2026-03-02T00:00:00 visit")
    for since in ("2026-03-02", date(2026, 3, 2), "2026-03-02T00:00:00Z"):
        assert analyze(funnel(), data, since=since).stages[0].reached == 1


def test_what_is_unknown_is_null_and_never_nan() -> None:
    analysis = analyze(funnel(), log("u1 09:00:00 visit"), since="2027-01-01")
    assert [stage.conversion_rate for stage in analysis.stages] == [None] * 3
    assert [stage.overall_conversion_rate for stage in analysis.stages] == [None] * 3
    assert analysis.stages[1].seconds_from_previous is None


def test_segments_are_the_largest_first_and_equally_large_ones_by_value_with_null_last() -> None:
    data = log("a 09:00:00 visit", *(f"{plan}{n} 09:00:00 visit plan={plan}" for n, plan in enumerate("ybxy")))
    found = analyze(funnel(segments=["plan"]), data).segments
    assert [(segment.values, segment.stages[0].reached) for segment in found] == [
        (["y"], 2),
        (["b"], 1),
        (["x"], 1),
        ([None], 1),
    ]


@pytest.mark.parametrize("name", ["time_0", "property_0", "entity", "session", "stage", "own"])
def test_a_property_may_have_any_name(name: str) -> None:
    renamed = log("u1 09:00:00 visit p=x", "u1 09:01:00 cart p=y").rename({"p": name})
    by_entry, by_cart = (
        analyze(funnel(), renamed, by=[name], attribution=rule).segments for rule in ("entry", "stage:cart")
    )
    assert [segment.values for segment in (*by_entry, *by_cart)] == [["x"], ["y"]]


def test_values_that_json_lacks_are_written_as_text() -> None:
    data = pl.DataFrame(
        {
            "user_id": ["a", "b", "c"],
            "event": ["visit"] * 3,
            "timestamp": ["2026-03-01"] * 3,
            "score": [float("nan"), float("inf"), 1.5],
            "born": [date(2000, 1, 1)] * 3,
        }
    )
    analysis = analyze(funnel(segments=["score", "born"]), data)
    assert [segment.values for segment in analysis.segments] == [[1.5], ["inf"], ["nan"], ["2000-01-01"]]


@pytest.mark.parametrize(
    ("asked", "question", "error", "code"),
    [
        ({"windo": "1h"}, {}, SpecError, "unknown_key"),
        ({}, {"since": "soon"}, UsageError, "invalid_time"),
        ({}, {"since": "2026-03-02", "until": "2026-03-02"}, UsageError, "empty_range"),
        ({}, {"attribution": "stage:shop"}, UsageError, "invalid_attribution"),
        ({}, {"by": ["plan"]}, DataError, "unknown_column"),
        ({}, {"as_of": "2020-01-01"}, DataError, "empty"),
    ],
)
def test_a_question_that_cannot_be_answered_is_an_error_with_a_stable_code(
    asked: dict[str, Any], question: dict[str, Any], error: type[GrowthctlError], code: str
) -> None:
    with pytest.raises(error) as caught:
        analyze(funnel(**asked), log("u1 09:00:00 visit"), **question)
    assert caught.value.problems[0].code == code


def test_an_export_of_those_who_entered_before_a_day_counts_its_flow_up_to_that_day() -> None:
    # 40 a day for 40 days, and 12 days of payments after them.
    visits = [f"u{n} 2026-03-01T09:00:00 visit" for n in range(1_600)]
    days = pl.Series([datetime(2026, 3, 1, n % 24) + timedelta(days=n // 40) for n in range(1_600)])
    entries = log(*visits).with_columns(days.dt.to_string("iso:strict").alias("timestamp"))
    later = entries.with_columns(
        pl.lit("pay").alias("event"), (days.dt.offset_by("12d")).dt.to_string("iso:strict").alias("timestamp")
    )
    stages = [{"name": "visit", "event": "visit"}, {"name": "pay", "event": "pay", "target": "50%"}]
    analysis = analyze(funnel(stages=stages, window="20d"), pl.concat([entries, later.filter(days.dt.day() % 2 == 0)]))
    assert "entries_end" in {finding.code for finding in analysis.health.findings}
    paid = analysis.stages[1].ripe
    assert paid is not None
    assert paid.conversion_rate is not None
    assert analysis.bottleneck.conversions_per_30_days == pytest.approx(40 * 30 * paid.conversion_rate, rel=0.05)
