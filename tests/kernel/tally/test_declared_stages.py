"""In any order: who has which declared stage."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from growthctl.kernel.ripeness import mark_ripe, ripeness_of
from growthctl.kernel.search.entries import EntryScope
from growthctl.kernel.search.exact_search import search_journeys
from growthctl.kernel.tally.declared_stages import DeclaredStages
from tests import oracle
from tests.kernel.search.test_random_logs import SECOND, entered_in, frame, plan, random_log, random_rules
from tests.oracle import Event, Rules


def counted(log: dict[str, list[Event]], rules: Rules, as_of: int) -> DeclaredStages:
    journeys = search_journeys(frame(log), plan(rules), EntryScope(entered_in(rules)))
    ripeness = ripeness_of([journeys], plan(rules), as_of * SECOND)
    return DeclaredStages.of(mark_ripe(journeys, ripeness), ripeness)


def event(time: int, *stages: int) -> Event:
    return Event(time, frozenset(stages))


def test_a_stage_listed_twice_is_lacked_by_who_did_it_once() -> None:
    log = {"once": [event(0, 0, 1), event(1, 2)], "twice": [event(0, 0, 1), event(1, 0, 1), event(2, 2)]}
    found = counted(log, Rules(stages=3, order="any", window=5, within=[None] * 3), 10)
    assert found == DeclaredStages(reached=(2, 1, 2), ripe_throughout=(2, 1, 2), only_lacking=(0, 1, 0))


def test_an_event_makes_way_where_that_fills_another_stage() -> None:
    log = {"a": [event(0, 0, 1), event(1, 0)]}
    assert counted(log, Rules(stages=2, order="any", window=5, within=[None] * 2), 10).reached == (1, 1)


def test_who_may_still_do_a_stage_does_not_lack_it() -> None:
    log = {"early": [event(0, 0)], "late": [event(7, 0)]}
    found = counted(log, Rules(stages=2, order="any", window=5, within=[None] * 2), 10)
    assert found == DeclaredStages(reached=(2, 0), ripe_throughout=(1, 0), only_lacking=(0, 1))


@pytest.mark.parametrize("seed", range(40))
def test_counts_agree_with_the_reference_and_sum_to_those_of_the_rows(seed: int) -> None:
    rng = random.Random(seed)
    rules = random_rules(rng)
    while rules.order != "any":
        rules = random_rules(rng)
    log = random_log(rng, rules)
    found = counted(log, rules, 10_000)
    journeys = [best for events in log.values() if (best := oracle.journey(events, rules))]
    having = Counter(stage for journey in journeys for stage in journey.stages)
    lacking = Counter(
        stage
        for journey in journeys
        if 0 < journey.depth == rules.stages - 1
        for stage in set(range(rules.stages)) - set(journey.stages)
    )
    stages = range(rules.stages)
    assert found.reached == found.ripe_throughout == tuple(having[stage] for stage in stages)
    assert found.only_lacking == tuple(lacking[stage] for stage in stages)
    assert sum(found.reached) == sum(journey.depth for journey in journeys)
