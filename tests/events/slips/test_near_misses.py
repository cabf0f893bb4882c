"""A name that differs only in case, blanks or separators is never passed over in silence."""

from __future__ import annotations

import polars as pl
import pytest

from growthctl import analyze
from tests.questions.shop import funnel, log

CLEAN = ("u1 09:00:00 visit", "u1 09:05:00 cart", "u1 09:10:00 pay")


def near(*rows: str, **changes: object) -> list[tuple[str | None, str, str | None]]:
    warnings = analyze(funnel(**changes), log(*CLEAN, *rows)).warnings
    return [(each.stage, each.message, each.hint) for each in warnings if each.code == "near_miss"]


def test_other_cases_and_blanks_are_counted_and_both_are_offered() -> None:
    data = log(*CLEAN, "u2 09:00:00 Visit", "u3 09:00:00 Visit", "u4 09:00:00 X")
    data = data.with_columns(pl.col("event").replace({"X": "visit "}))
    (warning,) = (each for each in analyze(funnel(), data).warnings if each.code == "near_miss")
    assert warning.stage == "visit"
    assert warning.message == (
        "stage 'visit': beside 'visit' the log has 'Visit' (2 events), 'visit ' (1 event), which it does not count"
    )
    assert warning.hint == 'one stage or two? For one, list both: event: ["visit", "Visit", "visit "]'


@pytest.mark.parametrize(
    ("event", "variant"),
    [
        ("add_to_cart", "add-to-cart"),
        ("add_to_cart", "addToCart"),
        ("add_to_cart", "Add.To.Cart"),
        ("add_to_cart", "ADD_TO_CART"),
        ("AddToCart", "add_to_cart"),
        ("order2", "Order2"),
    ],
)
def test_other_separators_and_camels_are_found(event: str, variant: str) -> None:
    stages = [{"name": "visit", "event": "visit"}, {"name": "cart", "event": event}]
    found = near(f"u1 09:06:00 {event}", f"u2 09:06:00 {variant}", stages=stages)
    assert [(stage, f"'{variant}' (1 event)" in message) for stage, message, _ in found] == [("cart", True)]


def test_a_name_that_the_funnel_has_is_no_slip() -> None:
    stages = [{"name": "visit", "event": ["visit", "Visit"]}, {"name": "pay", "event": "pay"}]
    assert near("u2 09:00:00 Visit", stages=stages) == []


def test_a_name_that_is_only_similar_is_no_slip() -> None:
    assert near("u2 09:00:00 visits", "u2 09:01:00 revisit") == []


def test_parquet_that_is_spotless_is_looked_through_too(tmp_path: object) -> None:
    data = log(*CLEAN, "u2 09:00:00 Visit")
    path = f"{tmp_path}/log.parquet"
    data.with_columns(pl.col("timestamp").cast(pl.String).str.to_datetime(time_zone="UTC")).write_parquet(path)
    codes = [each.code for each in analyze(funnel(), path).warnings]
    assert codes.count("near_miss") == 1
