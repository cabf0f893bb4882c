"""Open funnels against the plain-Python reference on random logs: the journeys, and everything that is counted of them.

More logs by hand: ./dev run python -m tests.kernel.test_open_funnel FIRST_SEED LAST_SEED
"""

from __future__ import annotations

import random
import sys
from dataclasses import replace

import polars as pl
import pytest

from growthctl.events.column_names import DEPTH, ENTITY, EXCLUDED, FIRST_ENTRY, STAGES
from growthctl.kernel.journeys import frame_of
from growthctl.kernel.plan import times
from growthctl.kernel.search.entries import EntryScope
from growthctl.kernel.search.find_journeys import JourneyRequest
from tests import oracle
from tests.kernel.search.test_find_journeys import halves, of_parts
from tests.kernel.search.test_random_logs import (
    USERS,
    Log,
    check_of,
    entered_in,
    frame,
    micros,
    plan,
    random_log,
    random_rules,
)
from tests.oracle import Rules


def random_open(seed: int) -> tuple[Log, Rules]:
    rng = random.Random(seed)
    rules = random_rules(rng)
    while rules.order != "sequential":
        rules = random_rules(rng)
    stopping = [replace(rule, effect="stop") for rule in rules.exclusions]
    rules = replace(rules, entry="any_stage", skipped="missing", exclusions=stopping)
    return random_log(rng, rules), rules


def check(seed: int) -> None:
    log, rules = random_open(seed)
    check_of(log, rules)
    check_parts(log, rules)


def check_parts(log: Log, rules: Rules) -> None:
    """The same of what counts: part by part, with the fast path; and the first entries, and what exclusions keep."""
    events = frame(log).filter((pl.col(STAGES) > 0) | (pl.col(EXCLUDED) > 0))
    found = of_parts(halves(events), plan(rules), JourneyRequest(EntryScope(entered_in(rules))))
    columns = [ENTITY, DEPTH, FIRST_ENTRY, *times(range(rules.stages))]
    expected, excluded = {}, [0] * rules.stages
    for entity, of_entity in log.items():
        best = oracle.journey(of_entity, rules)
        if best is None:
            continue
        first = min(entry.time for entry in oracle.entries(of_entity, rules))
        expected[entity] = (best.depth, micros(first), *(micros(moment) for moment in best.times))
        free = oracle.journey(of_entity, replace(rules, exclusions=()))
        assert free is not None
        kept = oracle.kept_from(best, free, rules)
        if kept is not None:
            excluded[kept] += 1
    assert {row[0]: row[1:] for row in frame_of(found.journeys).select(columns).iter_rows()} == expected
    assert list(found.excluded) == excluded
    assert not any(found.out_of_order)


@pytest.mark.parametrize("seed", range(200))
def test_engine_and_reference_agree_on_every_entity_of_a_random_log(seed: int) -> None:
    check(seed)


if __name__ == "__main__":
    for number in range(int(sys.argv[1]), int(sys.argv[2])):
        check(number)
    print(f"{USERS} entities in each of {int(sys.argv[2]) - int(sys.argv[1])} seeds: no disagreement")  # noqa: T201
