"""Data health before blame: what a log shows of itself, from the funnel and the log to the answer."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from growthctl import analyze
from growthctl.report.analysis import Analysis
from growthctl.report.health import FindingFacts
from tests.questions.shop import funnel, log

ROOT = Path(__file__).parents[2]
at = pl.col("timestamp")


@cache
def sample() -> pl.DataFrame:
    return pl.read_parquet(ROOT / "sample_data/events.parquet")


def answer(data: pl.DataFrame, **question: Any) -> Analysis:
    return analyze(ROOT / "funnels/saas_signup.yml", data, **question)


def findings(analysis: Analysis, code: str) -> list[FindingFacts]:
    return [finding for finding in analysis.health.findings if finding.code == code]


def lost(event: str, since: str, until: str = "9") -> pl.DataFrame:
    """The sample without the event from a time on, as if the tracking had lost it."""
    return sample().filter((pl.col("event") != event) | (at < since) | (at >= until))


def test_the_outage_and_the_broken_form_of_the_sample_are_found_where_they_were_planted() -> None:
    analysis = answer(sample())
    outage, form = analysis.health.findings
    assert (outage.code, outage.cause, outage.stage, outage.segment) == ("stage_silent", "tracking", "landing", None)
    assert (outage.since_at, outage.until_at) == ("2026-02-19T12:00:00Z", "2026-02-19T18:00:00Z")
    assert (outage.observed, outage.upstream) == (3, 280)
    assert (form.code, form.cause, form.stage) == ("rate_fell", "product", "signup")
    assert form.segment is not None
    assert (form.segment.by, form.segment.values) == (["device"], ["mobile"])
    assert (form.since_at, form.until_at) == ("2026-03-06T00:00:00Z", None)
    assert (analysis.health.cause, analysis.bottleneck.verdict) == (None, "confirmed")


def test_sales_are_not_blamed_for_payments_that_the_log_lost() -> None:
    analysis = answer(lost("payment", "2026-02-20"))
    hole = analysis.health.findings[0]
    assert (hole.code, hole.stage, hole.observed, hole.material) == ("stage_silent", "payment", 0, True)
    assert hole.since_at is not None
    assert "2026-02-18" < hole.since_at < "2026-02-22"
    assert hole.until_at is None
    bottleneck = analysis.bottleneck
    assert (bottleneck.verdict, bottleneck.unresolvable, bottleneck.stage) == (
        "cannot_tell",
        "data_in_doubt",
        "payment",
    )
    assert analysis.health.cause == "tracking"


def test_a_hole_that_cannot_explain_the_gap_does_not_excuse_them() -> None:
    analysis = answer(lost("demo_attended", "2026-02-16", "2026-02-23"))
    assert {(each.stage, each.material) for each in findings(analysis, "stage_silent")} == {
        ("landing", False),
        ("demo", False),
    }
    assert (analysis.bottleneck.verdict, analysis.bottleneck.stage) == ("confirmed", "demo")
    assert analysis.health.cause is None


def test_a_device_whose_signups_are_not_recorded_is_named() -> None:
    data = sample().filter((pl.col("event") != "signup") | (pl.col("device") != "tablet"))
    holes = [(each.stage, each.segment) for each in findings(answer(data), "stage_silent") if each.segment]
    assert [(stage, segment.by, segment.values) for stage, segment in holes] == [("signup", ["device"], ["tablet"])]


def test_times_of_a_hole_are_found_on_the_local_clock_and_told_in_utc() -> None:
    local = answer(sample().with_columns(pl.col("timestamp").str.replace("Z", "")))
    mapping = {
        "timezone": "America/New_York",
        "source": {"columns": {"entity": "anonymous_id"}, "filter": "anonymous_id IS NOT NULL"},
        "window": "14d",
        "stages": [{"name": "ad", "event": "ad_click"}, {"name": "landing", "event": "landing_view"}],
    }
    abroad = analyze(mapping, sample())
    assert [(each.since_at, each.until_at) for each in findings(abroad, "stage_silent")] == [
        ("2026-02-19T12:00:00Z", "2026-02-19T18:00:00Z")
    ]
    assert local.health == answer(sample()).health


@pytest.mark.parametrize(("gap", "code"), [(60, "clock_skew"), (7_200, "out_of_order")])
def test_stages_in_the_wrong_order_are_two_clocks_or_another_order(gap: int, code: str) -> None:
    rows = [f"u{n} 2026-03-02T{9 + n % 3:02}:{n % 60:02}:00 visit" for n in range(300)]
    rows += [f"u{n} 2026-03-02T{9 + n % 3:02}:{n % 60:02}:30 cart" for n in range(300)]
    carts = log(*rows, "z 2026-03-05T00:00:00 other")
    early = pl.DataFrame(
        [(f"u{n}", datetime(2026, 3, 2, 9 + n % 3, n % 60, 30).timestamp() - gap, "pay") for n in range(0, 300, 2)],
        ["user_id", "timestamp", "event"],
        orient="row",
    ).with_columns(pl.from_epoch(pl.col("timestamp").cast(pl.Int64)).dt.strftime("%Y-%m-%dT%H:%M:%S"))
    asked = funnel(window="1d", timezone="UTC")
    (finding,) = findings(analyze(asked, pl.concat([carts, early])), code)
    assert (finding.stage, finding.observed) == ("pay", 150)
    assert finding.median_seconds == (gap if code == "clock_skew" else None)


def test_few_in_another_order_and_any_order_are_no_finding() -> None:
    late = ("x1 2026-02-28T10:00:00 cart", "x1 2026-03-01T09:00:00 visit", "z 2026-03-05T00:00:00 other")
    some = [
        f"u{n} 2026-03-01T09:0{at}:00 {event}" for n in range(3) for at, event in enumerate(("visit", "cart", "pay"))
    ]
    more = [line.replace("u", "v", 1) for line in some]
    (finding,) = analyze(funnel(window="1d"), log(*late, *some)).health.findings
    assert (finding.code, finding.stage, finding.observed, finding.share) == ("out_of_order", "cart", 1, 0.25)
    assert analyze(funnel(window="1d"), log(*late, *some, *more)).health.findings == []
    assert analyze(funnel(window="1d", order="any"), log(*late, *some)).health.findings == []


def test_an_event_written_twice_is_told_with_an_id_and_without() -> None:
    lines = [f"u{n} 09:00:0{n} visit id=e{n}" for n in range(9)]
    twice = log(*lines, *lines[:1])
    asked = {"source": {"columns": {"id": "id"}}}
    for question in ({}, asked):
        (finding,) = findings(analyze(funnel(**question), twice), "duplicates")
        assert (finding.observed, finding.share, finding.stage) == (1, 0.1, None)


def test_with_strictly_later_ties_stages_of_one_instant_are_told() -> None:
    lines = [f"u{n} 2026-03-0{1 + n % 2}T09:00:00 {event}" for n in range(40) for event in ("visit", "cart")]
    finding = findings(analyze(funnel(ties="later"), log(*lines)), "same_instant")[0]
    assert (finding.stage, finding.observed, finding.share) == ("cart", 40, 1)
    assert findings(analyze(funnel(), log(*lines)), "same_instant")[0].missing_conversions == 0


def test_a_last_day_that_is_not_complete_is_left_out_with_as_of() -> None:
    thin = sample().filter((at < "2026-04-03") | (pl.int_range(pl.len()) % 5 == 0))
    (finding,) = findings(answer(thin), "last_days_thin")
    assert (finding.since_at, finding.cause) == ("2026-04-03T00:00:00Z", "unripe")
    assert findings(answer(thin, as_of="2026-04-03"), "last_days_thin") == []
    assert findings(answer(thin, until="2026-04-03"), "last_days_thin") == []


def test_a_log_of_which_most_may_still_convert_says_so() -> None:
    analysis = answer(sample().filter(at < "2026-01-20"))
    (finding,) = findings(analysis, "mostly_open")
    assert finding.share is not None
    assert finding.share > 0.9
    assert (analysis.bottleneck.verdict, analysis.health.cause) == ("cannot_tell", "unripe")


def test_the_health_of_an_empty_range_is_fine() -> None:
    assert answer(sample(), since="2027-01-01").health.findings == []


def test_health_does_not_depend_on_the_order_of_the_rows() -> None:
    shuffled = sample().sample(fraction=1, shuffle=True, seed=1)
    assert answer(shuffled).health == answer(sample()).health
