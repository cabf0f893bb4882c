"""What is compared: ranges, ages, counts by segment."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from growthctl.clock import TimeRange
from growthctl.events.column_names import SIDE
from growthctl.funnel.file import funnel_from_mapping
from growthctl.kernel.plan import Plan, plan_of
from growthctl.kernel.segment_values import MISSING
from growthctl.kernel.tally.side_counts import (
    at_age,
    reached_by,
    reached_by_weekday,
    reached_of,
    span_of,
    weekday_shares,
)

HOUR = 3_600_000_000
DAY = 24 * HOUR
MONDAY = 1_772_409_600_000_000
"""2026-03-02 in UTC."""


def plan(window: str | None = "14d", within: str | None = None) -> Plan:
    stages = [{"name": name, "event": name} for name in ("visit", "cart", "pay")]
    if within:
        stages[1]["within"] = within
    return plan_of(funnel_from_mapping({"stages": stages} | ({"window": window} if window else {})))


def journeys(*rows: tuple[int, int, int | None, int | None]) -> pl.DataFrame:
    """SIDE and the times of three stages."""
    return pl.DataFrame(rows, [SIDE, "#time_0", "#time_1", "#time_2"], orient="row", schema_overrides={SIDE: pl.Int64})


FOUR = journeys((0, 1, 2, 3), (0, 1, 2, None), (1, 1, None, None), (0, 5, 6, None))


def test_a_younger_age_cuts_the_window_and_an_older_one_changes_nothing() -> None:
    assert at_age(plan("14d"), 2 * DAY).window == 2 * DAY
    assert at_age(plan("14d"), 14 * DAY) == plan("14d")
    assert at_age(plan(None), 2 * DAY).window == 2 * DAY
    assert at_age(plan(None, within="1d"), 2 * DAY) == plan(None, within="1d")
    younger = at_age(plan(None, within="3d"), 2 * DAY)
    assert younger == replace(plan(None, within="3d"), window=2 * DAY)


def test_a_time_lies_in_its_span_from_the_first_instant_to_before_the_last() -> None:
    position = span_of([TimeRange(10, 20), TimeRange(0, 10)])
    found = pl.DataFrame({"at": [-1, 0, 9, 10, 19, 20]}).select(position(pl.col("at"))).to_series()
    assert found.to_list() == [2, 1, 1, 0, 0, 2]


def test_each_side_counts_its_own_journeys() -> None:
    assert reached_of(FOUR, plan(), 0) == (3, 3, 1)
    assert reached_of(FOUR, plan(), 1) == (1, 0, 0)
    assert reached_of(FOUR, plan(), 2) == (0, 0, 0)


def test_both_sides_are_counted_by_each_property_and_by_each_two() -> None:
    segments = pl.DataFrame(
        {"device": ["m", "m", "m", "d"], "paid": [True, False, None, None], MISSING: [False] * 4},
        schema_overrides={"paid": pl.Boolean},
    )
    found = reached_by(FOUR, segments, plan())
    assert found[("device",)] == {("d",): ((1, 1, 0), (0, 0, 0)), ("m",): ((2, 2, 1), (1, 0, 0))}
    assert found[("paid",)][(None,)] == ((1, 1, 0), (1, 0, 0))
    assert found[("device", "paid")][("m", True)] == ((1, 1, 1), (0, 0, 0))
    assert list(found) == [("device",), ("paid",), ("device", "paid")]


def test_journeys_without_the_attributed_stage_are_a_segment_of_their_own() -> None:
    segments = pl.DataFrame({"plan": ["pro", None, None, None], MISSING: [False, False, True, True]})
    found = reached_by(FOUR, segments, plan())[("plan",)]
    assert found == {
        ("(not reached)",): ((1, 1, 0), (1, 0, 0)),
        ("pro",): ((1, 1, 1), (0, 0, 0)),
        (None,): ((1, 1, 0), (0, 0, 0)),
    }


@pytest.mark.parametrize("dtype", [pl.String, pl.Categorical])
def test_rare_values_are_one_on_both_sides_alike(dtype: type[pl.DataType]) -> None:
    rows = [(side, 1, None, None) for side in (0, 1) for value in range(60) for _ in range(60 - value)]
    values = [f"v{value:02}" for _ in (0, 1) for value in range(60) for _ in range(60 - value)]
    segments = pl.DataFrame({"campaign": pl.Series(values, dtype=pl.String).cast(dtype), MISSING: [False] * len(rows)})
    found = reached_by(journeys(*rows), segments, plan())[("campaign",)]
    assert len(found) == 51
    assert found[("v00",)] == ((60, 0, 0), (60, 0, 0))
    rest = sum(range(1, 11))
    assert found[("(other)",)] == ((rest, 0, 0), (rest, 0, 0))


def test_the_weekday_is_that_of_the_entry_where_people_live() -> None:
    found = journeys((0, MONDAY - 1, None, None), (1, MONDAY, None, None))
    assert list(reached_by_weekday(found, plan(), "UTC")) == [(1,), (7,)]
    assert list(reached_by_weekday(found, plan(), "Europe/Berlin")) == [(1,)]


def test_a_range_holds_its_weekdays_by_the_clock() -> None:
    assert weekday_shares(TimeRange(MONDAY, MONDAY + 7 * DAY), "UTC") == pytest.approx([1 / 7] * 7)
    assert weekday_shares(TimeRange(MONDAY, MONDAY + DAY // 2), "UTC") == [1, 0, 0, 0, 0, 0, 0]
    assert weekday_shares(TimeRange(MONDAY - 6 * HOUR, MONDAY + 6 * HOUR), "UTC") == [0.5, 0, 0, 0, 0, 0, 0.5]
    berlin = weekday_shares(TimeRange(MONDAY - 6 * HOUR, MONDAY + 6 * HOUR), "Europe/Berlin")
    assert berlin == pytest.approx([7 / 12, 0, 0, 0, 0, 0, 5 / 12])
