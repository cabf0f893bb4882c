"""Cohorts by the local day of first entry."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from growthctl.clock import DAY, HOUR, NEVER, WEEK, Micros
from growthctl.funnel.file import funnel_from_mapping
from growthctl.kernel.plan import Plan, plan_of
from growthctl.kernel.ripeness import mark_ripe, ripeness_of
from growthctl.kernel.tally.day_cohorts import MOST_DAYS, Calendar, Cohorts, day_cohorts
from tests.kernel.some_journeys import found

Moments = tuple[int | None, ...]
ZONES = ["UTC", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia"]


def plan(window: str | None = "10d", **pay: str) -> Plan:
    stages = [{"name": "visit", "event": "visit"}, {"name": "pay", "event": "pay"} | pay]
    return plan_of(funnel_from_mapping({"stages": stages} | ({"window": window} if window else {})))


def cohorts(
    rows: Sequence[Moments],
    as_of: float,
    first: Sequence[int] | None = None,
    timezone: str = "UTC",
    until: Micros = NEVER,
    asked: Plan | None = None,
) -> Cohorts:
    """Of the only transition, in two parts."""
    half = len(rows) // 2
    parts = [found(rows[each], 2, first and first[each]) for each in (slice(half), slice(half, None))]
    ripeness = ripeness_of(parts, asked or plan(), round(as_of * DAY))
    [only] = day_cohorts([mark_ripe(part, ripeness) for part in parts], ripeness, timezone, until)
    return only


def numbers(each: Cohorts) -> list[tuple[int, int]]:
    return list(zip(each.entered.tolist(), each.converted.tolist(), strict=True))


def test_days_follow_each_other_and_hold_the_ripe() -> None:
    some = cohorts([(DAY, DAY + 1), (DAY, None), (3 * DAY, None), (5 * DAY, None)], as_of=14)
    assert some.start == DAY
    # On the fourth day the last whole one is over whose window has passed.
    assert numbers(some) == [(2, 1), (0, 0), (1, 0)]


def test_the_days_go_on_to_the_end_of_the_log_where_nobody_enters() -> None:
    assert numbers(cohorts([(0, None)], as_of=13.5)) == [(1, 0), (0, 0), (0, 0)]
    assert numbers(cohorts([(0, None)], as_of=13.5, until=2 * DAY)) == [(1, 0), (0, 0)]
    assert numbers(cohorts([(0, None)], as_of=10)) == []
    assert numbers(cohorts([(0, None)], as_of=10.9)) == []
    assert numbers(cohorts([(0, None)], as_of=11)) == [(1, 0)]


def test_a_day_holds_who_first_entered_on_it_wherever_the_journey_starts() -> None:
    assert numbers(cohorts([(5 * DAY, 6 * DAY), (DAY, None)], as_of=12, first=[0, DAY])) == [(1, 1), (1, 0)]


def test_without_a_window_the_limits_up_to_the_stage_decide() -> None:
    some = cohorts([(0, HOUR), (DAY, None), (2 * DAY, None)], as_of=3, asked=plan(window=None, within="1d"))
    assert numbers(some) == [(1, 1), (1, 0)]
    everybody = cohorts([(0, HOUR), (DAY, None), (2 * DAY, None)], as_of=3, asked=plan(window=None))
    assert numbers(everybody) == [(1, 1), (1, 0), (1, 0)]


def test_without_journeys_there_is_no_day() -> None:
    assert numbers(cohorts([], as_of=20)) == []


@pytest.mark.parametrize("timezone", ZONES)
def test_days_are_those_of_the_clock_wherever_it_was_changed(timezone: str) -> None:
    # Ten years from 2010 on: Apia left out a whole day at the end of 2011.
    rng = random.Random(timezone)
    times = sorted(rng.randrange(14_600 * DAY, 18_250 * DAY) for _ in range(3_000))
    some = cohorts([(at, None) for at in times], 18_300, timezone=timezone)
    epoch = datetime(1970, 1, 1).toordinal()
    expected = Counter(datetime.fromtimestamp(at / 1e6, UTC).astimezone(ZoneInfo(timezone)).toordinal() for at in times)
    days = np.flatnonzero(some.entered)
    assert {some.start // DAY + int(day) + epoch: some.entered[day] for day in days} == expected


@pytest.mark.parametrize("timezone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_the_first_day_is_that_of_the_local_clock(timezone: str) -> None:
    local = datetime.fromtimestamp(20_000 * 86_400, UTC).astimezone(ZoneInfo(timezone))
    some = cohorts([(20_000 * DAY, None)], 20_100, timezone=timezone)
    assert some.start // DAY == local.toordinal() - datetime(1970, 1, 1).toordinal()
    assert numbers(some)[0] == (1, 0)


def test_of_absurdly_many_days_the_busiest_are_kept() -> None:
    far = 10 * MOST_DAYS * DAY
    rows: list[Moments] = [(-far, None), *((day * DAY, None) for day in range(2_000)), (far, None)]
    some = cohorts(rows, as_of=far / DAY + 100)
    assert len(some.entered) <= MOST_DAYS + 1
    assert some.entered.sum() >= 1_990


@pytest.mark.parametrize("timezone", ZONES)
def test_a_day_is_found_from_a_guess_as_by_halving(timezone: str) -> None:
    calendar = Calendar.of([found([(at * WEEK, None) for at in (2_086, 2_300)], 2)], timezone, 0)
    times = np.random.default_rng(1).integers(2_080 * WEEK, 2_310 * WEEK, 10_000)
    expected = np.searchsorted(calendar.starts, times, side="right") - 1
    assert calendar.day_of(times).tolist() == expected.tolist()
