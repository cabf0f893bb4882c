"""Who is behind a number."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from growthctl import entities
from growthctl.errors import UsageError
from tests.questions.shop import funnel, log

LOG = log(
    "b 09:00:00 visit s=1",
    "b 09:05:00 cart s=1",
    "a 09:00:00 visit s=1",
    "a 12:00:00 visit s=2",
    "a 12:01:00 cart s=2",
    "a 12:02:00 pay s=2",
    "c 09:00:00 cart s=1",
)


def who(stage: str, *, reached: bool = True, **changes: Any) -> list[object]:
    return entities(funnel(**changes), LOG, stage=stage, reached=reached)["entity"].to_list()


def test_the_list_is_sorted_by_entity_with_the_time_of_each_stage() -> None:
    found = entities(funnel(), LOG, stage="visit")
    assert found.columns == ["entity", "entry_at", "visit", "cart", "pay"]
    assert found.schema["pay"] == pl.Datetime("us", "UTC")
    assert found.rows() == [
        ("a", *(datetime(2026, 3, 2, 12, minute, tzinfo=UTC) for minute in (0, 0, 1, 2))),
        ("b", *(datetime(2026, 3, 2, 9, minute, tzinfo=UTC) for minute in (0, 0, 5)), None),
    ]


def test_dropped_reached_the_required_stage_before_and_not_this_one() -> None:
    assert who("pay", reached=False) == ["b"]
    assert who("cart", reached=False) == []
    assert who("visit", reached=False) == []


def test_a_drop_is_measured_from_the_required_stage_even_behind_an_optional_one() -> None:
    stages = [
        {"name": "visit", "event": "visit"},
        {"name": "cart", "event": "cart", "optional": True},
        {"name": "pay", "event": "pay"},
    ]
    assert who("pay", reached=False, stages=stages) == ["b"]
    assert who("cart", reached=True, stages=stages) == ["a", "b"]


def test_sessions_have_a_column_of_their_own() -> None:
    asked = funnel(count="sessions", source={"columns": {"session": "s"}})
    found = entities(asked, LOG, stage="visit")
    assert found.select("entity", "session").rows() == [("a", "1"), ("a", "2"), ("b", "1")]


def test_attempts_have_a_row_each() -> None:
    assert who("visit", count="attempts") == ["a", "a", "b"]


def test_a_stage_of_another_name_is_refused_with_the_nearest() -> None:
    with pytest.raises(UsageError, match="no stage 'cards'; did you mean 'cart'"):
        who("cards")
