"""Journeys by segment."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from growthctl.kernel.segment_values import MISSING, Segments
from growthctl.kernel.tally.segment_counts import (
    MOST_SEGMENTS,
    NOT_REACHED,
    OTHER,
    SegmentCounts,
    by_segment,
    median_ripe_entry,
)
from tests.kernel.some_journeys import found

STAGES = 3
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
        parts.append(replace(found(rows, STAGES), ripe=ripe))
        plans = pl.Series("plan", [value for value, *_ in journeys[chosen]], dtype=pl.String)
        values.append(pl.DataFrame([plans, pl.Series(MISSING, lacking[chosen], dtype=pl.Boolean)]))
    return by_segment(parts, Segments.of(values), median_ripe_entry(parts))


def counted(journeys: Sequence[Journey]) -> tuple[int, ...]:
    return tuple(sum(depth > k for _, _, depth, _ in journeys) for k in range(STAGES))


def test_each_segment_is_counted_as_if_it_were_alone() -> None:
    rng = random.Random(3)
    journeys: list[Journey] = [
        (rng.choice(["a", "b", None]), entry, rng.randint(1, STAGES), entry < 70) for entry in range(100)
    ]
    later = [journey for journey in journeys if 35 <= journey[1] < 70]
    for each in segments_of(journeys):
        mine = [journey for journey in journeys if journey[0] == each.values[0]]
        assert each.reached == counted(mine)
        assert each.ripe == counted([journey for journey in mine if journey[3]])
        assert each.later == counted([journey for journey in mine if journey in later])
        assert each.is_value


def test_entries_at_one_instant_have_no_later_half() -> None:
    [only] = segments_of([("a", 7, 2, True)] * 4)
    assert (only.ripe, only.later) == ((4, 4, 0), (0, 0, 0))


def test_while_nobody_is_ripe_there_are_no_halves() -> None:
    [only] = segments_of([("a", 1, 2, False), ("a", 2, 1, False)])
    assert (only.reached, only.ripe, only.later) == ((2, 1, 0), (0, 0, 0), (0, 0, 0))
    assert segments_of([]) == []


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
    assert (other.reached, other.ripe, other.later) == ((2, 2, 0), (2, 2, 0), (2, 2, 0))
    assert tuple(map(sum, zip(*(each.reached for each in segments), strict=True))) == counted(journeys)
