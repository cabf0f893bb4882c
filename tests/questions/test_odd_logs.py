"""Logs that are odd as a whole: what is found in them, and what must not be."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from growthctl import analyze
from growthctl.report.analysis import Analysis
from growthctl.report.health import FindingFacts

START = datetime(2026, 1, 5)
Row = tuple[str, datetime, str]


def answer(rows: list[Row], stages: tuple[str, ...], **more: Any) -> Analysis:
    targets = more.pop("targets", (None,) * len(stages))
    frame = pl.DataFrame(rows, ["user_id", "timestamp", "event"], orient="row")
    named = [
        {"name": name, "event": name} | ({"target": target} if target else {})
        for name, target in zip(stages, targets, strict=True)
    ]
    return analyze({"stages": named, "timezone": "UTC"} | more, frame)


def codes(analysis: Analysis) -> list[tuple[str, str | None]]:
    return [(each.code, each.stage) for each in analysis.health.findings]


def of(analysis: Analysis, code: str) -> list[FindingFacts]:
    return [each for each in analysis.health.findings if each.code == code]


def orders(day: int, invoiced: bool, each_day: int = 50) -> list[Row]:
    rows = []
    for n in range(each_day):
        at = START + timedelta(days=day, minutes=1_440 * n // each_day, seconds=7)
        rows.append((f"u{day}-{n}", at, "order"))
        if invoiced:
            rows.append((f"u{day}-{n}", at + timedelta(seconds=30), "invoice"))
    return rows


def test_days_without_any_invoice_again_and_again_are_batches_and_none_is_called_silent() -> None:
    rows = [row for day in range(28) for row in orders(day, day % 3 != 2 and day not in range(14, 18))]
    found = codes(answer(rows, ("order", "invoice"), window="1d"))
    assert ("batches", "invoice") in found
    assert not [code for code, _ in found if code.endswith("silent") or code == "last_days_thin"]


@pytest.mark.parametrize("every", [3, 7, 9, 10])
@pytest.mark.parametrize("window", ["14d", None])
def test_batches_are_one_finding(every: int, window: str | None) -> None:
    rows: list[Row] = []
    for day in range(70):
        rows += orders(day, invoiced=False, each_day=30)
        if day % every == every - 1:
            at = START + timedelta(days=day, hours=2)
            rows += [
                (f"u{before}-{n}", at + timedelta(seconds=n), "invoice")
                for before in range(max(0, day - every), day)
                for n in range(0, 30, 2)
            ]
    found = codes(answer(rows, ("order", "invoice"), **({"window": window} if window else {})))
    assert ("batches", "invoice") in found
    assert not [code for code, _ in found if code.endswith("silent") or code == "last_days_thin"]


def test_two_visits_a_year_apart_are_nothing() -> None:
    rows = [("a", START, "visit"), ("b", START + timedelta(days=365), "visit")]
    assert codes(answer(rows, ("visit", "pay"))) == []


def test_a_log_that_ends_within_an_hour_and_a_day_has_no_thin_end() -> None:
    minutes = range(0, 28 * 1_440 + 6 * 60 + 2, 2)
    rows = [(f"u{n}", START + timedelta(minutes=n), "visit") for n in minutes]
    assert codes(answer(rows, ("visit", "pay"))) == []


def cohort(days_after: int) -> list[Row]:
    rng = np.random.default_rng(3)
    rows: list[Row] = []
    for n in range(28 * 60):
        at = START + timedelta(days=n // 60, seconds=float(rng.uniform(0, 86_400)))
        rows.append((f"u{n}", at, "visit"))
        if rng.random() < 0.4:
            rows.append((f"u{n}", at + timedelta(days=float(rng.uniform(0, days_after))), "pay"))
    return rows


def test_entries_that_end_while_later_stages_go_on_are_an_export_by_cohort() -> None:
    analysis = answer(cohort(days_after=20), ("visit", "pay"), window="21d")
    (end,) = analysis.health.findings
    assert (end.code, end.stage) == ("entries_end", "visit")
    assert end.since_at == "2026-02-02T00:00:00Z"
    assert end.until_at is not None
    assert "2026-02-20" < end.until_at < "2026-02-23"


def test_dates_beside_times_are_named_and_nobody_is_blamed() -> None:
    rng = np.random.default_rng(4)
    rows: list[Row] = []
    for n in range(3_000):
        day = START + timedelta(days=n % 60)
        rows += [
            (f"u{n}", day + timedelta(seconds=int(rng.integers(1, 86_400))), "visit"),
            (f"u{n}", day, "account"),
        ]
        if rng.random() < 0.4:
            rows.append((f"u{n}", day + timedelta(days=1, seconds=float(rng.uniform(0, 8 * 86_400))), "pay"))
    analysis = answer(rows, ("visit", "account", "pay"), targets=(None, 0.95, 0.4), window="14d")
    found = codes(analysis)
    assert ("mixed_granularity", "account") in found
    assert ("out_of_order", "account") in found
    assert (analysis.bottleneck.verdict, analysis.bottleneck.unresolvable) == ("cannot_tell", "data_in_doubt")
    assert of(analysis, "mixed_granularity")[0].share == 1


def test_local_dates_are_dates_too() -> None:
    local = [(f"u{n}", datetime(2026, 3, 1 + n % 28), "account") for n in range(100)]
    timed = [(f"u{n}", datetime(2026, 3, 1 + n % 28, 1 + n % 23, n % 60, 1), "pay") for n in range(100)]
    found = codes(answer([*local, *timed], ("account", "pay"), timezone="Europe/Berlin"))
    assert ("mixed_granularity", "account") in found


def shop(days: int = 28, per_day: int = 60) -> list[Row]:
    rng = np.random.default_rng(5)
    rows: list[Row] = []
    for n in range(days * per_day):
        at = START + timedelta(days=n // per_day, seconds=float(rng.uniform(0, 86_400)))
        rows.append((f"u{n}", at, "visit"))
        for name, rate, hours in (("cart", 0.6, 0.2), ("pay", 0.6, 30)):
            if rng.random() > rate:
                break
            at += timedelta(hours=float(rng.uniform(0, hours)))
            rows.append((f"u{n}", at, name))
    return rows


def test_a_log_that_was_written_twice_is_said_to_be_first() -> None:
    rows = shop()
    twice = analyze_twice(rows, lambda _: True)
    assert (twice.code, twice.observed, twice.share) == ("duplicates", len(rows), 0.5)
    assert (twice.since_at, twice.until_at) == (None, None)


def test_days_that_were_written_twice_are_said_first_with_their_dates() -> None:
    rows = shop()
    since, until = START + timedelta(days=10), START + timedelta(days=12)
    twice = analyze_twice(rows, lambda at: since <= at < until)
    doubled = sum(since <= at < until for _, at, _ in rows)
    assert (twice.code, twice.observed, twice.share) == ("duplicates", doubled, 0.5)
    assert (twice.since_at, twice.until_at) == ("2026-01-15T00:00:00Z", "2026-01-17T00:00:00Z")


def analyze_twice(rows: list[Row], again: Any) -> FindingFacts:
    analysis = answer([*rows, *(row for row in rows if again(row[1]))], ("visit", "cart", "pay"), window="7d")
    return analysis.health.findings[0]


@pytest.mark.parametrize(
    ("lost", "named"), [("visit", ("entries_silent", "visit")), ("cart", ("stage_silent", "cart"))]
)
@pytest.mark.parametrize("order", ["sequential", "strict"])
def test_the_stage_whose_events_are_missing_is_named_and_not_those_that_need_it(
    lost: str, named: tuple[str, str], order: str
) -> None:
    since, until = START + timedelta(days=30), START + timedelta(days=34)
    rows = [row for row in shop(days=60, per_day=80) if row[2] != lost or not since <= row[1] < until]
    analysis = answer(rows, ("visit", "cart", "pay"), window="7d", order=order)
    found = [each for each in codes(analysis) if each[0].endswith("silent")]
    assert found == [named]
    assert of(analysis, named[0])[0].cause == "tracking"


def test_a_closed_group_whose_entries_die_out_is_not_missed() -> None:
    rng = np.random.default_rng(6)
    rows: list[Row] = []
    for n in range(600):
        for _ in range(6):
            rows.append((f"u{n}", START + timedelta(days=float(rng.uniform(0, 40))), "visit"))
        if rng.random() < 0.3:
            rows.append((f"u{n}", START + timedelta(days=float(rng.uniform(5, 40))), "pay"))
    assert codes(answer(rows, ("visit", "pay"), entry="first")) == []
