"""How many enter now."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from growthctl.clock import DAY, LONG_AGO, NEVER, SECOND, Micros, TimeRange
from growthctl.kernel.journeys import reached_of
from growthctl.kernel.ripeness import Ripeness, mark_ripe, ripeness_of
from growthctl.kernel.search.entries import EntryScope
from growthctl.kernel.search.find_journeys import JourneyRequest, JourneySet, find_journeys
from growthctl.kernel.tally.flow import Flow, flow_of, recent_ranges
from growthctl.kernel.tally.stage_counts import FunnelTally
from growthctl.kernel.tally.sums import total
from tests.kernel.search.test_random_logs import entered_in, frame, plan, random_log, random_rules
from tests.kernel.some_journeys import found
from tests.kernel.tally.test_day_cohorts import plan as shop

NOBODY_JOINS = (0.0,)


def flow(days: list[float], as_of: float, since: float | None = None, until: float | None = None) -> Flow:
    """Of people who enter once, on these days; the log begins with the first."""
    entries = TimeRange(
        LONG_AGO if since is None else round(since * DAY), NEVER if until is None else round(until * DAY)
    )
    at = [round(day * DAY) for day in days]
    counted = [time for time in at if entries.holds(time)]
    journeys = found([(time, None) for time in counted], 2)
    ripeness: Ripeness = ripeness_of([journeys], shop(), round(as_of * DAY))
    counts = FunnelTally.of(mark_ripe(journeys, ripeness), ripeness).counts(ripeness)
    ranges = recent_ranges(entries, ripeness.as_of)
    flows = tuple((sum(span.holds(time) for time in counted),) for span in ranges)
    journey_set = replace(JourneySet.nobody(shop(), JourneyRequest(EntryScope())), flows=flows)
    first: Micros | None = min(at, default=None)
    return flow_of(journey_set, counts, entries, ripeness.as_of, first)


def test_the_flow_is_who_entered_in_the_last_28_days_and_in_the_28_before() -> None:
    days = [0.0, *[10.0] * 7, *[40.0] * 14, 60.0]
    assert flow(days, as_of=60) == Flow(15 * 30 / 28, 7 * 30 / 28, NOBODY_JOINS)
    # Who enters in the last instant of the log counts, who entered 28 days before it does too.
    assert flow([0.0, 32.0, 60.0], as_of=60) == Flow(2 * 30 / 28, 0.0, NOBODY_JOINS)


def test_a_range_counts_up_to_its_end_and_from_its_beginning() -> None:
    days = [0.0, *[20.0] * 7, *[50.0] * 14, 60.0, *[70.0] * 100]
    assert flow(days, as_of=80, until=60) == Flow(14 * 30 / 28, 7 * 30 / 28, NOBODY_JOINS)
    assert flow(days, as_of=80, since=45, until=60) == Flow(14 * 30 / 15, None, NOBODY_JOINS)
    assert flow([0.0, 1.0, 9.0], as_of=10, since=-5_000) == Flow(9.0, None, NOBODY_JOINS)


def test_where_the_log_does_not_reach_back_so_far_the_28_days_before_are_unknown() -> None:
    assert flow([4.5, 30.0, 40.0], as_of=60) == Flow(1 * 30 / 28, None, NOBODY_JOINS)
    assert flow([4.0, 40.0], as_of=60) == Flow(1 * 30 / 28, 1 * 30 / 28, NOBODY_JOINS)
    assert flow([0.0, 40.0], as_of=60, since=5) == Flow(1 * 30 / 28, None, NOBODY_JOINS)


def test_a_short_log_counts_as_long_as_it_is_and_at_least_a_day() -> None:
    assert flow([0.0, 1.0, 9.0], as_of=10) == Flow(9.0, None, NOBODY_JOINS)
    assert flow([0.0, 0.0], as_of=0.1) == Flow(60.0, None, NOBODY_JOINS)
    assert flow([], as_of=3) == Flow(0.0, None, NOBODY_JOINS)


@pytest.mark.parametrize("seed", range(80))
def test_who_enters_in_a_range_is_as_many_as_have_a_journey_when_only_that_range_is_asked_for(seed: int) -> None:
    rng = random.Random(seed)
    rules = random_rules(rng)
    asked, events, entries = plan(rules), frame(random_log(rng, rules)), entered_in(rules)
    since, until = (rng.randint(0, 8) * SECOND for _ in range(2))
    span = TimeRange(max(since, entries.since), min(max(since, until) + SECOND, entries.until))
    journeys = find_journeys(events, asked, JourneyRequest(EntryScope(entries), flows=(span, TimeRange())))
    alone = find_journeys(events, asked, JourneyRequest(EntryScope(span)))
    assert journeys.flows[0] == reached_of(alone.journeys)[:1]


@pytest.mark.parametrize("seed", range(20))
def test_of_attempts_those_count_that_start_in_the_range(seed: int) -> None:
    rng = random.Random(seed)
    rules = random_rules(rng)
    asked, events = plan(rules, "attempts"), frame(random_log(rng, rules))
    span = TimeRange(2 * SECOND, 5 * SECOND)
    journeys = find_journeys(events, asked, JourneyRequest(EntryScope(), flows=(span, TimeRange())))
    starts = [at for part in journeys.journeys for at in part.group.tolist()]
    assert journeys.flows == ((sum(map(span.holds, starts)),), (len(starts),))


def test_the_total_of_nobody_has_no_flow() -> None:
    request = JourneyRequest(EntryScope(), flows=(TimeRange(), TimeRange()))
    assert total(lambda part: JourneySet.nobody(shop(), part), [request, request]).flows == ((0,), (0,))
