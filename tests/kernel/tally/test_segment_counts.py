"""Journeys by segment."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from growthctl.clock import HOUR
from growthctl.funnel.file import funnel_from_mapping
from growthctl.kernel.plan import plan_of
from growthctl.kernel.ripeness import mark_ripe, ripeness_of
from growthctl.kernel.segment_values import MISSING, Segments
from growthctl.kernel.tally.segment_counts import (
    MOST_SEGMENTS,
    NOT_REACHED,
    OTHER,
    SegmentCounts,
    by_segment,
    median_ripe_entries,
)
from growthctl.stats.proportions import Proportion
from tests.kernel.some_journeys import found

STAGES = 3
LIMITED: dict[str, dict[str, str]] = {"visit": {}, "cart": {"within": "2h"}, "pay": {"within": "270m"}}
PLAN = plan_of(funnel_from_mapping({"stages": [{"name": name, "event": name} for name in LIMITED], "window": "1h"}))
Journey = tuple[object, int, int, bool]
"""Its value, its first entry, how many stages it has, and whether it is ripe."""


def segments_of(journeys: Sequence[Journey], missing: Sequence[bool] = ()) -> list[SegmentCounts]:
    """Counted in two parts."""
    half = len(journeys) // 2
    lacking = missing or [False] * len(journeys)
    parts, values = [], []
    for chosen in (slice(half), slice(half, None)):
        rows = [[entry + k if depth > k else None for k in range(STAGES)] for _, entry, depth, _ in journeys[chosen]]
        ripe = np.array([ripe for *_, ripe in journeys[chosen]], np.bool_)
        parts.append(replace(found(rows, STAGES), ripe=ripe[np.newaxis]))
        plans = pl.Series("plan", [value for value, *_ in journeys[chosen]], dtype=pl.String)
        values.append(pl.DataFrame([plans, pl.Series(MISSING, lacking[chosen], dtype=pl.Boolean)]))
    return by_segment(parts, PLAN, Segments.of(values), median_ripe_entries(parts))


def counted(journeys: Sequence[Journey]) -> tuple[int, ...]:
    return tuple(sum(depth > k for _, _, depth, _ in journeys) for k in range(STAGES))


def passed(*reached: int) -> tuple[Proportion, ...]:
    """Of each stage: who reached the one before, and who it."""
    return tuple(map(Proportion, (reached[0], *reached), reached))


def test_each_segment_is_counted_as_if_it_were_alone() -> None:
    rng = random.Random(3)
    journeys: list[Journey] = [
        (rng.choice(["a", "b", None]), entry, rng.randint(1, STAGES), entry < 70) for entry in range(100)
    ]
    later = [journey for journey in journeys if 35 <= journey[1] < 70]
    for each in segments_of(journeys):
        mine = [journey for journey in journeys if journey[0] == each.values[0]]
        assert each.reached == counted(mine)
        assert each.ripe == passed(*counted([journey for journey in mine if journey[3]]))
        assert each.later == passed(*counted([journey for journey in mine if journey in later]))
        assert each.is_value


def test_entries_at_one_instant_have_no_later_half() -> None:
    [only] = segments_of([("a", 7, 2, True)] * 4)
    assert (only.ripe, only.later) == (passed(4, 4, 0), passed(0, 0, 0))


def test_while_nobody_is_ripe_there_are_no_halves() -> None:
    [only] = segments_of([("a", 1, 2, False), ("a", 2, 1, False)])
    assert (only.reached, only.ripe, only.later) == ((2, 1, 0), passed(0, 0, 0), passed(0, 0, 0))
    assert segments_of([]) == []


def test_where_each_stage_has_its_own_limit_the_ripe_of_a_stage_are_those_of_its_transition() -> None:
    asked = plan_of(funnel_from_mapping({"stages": [{"name": n, "event": n} | extra for n, extra in LIMITED.items()]}))
    part = found([(0, 1 * HOUR, None), (1 * HOUR, 2 * HOUR, None), (4 * HOUR, None, None), (5 * HOUR, None, None)], 3)
    parts = [mark_ripe(part, ripeness_of([part], asked, 6 * HOUR))]
    values = [pl.DataFrame({"plan": ["a"] * 4, MISSING: [False] * 4})]
    [only] = by_segment(parts, asked, Segments.of(values), median_ripe_entries(parts))
    assert only.reached == (4, 2, 0)
    # Ripe for the cart are those who entered two hours ago, for the payment who has had a cart for four and a half.
    assert only.ripe == (Proportion(4, 4), Proportion(3, 2), Proportion(1, 0))
    assert only.later == (Proportion(2, 2), Proportion(1, 0), Proportion(0, 0))


def test_what_is_left_over_is_no_value_even_if_it_is_called_like_one() -> None:
    journeys: list[Journey] = [(NOT_REACHED, 1, 1, True), (None, 2, 1, True)]
    assert [(each.values, each.is_value) for each in segments_of(journeys, missing=[False, True])] == [
        ((NOT_REACHED,), True),
        ((NOT_REACHED,), False),
    ]


def test_the_smallest_segments_are_one_that_is_no_value() -> None:
    journeys: list[Journey] = [("large", n, 3, True) for n in range(5)]
    journeys += [(f"small {n:02}", n, 2, n > 0) for n in range(MOST_SEGMENTS + 1)]
    segments = segments_of(journeys)
    assert [segments[k].values for k in (0, 1, -1)] == [("large",), ("small 00",), (OTHER,)]
    assert [each.is_value for each in segments] == [True] * MOST_SEGMENTS + [False]
    other = segments[-1]
    assert (other.reached, other.ripe, other.later) == ((2, 2, 0), passed(2, 2, 0), passed(2, 2, 0))
    assert tuple(map(sum, zip(*(each.reached for each in segments), strict=True))) == counted(journeys)
