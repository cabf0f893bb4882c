"""Journeys as small counts."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from growthctl.clock import DAY
from growthctl.funnel.file import funnel_from_mapping
from growthctl.kernel.journeys import dropped_entities
from growthctl.kernel.plan import Plan, plan_of
from growthctl.kernel.ripeness import mark_ripe, ripeness_of
from growthctl.kernel.tally.stage_counts import Counts, FunnelTally
from growthctl.kernel.tally.sums import total
from tests.kernel.some_journeys import found

SECOND = 1_000_000
HOUR = 3600 * SECOND
Moments = tuple[int | None, ...]


def plan(window: str | None = "10d") -> Plan:
    stages = [{"name": name, "event": name} for name in ("visit", "pay")]
    return plan_of(funnel_from_mapping({"stages": stages} | ({"window": window} if window else {})))


def counted(
    rows: Sequence[Moments], as_of: int, first: Sequence[int] | None = None, window: str | None = "10d"
) -> Counts:
    """In two parts."""
    half = len(rows) // 2
    parts = [found(rows[each], 2, first and first[each]) for each in (slice(half), slice(half, None))]
    ripeness = ripeness_of(parts, plan(window), as_of)
    return total(lambda part: FunnelTally.of(mark_ripe(part, ripeness), ripeness), parts).counts(ripeness)


def test_who_may_still_convert_is_open_and_who_did_early_is_not_yet_ripe() -> None:
    counts = counted([(0, None), (0, DAY), (5 * DAY, None), (5 * DAY, 6 * DAY)], as_of=10 * DAY)
    _, pay = counts.stages
    assert (pay.before, pay.reached, pay.dropped, pay.open, pay.ripe_before, pay.ripe) == (4, 2, 2, 1, 2, 1)


def test_ripeness_looks_at_the_first_entry_and_not_at_that_of_the_journey() -> None:
    assert counted([(5 * DAY, None)], as_of=10 * DAY, first=[0]).stages[0].ripe == 1
    assert counted([(5 * DAY, None)], as_of=10 * DAY - 1, first=[0]).stages[0].ripe == 0


def test_without_a_window_too_few_conversions_make_everyone_ripe() -> None:
    assert counted([(0, None)], as_of=0, window=None).stages[1].ripe_before == 1


def test_ripe_throughout_is_who_has_had_the_time_for_all_stages_since_the_first_entry() -> None:
    _, pay = counted([(0, 1), (0, None), (1, 2), (DAY, None)], as_of=10 * DAY).stages
    assert (pay.ripe_throughout, pay.ripe) == (1, 1)
    stages = [(0, 1 * SECOND)] * 20 + [(2 * HOUR, None), (2 * HOUR - 1, None)]
    visit, pay = counted(stages, as_of=2 * HOUR + SECOND - 1, window=None).stages
    assert (visit.ripe_throughout, pay.ripe_throughout, visit.ripe, pay.ripe_before) == (21, 20, 22, 21)


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [([7], (7, 7, 7)), ([1, 2, 3, 11], (2.5, 8.6, 4.25)), ([0, 0], (0, 0, 0)), ([], None)],
)
def test_times_have_a_median_a_ninth_decile_and_a_mean(
    seconds: list[int], expected: tuple[float, float, float] | None
) -> None:
    rows: list[Moments] = [(n, n + second * SECOND) for n, second in enumerate(seconds)]
    pay = counted([*rows, (0, None)], as_of=DAY).stages[1]
    assert pay.from_previous == pay.from_entry
    assert pay.from_entry == pytest.approx(expected)


def test_who_dropped_is_ripe_and_got_as_far_as_the_stage_before() -> None:
    journeys = found([(0, None), (0, DAY), (0, None), (9 * DAY, None)], 2)
    marked = mark_ripe(journeys, ripeness_of([journeys], plan(), 15 * DAY))
    assert sorted(dropped_entities([marked], plan(), 1)) == ["u0", "u2"]
