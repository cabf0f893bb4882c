"""An exclusion after the last stage, from the log to what is said of it."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from growthctl import analyze, compare, entities, explain, trend
from growthctl.errors import DataError, UsageError
from growthctl.report.analysis import Report
from growthctl.report.base import to_json
from growthctl.report.journey import TakenBackBy
from growthctl.words.analysis.overview import notes
from growthctl.words.analysis.verdict import no_data
from growthctl.words.comparison.sides import scope
from growthctl.words.journey import event_cells
from tests.questions.shop import funnel, log

REFUND = {"event": "refund", "between": ["pay", "end"], "for": "30d"}
START = datetime(2026, 1, 5, tzinfo=UTC)
DAYS = 100


def shop(**changes: Any) -> dict[str, Any]:
    stages = [
        {"name": "visit", "event": "visit"},
        {"name": "pay", "event": "pay", "label": "Payment", "target": "40%", "owner": "sales"},
    ]
    value = {"property": "amount", "currency": "EUR"}
    return {"stages": stages, "window": "7d", "exclude": [REFUND], "value": value} | changes


@pytest.fixture(scope="module")
def steady() -> pl.DataFrame:
    """Every day the same: 40 % pay 100, or 10 if they do not keep it, within five days; half of them are paid back
    within four weeks.
    """
    rng, rows = random.Random(1), list[tuple[str, datetime, str, float | None]]()
    for day in range(DAYS):
        for person in range(200):
            name, entry = f"u{day}.{person}", START + timedelta(days=day, seconds=rng.randrange(86_400))
            rows.append((name, entry, "visit", None))
            if rng.random() < 0.4:
                paid, is_kept = entry + timedelta(days=rng.uniform(0, 5)), rng.random() < 0.5
                rows.append((name, paid, "pay", 100.0 if is_kept else 10.0))
                if not is_kept:
                    rows.append((name, paid + timedelta(days=rng.uniform(0, 28)), "refund", None))
    frame = pl.DataFrame(rows, ["user_id", "timestamp", "event", "amount"], orient="row")
    return frame.filter(pl.col("timestamp") < START + timedelta(days=DAYS))


def test_the_rate_is_of_those_whose_payments_can_no_more_be_taken_back(steady: pl.DataFrame) -> None:
    found = analyze(shop(), steady)
    pay = found.stages[1]
    assert pay.ripe is not None
    assert pay.ripe.entered == pytest.approx(200 * (DAYS - 37), abs=200)
    assert pay.ripe.converted / pay.ripe.entered == pytest.approx(0.2, abs=0.02)
    assert pay.reached / (pay.reached + pay.dropped) > pay.ripe.converted / pay.ripe.entered
    assert pay.ripe.kaplan_meier is None
    assert (found.funnel.window_seconds, found.funnel.ripe_after_seconds) == (7 * 86_400, 37 * 86_400)
    assert [rule.model_dump() for rule in found.funnel.taken_back] == [
        {"event": ["refund"], "between": ["pay", "end"], "for_seconds": 30 * 86_400}
    ]


def test_young_payments_that_are_not_refunded_yet_are_no_rise(steady: pl.DataFrame) -> None:
    found = analyze(shop(), steady)
    assert [finding.code for finding in found.health.findings] == []
    assert found.stages[1].judgement == "below_target"
    assert found.warnings == []


def test_while_all_payments_may_be_taken_back_nothing_is_judged(steady: pl.DataFrame) -> None:
    found = analyze(shop(), steady, as_of="2026-02-10")
    assert found.bottleneck.verdict == "no_data"
    assert "The window or the time for refund of all who entered is still open. The first one closes on 11 Feb" in (
        " ".join(no_data(found))
    )
    [young] = analyze(shop(), steady, as_of="2026-03-01").health.findings
    assert young.code == "mostly_open"
    assert young.share == pytest.approx(37 / 55, abs=0.02)


def test_money_is_that_of_the_payments_that_are_kept(steady: pl.DataFrame) -> None:
    worth = analyze(shop(), steady).bottleneck.recoverable
    assert worth is not None
    assert worth.value is not None
    # Of those who were not paid back yet some will be.
    assert 80 < worth.value / worth.conversions_per_30_days <= 100
    said = analyze(shop(), steady)
    assert f"{said}".count("net of refund.") == 1
    assert "Payment is net of refund within 30 days; its rate waits until that is over." in list(notes(said))
    assert "net of" not in f"{analyze(shop(exclude=[]), steady)}"


def test_without_a_limit_a_warning_says_that_the_young_look_better(steady: pl.DataFrame) -> None:
    found = analyze(shop(exclude=[{"event": ["refund", "chargeback"], "between": ["pay", "end"]}]), steady)
    assert found.funnel.ripe_after_seconds == 7 * 86_400
    [warning] = [warning for warning in found.warnings if warning.code == "taken_back_anytime"]
    assert warning.message == (
        "stage 'pay': 'refund' or 'chargeback' takes it back however late it comes, so that who entered lately seems "
        "to convert better than who entered long ago"
    )
    assert "Payment is net of refund or chargeback." in list(notes(found))
    endless = shop(exclude=[{"event": "refund", "between": ["pay", "end"]}])
    others = (compare(endless, steady), trend(endless, steady, "week"), trend(endless, steady, "week", age="2d"))
    assert [[warning.code for warning in other.warnings] for other in others] == [["taken_back_anytime"]] * 3


def test_a_comparison_waits_for_refunds_on_both_sides(steady: pl.DataFrame) -> None:
    found = compare(shop(), steady)
    assert found.this.until == "2026-03-02T00:00:00Z"
    assert (found.ripe, found.age_seconds) == (True, 7 * 86_400)
    assert "each followed for 7 days, Payment for 30 days more;" in scope(found)
    for side in (found.this, found.against):
        assert analyze(shop(), steady, since=side.since, until=side.until).stages[1].reached == side.converted


def test_the_age_of_a_comparison_leaves_time_for_refunds(steady: pl.DataFrame) -> None:
    found = compare(shop(), steady, since="2026-03-03", until="2026-03-14")
    assert not found.ripe
    # 15 April is 32 days after: two, and thirty for refunds.
    assert found.age_seconds is not None
    assert found.age_seconds == pytest.approx(2 * 86_400, abs=3_600)
    assert found.ripe_at == "2026-04-20T00:00:00Z"
    cut = shop(window=f"{found.age_seconds / 3600:.9f}h")
    assert analyze(cut, steady, since="2026-03-03", until="2026-03-14").stages[1].reached == found.this.converted


def test_ranges_too_young_for_refunds_cannot_be_compared(steady: pl.DataFrame) -> None:
    with pytest.raises(UsageError, match="may still be taken back"):
        compare(shop(), steady, since="2026-02-03", until="2026-02-10", against="2026-04-01..2026-04-05")


def test_an_earlier_result_that_is_not_net_is_none_of_this_funnel(steady: pl.DataFrame, tmp_path: Path) -> None:
    kept, ever = shop(exclude=[]), shop(exclude=[{"event": "refund", "between": ["pay", "end"]}])
    path = tmp_path / "before.json"
    path.write_text(to_json(Report(analyses=[analyze(kept, steady, until="2026-02-01")])), encoding="utf-8")
    with pytest.raises(DataError, match="its taken_back was"):
        compare(ever, steady, since="2026-02-01", against=str(path))
    before = json.loads(path.read_text(encoding="utf-8"))
    del before["analyses"][0]["funnel"]["taken_back"]
    path.write_text(json.dumps(before), encoding="utf-8")
    assert compare(kept, steady, since="2026-02-01", against=str(path)).against.entered
    with pytest.raises(DataError, match="its taken_back was"):
        compare(ever, steady, since="2026-02-01", against=str(path))


def test_an_earlier_net_result_is_compared(steady: pl.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "before.json"
    earlier = analyze(shop(), steady, until="2026-02-01")
    path.write_text(to_json(Report(analyses=[earlier])), encoding="utf-8")
    found = compare(shop(), steady, since="2026-02-01", against=str(path))
    assert found.against.entered == earlier.stages[0].ripe_throughout
    assert found.this.entered == analyze(shop(), steady, since="2026-02-01").stages[0].ripe_throughout
    assert found.age_seconds == 7 * 86_400


def test_refunds_are_not_among_the_events_that_may_go_with_paying(steady: pl.DataFrame) -> None:
    found = compare(shop(), steady, drivers="pay", first="3d")
    assert found.drivers is not None
    assert found.drivers.tested == 0


def test_a_trend_of_an_age_is_that_of_its_payments_whenever_they_are_paid_back(steady: pl.DataFrame) -> None:
    periods = trend(shop(), steady, "week", age="2d").periods
    assert [period.ripe for period in periods] == [period.end_at <= "2026-03-14" for period in periods]
    whole = trend(shop(window="2d"), steady, "week").periods
    assert [period.stages for period in periods] == [period.stages for period in whole]


def test_whose_payment_was_taken_back_is_in_the_list_of_who_dropped() -> None:
    data = log("u1 09:00:00 visit", "u1 09:01:00 cart", "u1 09:02:00 pay", "u1 12:00:00 refund", "u2 09:00:00 visit")
    asked = funnel(exclude=[REFUND])
    assert entities(asked, data, stage="pay", reached=False)["entity"].to_list() == ["u1"]
    assert entities(asked, data, stage="pay").is_empty()


def test_explain_says_what_took_a_payment_back() -> None:
    data = log(
        "u1 09:00:00 visit",
        "u1 09:01:00 cart",
        "u1 09:02:00 pay",
        "u1 09:10:00 refund",
        "u1 09:20:00 cart",
        "u1 09:21:00 pay",
    )
    found = explain(funnel(exclude=[REFUND]), data, entity="u1")
    paid = found.events[2]
    assert [event.fills or event.reason for event in found.events] == [
        "visit", "cart", "taken_back", "excluded", "stage_already_filled", "pay",
    ]  # fmt: skip
    assert paid.taken_back == TakenBackBy(at="2026-03-02T09:10:00Z", event="refund")
    assert event_cells(paid, found)[-1] == "taken back by refund at 2026-03-02 09:10:00"
    assert [event.taken_back for event in found.events].count(None) == 5


def test_a_refund_does_not_explain_what_it_does_not_take_back() -> None:
    data = log("u1 09:00:00 visit", "u1 09:02:00 refund", "u1 09:03:00 pay", "u1 09:04:00 scroll")
    found = explain(funnel(exclude=[REFUND]), data, entity="u1")
    assert [event.fills or event.reason for event in found.events] == [
        "visit", "excluded", "previous_stage_missing", "other_event",
    ]  # fmt: skip


def test_a_refund_that_the_log_calls_otherwise_is_told() -> None:
    data = log("u1 09:00:00 visit", "u1 09:01:00 cart", "u1 09:02:00 pay", "u1 12:00:00 Refund")
    messages = [warning.message for warning in analyze(funnel(exclude=[REFUND]), data).warnings]
    assert messages == [
        "exclude: the event 'refund' never occurs in the log",
        "exclude: beside 'refund' the log has 'Refund' (1 event), which it does not count",
    ]
