"""Signs of a sound log of three stages, for the tests of this room: change what should be odd."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from growthctl.clock import DAY, HOUR
from growthctl.diagnosis.health.counts_over_time import CountsOverTime
from growthctl.diagnosis.health.inputs import HealthInputs, StageInputs
from growthctl.diagnosis.transitions import SegmentValues
from tests.diagnosis.weeks import MONDAY, Ints, shop

WEEKS = 12
HOURS = WEEKS * 168
NAMES = ("visit", "cart", "pay")


def stage(name: str, **odd: Any) -> StageInputs:
    sound = StageInputs(name, 1_000, 1.0, 0, 0, None, 0, 3_600, 1_800, 1_000, 0)
    return sound._replace(**odd)


def counts_over_time(
    visits: Ints, carts: Ints, pays: Ints, width: int = HOUR, segment: SegmentValues | None = None
) -> CountsOverTime:
    """Who passes a stage goes on in the same bin."""
    reached = np.stack([visits, carts, pays])
    went_on = np.stack([carts, pays, np.zeros_like(pays)])
    return CountsOverTime(MONDAY, width, 0, reached, reached, went_on, went_on, segment)


def whole(seed: int = 1) -> tuple[Ints, Ints, Ints]:
    """Hourly visits, carts and payments over WEEKS."""
    visits, carts = shop(WEEKS, 40, 0.4, seed)
    return visits, carts, np.random.default_rng(seed).binomial(carts, 0.5)


def by_day(counts: Sequence[Ints], value: str) -> CountsOverTime:
    """The same as the counts of a segment."""
    daily = [each.reshape(-1, 24).sum(axis=1) for each in counts]
    return counts_over_time(daily[0], daily[1], daily[2], DAY, SegmentValues(("device",), (value,)))


def inputs(counts: Sequence[Ints] | None = None, segments: Sequence[CountsOverTime] = (), **odd: Any) -> HealthInputs:
    visits, carts, pays = counts or whole()
    sound = HealthInputs(
        stages=[stage(name) for name in NAMES],
        everybody=counts_over_time(visits, carts, pays),
        written=np.stack([visits, carts, pays]),
        rewritten=np.zeros((3, len(visits)), dtype=np.int64),
        segments=segments,
        is_ordered=True,
        as_of=MONDAY + HOURS * HOUR,
        last_event_at=MONDAY + HOURS * HOUR,
        give_up=DAY,
        entries_go_on=True,
        entered=10_000,
        entered_open=100,
        rows=50_000,
        duplicate_rows=10,
        events=50_000,
        repeated_events=10,
    )
    return sound._replace(**odd)


def without(counts: Ints, since: int, until: int) -> Ints:
    return np.where((np.arange(len(counts)) >= since) & (np.arange(len(counts)) < until), 0, counts)
