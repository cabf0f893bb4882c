"""Journeys as small counts."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from growthctl.clock import DAY, LONG_AGO, NEVER, TimeRange
from growthctl.funnel.file import funnel_from_mapping
from growthctl.kernel.journeys import Journeys, dropped_entities, mark_ripe
from growthctl.kernel.periods import periods
from growthctl.kernel.plan import Plan, plan_of
from growthctl.kernel.tally.stage_counts import Counts, FunnelTally, entrants_per_30_days, whole_weeks
from growthctl.kernel.tally.sums import total
from tests.kernel.some_journeys import found

SECOND = 1_000_000
HOUR = 3600 * SECOND
Moments = tuple[int | None, ...]


def plan(window: str | None = "10d") -> Plan:
    stages = [{"name": name, "event": name} for name in ("visit", "pay")]
    return plan_of(funnel_from_mapping({"stages": stages} | ({"window": window} if window else {})))


def count(parts: Sequence[Journeys], asked: Plan, timezone: str, as_of: int = 0) -> Counts:
    return total(lambda part: FunnelTally.of(part, asked, timezone, as_of), parts).counts(asked)


def counted(rows: Sequence[Moments], as_of: int, first: Sequence[int] | None = None) -> Counts:
    """In two parts."""
    half = len(rows) // 2
    parts = [found(rows[each], 2, first and first[each]) for each in (slice(half), slice(half, None))]
    return count([mark_ripe(part, plan(), as_of) for part in parts], plan(), "UTC")


def test_who_may_still_convert_is_open_and_who_did_early_is_not_yet_ripe() -> None:
    counts = counted([(0, None), (0, DAY), (5 * DAY, None), (5 * DAY, 6 * DAY)], as_of=10 * DAY)
    _, pay = counts.stages
    assert (pay.before, pay.reached, pay.dropped, pay.open, pay.ripe_before, pay.ripe) == (4, 2, 2, 1, 2, 1)


def test_ripeness_looks_at_the_first_entry_and_not_at_that_of_the_journey() -> None:
    assert counted([(5 * DAY, None)], as_of=10 * DAY, first=[0]).stages[0].ripe == 1
    assert counted([(5 * DAY, None)], as_of=10 * DAY - 1, first=[0]).stages[0].ripe == 0


def test_without_a_window_everyone_is_ripe() -> None:
    marked = mark_ripe(found([(0, None)], 2), plan(window=None), 0)
    assert count([marked], plan(window=None), "UTC").stages[0].ripe == 1


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


def test_weeks_hold_the_ripe_and_start_on_monday() -> None:
    # 1970-01-01 was a Thursday.
    counts = counted([(0, 1), (3 * DAY, None), (4 * DAY, 5 * DAY), (19 * DAY, None)], as_of=20 * DAY)
    assert counts.weeks == ((2, 1), (1, 1))
    assert (counts.first_entry_at, counts.last_ripe_entry_at) == (0, 4 * DAY)


@pytest.mark.parametrize("timezone", ["UTC", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia"])
def test_weeks_are_those_of_the_clock_wherever_it_was_changed(timezone: str) -> None:
    # Ten years from 2010 on: Apia left out a whole day at the end of 2011.
    weeks = periods("week", timezone, 14_600 * DAY, 18_250 * DAY)
    entered = [at for week in weeks for at in (week.start_at, week.start_at + HOUR, week.end_at - 1)]
    marked = mark_ripe(found([(at, None) for at in entered], 2), plan(), entered[-1] + 10 * DAY)
    assert count([marked], plan(), timezone).weeks == ((3, 0),) * len(weeks)


def test_a_week_holds_who_first_entered_in_it_wherever_the_journey_starts() -> None:
    counts = counted([(5 * DAY, 6 * DAY), (4 * DAY, None)], as_of=30 * DAY, first=[0, 4 * DAY])
    assert counts.weeks == ((1, 1), (1, 0))


@pytest.mark.parametrize(
    ("until", "as_of", "weeks"),
    [(None, 30, 2), (None, 21, 2), (None, 20.9, 1), (10, 40, 1), (11, 40, 2), (40, 30, 2)],
    ids=["long past", "the last day is ripe", "cut by who is not", "cut by until", "ends with until", "until later"],
)
def test_a_week_is_whole_when_all_of_its_entries_count_and_are_ripe(
    until: int | None, as_of: float, weeks: int
) -> None:
    # The weeks start on the days −3 and 4; the window is ten days.
    counts = counted([(0, 1), (3 * DAY, None), (4 * DAY, 5 * DAY)], as_of=round(as_of * DAY))
    end = NEVER if until is None else until * DAY
    assert whole_weeks(counts, plan(), "UTC", end, round(as_of * DAY)) == counts.weeks[:weeks]


def test_who_dropped_is_ripe_and_got_as_far_as_the_stage_before() -> None:
    marked = mark_ripe(found([(0, None), (0, DAY), (0, None), (9 * DAY, None)], 2), plan(), 15 * DAY)
    assert sorted(dropped_entities([marked], plan(), 1)) == ["u0", "u2"]


@pytest.mark.parametrize(
    ("since", "until", "as_of", "entrants"),
    [
        (None, None, 20, 3 * 30 / 10),
        (None, None, 12, 2 * 30 / 2),
        (-20, None, 20, 3 * 30 / 30),
        (None, 10, 20, 3 * 30 / 10),
        (None, 15, 25, 3 * 30 / 15),
        (None, 15, 24, 3 * 30 / 10),
    ],
    ids=["to the last ripe entry", "only the ripe", "from since", "until", "to a ripe until", "not to an unripe until"],
)
def test_entrants_per_30_days_are_over_the_span_of_the_ripe(
    since: int | None, until: int | None, as_of: int, entrants: float
) -> None:
    counts = counted([(0, None), (2 * DAY, None), (10 * DAY, None)], as_of=as_of * DAY)
    start, end = LONG_AGO if since is None else since * DAY, NEVER if until is None else until * DAY
    assert entrants_per_30_days(counts, plan(), TimeRange(start, end), as_of * DAY) == pytest.approx(entrants)


def test_the_span_is_at_least_a_day() -> None:
    counts = counted([(0, None), (1, None)], as_of=11 * DAY)
    assert entrants_per_30_days(counts, plan(), TimeRange(), 11 * DAY) == 60
    nobody = counted([], as_of=DAY)
    assert entrants_per_30_days(nobody, plan(), TimeRange(), DAY) == 0
