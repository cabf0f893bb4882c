"""What is compared: ranges, ages, counts by segment."""

from __future__ import annotations

import polars as pl
import pytest

from growthctl.events.column_names import SIDE
from growthctl.funnel.file import funnel_from_mapping
from growthctl.kernel.plan import Plan, plan_of
from growthctl.kernel.segment_values import MISSING
from growthctl.kernel.tally.side_counts import DAY as ENTRY_DAY
from growthctl.kernel.tally.side_counts import SideCounts, SideTables, by_entry_day

HOUR = 3_600_000_000
DAY = 24 * HOUR
MONDAY = 1_772_409_600_000_000
"""2026-03-02 in UTC."""


def plan() -> Plan:
    stages = [{"name": name, "event": name} for name in ("visit", "cart", "pay")]
    return plan_of(funnel_from_mapping({"stages": stages, "window": "14d"}))


def journeys(*rows: tuple[int, int, int | None, int | None]) -> pl.DataFrame:
    """SIDE and the times of three stages."""
    return pl.DataFrame(rows, [SIDE, "#time_0", "#time_1", "#time_2"], orient="row", schema_overrides={SIDE: pl.Int64})


def tables(rows: pl.DataFrame, segments: pl.DataFrame) -> SideTables:
    counts = by_entry_day(rows, segments, plan(), "UTC")
    return {by: by_day.over_days().table for by, by_day in counts.items() if by}


FOUR = journeys((0, 1, 2, 3), (0, 1, 2, None), (1, 1, None, None), (0, 5, 6, None))


def test_each_side_counts_its_own_journeys() -> None:
    assert SideCounts.of(FOUR, plan()).reached(0) == (3, 3, 1)
    assert SideCounts.of(FOUR, plan()).reached(1) == (1, 0, 0)
    assert SideCounts.of(FOUR, plan()).reached(2) == (0, 0, 0)


def test_both_sides_are_counted_by_each_property_and_by_each_two() -> None:
    segments = pl.DataFrame(
        {"device": ["m", "m", "m", "d"], "paid": [True, False, None, None], MISSING: [False] * 4},
        schema_overrides={"paid": pl.Boolean},
    )
    found = tables(FOUR, segments)
    assert found[("device",)] == {("d",): ((1, 1, 0), (0, 0, 0)), ("m",): ((2, 2, 1), (1, 0, 0))}
    assert found[("paid",)][(None,)] == ((1, 1, 0), (1, 0, 0))
    assert found[("device", "paid")][("m", True)] == ((1, 1, 1), (0, 0, 0))
    assert list(found) == [("device",), ("paid",), ("device", "paid")]


def test_journeys_without_the_attributed_stage_are_a_segment_of_their_own() -> None:
    segments = pl.DataFrame({"plan": ["pro", None, None, None], MISSING: [False, False, True, True]})
    found = tables(FOUR, segments)[("plan",)]
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
    found = tables(journeys(*rows), segments)[("campaign",)]
    assert len(found) == 51
    assert found[("v00",)] == ((60, 0, 0), (60, 0, 0))
    rest = sum(range(1, 11))
    assert found[("(other)",)] == ((rest, 0, 0), (rest, 0, 0))


def test_the_day_is_that_of_the_entry_where_people_live() -> None:
    two = journeys((0, MONDAY - 1, None, None), (1, MONDAY, None, None), (2, MONDAY, None, None))

    def days(timezone: str) -> list[tuple[int, int, int]]:
        frame = by_entry_day(two, pl.DataFrame(), plan(), timezone)[()].frame
        return frame.select(SIDE, ENTRY_DAY, "#time_0").sort(SIDE).rows()

    assert days("UTC") == [(0, 20_513, 1), (1, 20_514, 1), (2, 20_514, 1)]
    assert days("Europe/Berlin") == [(0, 20_514, 1), (1, 20_514, 1), (2, 20_514, 1)]


def test_what_is_neither_of_both_sides_is_in_no_table() -> None:
    segments = pl.DataFrame({"device": ["m", "d", "m"], MISSING: [False] * 3})
    three = journeys((0, 1, 2, 3), (2, 1, 2, 3), (1, 1, None, None))
    assert tables(three, segments) == {("device",): {("m",): ((1, 1, 1), (1, 0, 0))}}
