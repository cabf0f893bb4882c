"""When journeys reach the stages."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from growthctl.clock import DAY, HOUR
from growthctl.funnel.file import funnel_from_mapping
from growthctl.kernel.journeys import Journeys
from growthctl.kernel.plan import Plan, plan_of
from growthctl.kernel.ripeness import mark_ripe, ripeness_of
from growthctl.kernel.segment_values import MISSING, Segments
from growthctl.kernel.tally.stage_counts import Counts, FunnelTally
from growthctl.kernel.tally.stage_series import LEAST_ENTERED, MOST_SEGMENTS, daily_by_segment, hourly
from growthctl.kernel.tally.sums import total
from tests.kernel.some_journeys import found


def plan() -> Plan:
    stages = [{"name": name, "event": name} for name in ("visit", "cart", "help", "pay")]
    stages[2]["optional"] = True  # type: ignore[assignment]
    return plan_of(funnel_from_mapping({"stages": stages, "window": "1d"}))


Marked = tuple[list[Journeys], Counts]


def journeys(*rows: Sequence[int | None], as_of: int = 10 * DAY) -> Marked:
    """In two parts."""
    half = len(rows) // 2
    return marked([found(part, 4) for part in (rows[:half], rows[half:])], plan(), as_of)


def marked(parts: list[Journeys], asked: Plan, as_of: int) -> Marked:
    ripeness = ripeness_of(parts, asked, as_of)
    ripe = [mark_ripe(part, ripeness) for part in parts]
    return ripe, total(lambda part: FunnelTally.of(part, ripeness), ripe).counts(ripeness)


def numbered(segments: pl.DataFrame) -> Segments:
    half = segments.height // 2
    return Segments.of([segments[:half], segments[half:]])


Row = tuple[int, int, int, int, int, int]


def by_hour(some: Marked, offset: int = 0) -> list[Row]:
    return sorted(map(tuple, hourly(*some, offset).tolist()))


def by_segment(some: Marked, segments: Segments) -> list[tuple[tuple[object, ...], list[Row]]]:
    """Beside another split."""
    series, again = (
        [(values, sorted(map(tuple, rows.tolist()))) for values, rows in split]
        for split in daily_by_segment(some[0], [segments, segments], some[1], 0)
    )
    assert series == again
    return series


def test_a_journey_is_counted_in_the_hour_in_which_it_reached_each_required_stage() -> None:
    some = journeys((0, HOUR, HOUR, 2 * HOUR - 1), (HOUR - 1, None, None, None))
    assert by_hour(some) == [(0, 0, 2, 2, 1, 1), (1, 1, 1, 1, 1, 1), (1, 2, 1, 1, 0, 0)]


def test_hours_are_those_of_the_local_clock() -> None:
    assert by_hour(journeys((HOUR, None, None, None)), -2 * HOUR) == [(-1, 0, 1, 1, 0, 0)]


def test_those_whose_window_is_open_are_reached_and_not_ripe() -> None:
    some = journeys((0, 5, None, None), (9 * DAY + 1, None, None, None), as_of=10 * DAY)
    assert by_hour(some) == [(0, 0, 1, 1, 1, 1), (0, 1, 1, 1, 0, 0), (216, 0, 1, 0, 0, 0)]


def test_without_a_window_those_are_ripe_who_have_had_the_time_to_go_on_to_the_next_stage() -> None:
    stages = [{"name": "visit", "event": "visit"}, {"name": "pay", "event": "pay", "within": "2h"}]
    asked = plan_of(funnel_from_mapping({"stages": stages}))
    part = found([(0, HOUR), (HOUR, None), (HOUR + 1, None)], 2)
    # At the last stage: who is ripe at it.
    rows = by_hour(marked([part], asked, 3 * HOUR))
    assert rows == [(0, 0, 1, 1, 1, 1), (1, 0, 2, 1, 0, 0), (1, 1, 1, 1, 0, 0)]


def test_those_who_went_on_within_the_age_of_a_stage_are_counted_beside_those_who_did_at_all() -> None:
    # Of twenty that go on, 95 % do so within 19 seconds.
    rows = [(0, 1_000_000 * second, None, None) for second in (*range(1, 20), 3_500)]
    assert by_hour(journeys(*rows))[0] == (0, 0, 20, 20, 20, 19)


def test_segments_are_counted_by_the_day_the_largest_first_and_null_is_one() -> None:
    some = journeys(*[(day * DAY, day * DAY + 1, None, None) for day in (0, 1) for _ in range(LEAST_ENTERED)])
    values: list[str | None] = [*["b"] * (LEAST_ENTERED // 2), *[None] * (LEAST_ENTERED + LEAST_ENTERED // 2)]
    segments = pl.DataFrame({"#bin": values, MISSING: [False] * len(values)})
    half = LEAST_ENTERED // 2
    found_rows = by_segment(some, numbered(segments.with_columns(pl.col("#bin").fill_null("a"))))
    assert [value for value, _ in found_rows] == [("a",)]
    ((value, rows),) = by_segment(some, numbered(segments))
    assert value == (None,)
    assert rows == [
        (0, 0, half, half, half, half),
        (0, 1, half, half, 0, 0),
        (1, 0, 100, 100, 100, 100),
        (1, 1, 100, 100, 0, 0),
    ]


def test_small_segments_many_segments_and_journeys_without_the_attributed_stage_are_left_out() -> None:
    number = MOST_SEGMENTS + 3
    some = journeys(*[(0, None, None, None)] * LEAST_ENTERED * number)
    values = pl.Series([f"v{n:02}" for n in range(number) for _ in range(LEAST_ENTERED)])
    missing = values == "v00"
    segments = pl.DataFrame({"plan": values, MISSING: missing})
    kept = [value for value, _ in by_segment(some, numbered(segments))]
    assert kept == [(f"v{n:02}",) for n in range(1, MOST_SEGMENTS + 1)]
    few = journeys(*[(0, None, None, None)] * (LEAST_ENTERED - 1))
    assert by_segment(few, numbered(segments[LEAST_ENTERED : 2 * LEAST_ENTERED - 1])) == []


def test_without_journeys_there_is_no_row() -> None:
    nobody = journeys()
    assert by_hour(nobody) == []
    segments = pl.DataFrame({"plan": [], MISSING: []}, {"plan": pl.String, MISSING: pl.Boolean})
    assert by_segment(nobody, numbered(segments)) == []
