"""Who has had the time to reach a stage."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from growthctl.clock import DAY, HOUR
from growthctl.funnel.file import funnel_from_mapping
from growthctl.kernel.plan import ExclusionRule, Plan, plan_of
from growthctl.kernel.ripeness import LEAST_CONVERSIONS, mark_ripe, ripeness_of, time_of_most
from growthctl.kernel.search.entries import EntryScope
from growthctl.kernel.search.find_journeys import JourneyRequest, find_journeys
from growthctl.kernel.tally.risk_table import risk_tables
from growthctl.kernel.tally.stage_counts import FunnelTally
from growthctl.kernel.tally.sums import total
from tests import oracle
from tests.kernel.search import test_random_logs as logs
from tests.kernel.some_journeys import found

NAMES = ("visit", "cart", "pay")


def plan(window: str | None = None, **within: str) -> Plan:
    stages = [{"name": name, "event": name} | ({"within": within[name]} if name in within else {}) for name in NAMES]
    return plan_of(funnel_from_mapping({"stages": stages} | ({"window": window} if window else {})))


def test_a_window_since_the_first_entry_decides_for_all_stages() -> None:
    some = found([(HOUR, None, None), (HOUR, 2 * HOUR, None), (HOUR, None, None)], 3, first=[0, HOUR, HOUR + 1])
    ripeness = ripeness_of([some], plan("1d"), DAY + HOUR)
    marked = mark_ripe(some, ripeness)
    assert marked.ripe.tolist() == [[True, True, False]]
    assert [marked.ripe_at(stage).tolist() for stage in range(3)] == [[True, True, False]] * 3
    assert ripeness.throughout(some).tolist() == [True, True, False]
    assert (ripeness.limits, ripeness.sources) == ((DAY,) * 3, ("window",) * 3)
    assert (ripeness.up_to(1), ripeness.up_to_the_end) == (DAY, DAY)


def test_a_limit_of_a_stage_is_its_own_and_counts_from_the_stage_before() -> None:
    some = found([(0, None, None), (0, 2 * HOUR, None), (2 * HOUR + 1, None, None)], 3)
    ripeness = ripeness_of([some], plan(cart="1h", pay="2h"), 3 * HOUR)
    marked = mark_ripe(some, ripeness)
    assert marked.ripe_at(0).tolist() == [True] * 3
    assert marked.ripe_at(1).tolist() == [True, True, False]
    # Only the second has a cart, since an hour.
    assert marked.ripe_at(2).tolist() == [False] * 3
    assert mark_ripe(some, ripeness._replace(as_of=4 * HOUR)).ripe_at(2).tolist() == [False, True, False]
    assert (ripeness.up_to(1), ripeness.up_to_the_end) == (HOUR, 3 * HOUR)
    assert ripeness.throughout(some).tolist() == [True, True, False]


def test_at_the_last_stage_the_time_in_which_it_may_be_taken_back_has_passed_too() -> None:
    some = found([(0, None, None), (0, 2 * HOUR, 3 * HOUR), (HOUR, 2 * HOUR, 2 * HOUR)], 3)
    back = ExclusionRule(2, 2, drop=False, takes_back=True, follows_within=5 * HOUR)
    by_window = ripeness_of([some], replace(plan("1d"), exclusions=(back,)), DAY + 5 * HOUR)
    assert by_window.limits == (DAY, DAY, DAY + 5 * HOUR)
    assert (by_window.up_to(1), by_window.up_to_the_end) == (DAY, DAY + 5 * HOUR)
    marked = mark_ripe(some, by_window)
    assert [marked.ripe_at(stage).tolist() for stage in range(3)] == [[True] * 3, [True] * 3, [True, True, False]]
    assert by_window.throughout(some).tolist() == [True, True, False]
    by_stage = ripeness_of([some], replace(plan(cart="1h"), exclusions=(back,)), 7 * HOUR)
    assert (by_stage.limits, by_stage.sources) == ((None, HOUR, 5 * HOUR), ("unknown", "within", "unknown"))
    assert mark_ripe(some, by_stage).ripe_at(2).tolist() == [False, True, True]
    tally = FunnelTally.of(marked, by_window).counts(by_window)
    assert [stage.ripe_throughout for stage in tally.stages] == [2, 1, 1]
    assert risk_tables(FunnelTally.of(marked, by_window), by_window)[2] is None


def test_with_too_few_conversions_whoever_was_there_is_ripe_at_once() -> None:
    some = found([(0, None, None), (0, HOUR, None)], 3)
    ripeness = ripeness_of([some], plan(), HOUR)
    assert (ripeness.limits, ripeness.sources) == ((None,) * 3, ("unknown",) * 3)
    assert ripeness.up_to_the_end is None
    assert mark_ripe(some, ripeness).ripe_at(2).tolist() == [False, True]
    assert ripeness.throughout(some).all()


def test_with_too_few_conversions_nobody_is_ripe_before_a_stage_can_be_reached() -> None:
    some = found([(0, None, None), (HOUR, None, None)], 3)
    asked = replace(plan(), after=(0, HOUR, 0))
    ripeness = ripeness_of([some], asked, 2 * HOUR - 1)
    assert (ripeness.limits, ripeness.sources) == ((None, HOUR, None), ("unknown",) * 3)
    assert mark_ripe(some, ripeness).ripe_at(1).tolist() == [True, False]


def test_the_time_of_most_is_that_of_95_percent_of_the_conversions_when_nobody_may_still_convert() -> None:
    took = np.arange(1, 101)
    assert time_of_most(took, np.empty(0, np.int64), 100) == 95
    assert time_of_most(took, np.empty(0, np.int64), 1_000) == 95
    assert time_of_most(took, np.full(900, 500), 1_000) == 95
    assert time_of_most(took[: LEAST_CONVERSIONS - 1], took, 1_000) is None
    assert time_of_most(np.full(LEAST_CONVERSIONS, 7), took, 120) == 7


def test_who_was_followed_for_a_short_time_does_not_make_conversions_look_fast() -> None:
    rng = np.random.default_rng(5)
    took, followed = rng.exponential(10 * DAY, 4_000), rng.uniform(0, 90 * DAY, 4_000)
    early = took <= followed
    took_first, followed_first = np.sort(took[early]).astype(np.int64), np.sort(followed[~early]).astype(np.int64)
    estimate = time_of_most(took_first, followed_first, 4_000)
    assert estimate is not None
    # 95 % of an exponential with a mean of ten days: 30 days; those seen to convert are younger.
    assert estimate / DAY == pytest.approx(30, rel=0.12)
    assert np.quantile(took[early], 0.95) / DAY < 27.5


@pytest.mark.parametrize("seed", range(60))
def test_ripe_and_open_are_what_the_reference_says_of_every_stage_of_a_random_log(seed: int) -> None:
    rng = random.Random(seed)
    rules = logs.random_rules(rng)
    log = logs.random_log(rng, rules, users=60)
    as_of = max(event.time for events in log.values() for event in events) + rng.choice([0, 1, 3])
    journeys = {entity: best for entity, events in log.items() if (best := oracle.journey(events, rules))}
    complete = {entity: oracle.with_passed(events, rules) for entity, events in log.items()}
    first = {entity: min(entry.time for entry in oracle.entries(complete[entity], rules)) for entity in journeys}
    limits = oracle.limits(list(journeys.values()), rules, as_of)
    expected = []
    for stage in range(rules.stages):
        anchor = oracle.anchor(stage, rules) if stage else 0
        before = [name for name, each in journeys.items() if each.times[anchor] is not None]
        ripe = [
            name for name in before if oracle.is_ripe(journeys[name], first[name], stage, limits[stage], rules, as_of)
        ]
        on = [name for name in before if journeys[name].times[stage] is not None]
        expected.append((len(ripe), len(set(ripe) & set(on)), len(set(before) - set(ripe) - set(on))))
    asked = logs.plan(rules)
    parts = find_journeys(logs.frame(log), asked, JourneyRequest(EntryScope(logs.entered_in(rules)))).journeys
    ripeness = ripeness_of(parts, asked, as_of * logs.SECOND)
    counts = total(lambda part: FunnelTally.of(mark_ripe(part, ripeness), ripeness), parts).counts(ripeness)
    assert [(stage.ripe_before, stage.ripe, stage.open) for stage in counts.stages] == expected
    if rules.window is None:
        assert [limit and limit / logs.SECOND for limit in ripeness.limits] == limits


def test_the_random_logs_have_limits_of_every_kind() -> None:
    kinds = set()
    for seed in range(60):
        rng = random.Random(seed)
        rules = logs.random_rules(rng)
        parts = find_journeys(
            logs.frame(logs.random_log(rng, rules, users=60)), logs.plan(rules), JourneyRequest(EntryScope())
        ).journeys
        kinds |= set(ripeness_of(parts, logs.plan(rules), 30 * logs.SECOND).sources)
    assert kinds == {"window", "within", "estimate", "unknown"}
