"""One entity with very many events costs about as much for each of them as one with few."""

from __future__ import annotations

import random
import tracemalloc

import polars as pl
import pytest

from growthctl.events.column_names import DEPTH, ENTITY, EXCLUDED, STAGES, TIME
from growthctl.kernel.plan import Plan, times
from growthctl.kernel.search.entries import EntryScope
from growthctl.kernel.search.exact_search import search_journeys
from tests.kernel.search.test_random_logs import SECOND, check_of, plan, random_log, random_rules
from tests.oracle import Exclusion, Rules

VISIT, SIGNUP = 1, 2
FREE = [None] * 3
DROP = [Exclusion(1, 2, "drop")]
KINDS = {
    "stop": (Rules(3, window=3_600, within=FREE, exclusions=[Exclusion(1, 2)]), "entities"),
    "drop": (Rules(3, window=3_600, within=FREE, exclusions=DROP), "entities"),
    "drop without a window": (Rules(3, within=FREE, exclusions=DROP), "entities"),
    "drop, not before": (Rules(3, within=FREE, after=[0, 60, 60], exclusions=DROP), "entities"),
    "drop of attempts": (Rules(3, window=3_600, within=FREE, exclusions=DROP), "attempts"),
    "optional, of attempts": (Rules(3, within=FREE, optional=frozenset([1])), "attempts"),
}


def crawler(number: int) -> pl.DataFrame:
    """One entity, two visits a second, instead of every 50th a signup, which is excluded before a pay."""
    signup = [n % 50 == 49 for n in range(number)]
    return pl.DataFrame(
        {
            ENTITY: ["bot"] * number,
            TIME: pl.Series([n * SECOND // 2 for n in range(number)], dtype=pl.Int64),
            STAGES: pl.Series([SIGNUP if each else VISIT for each in signup], dtype=pl.UInt64),
            EXCLUDED: pl.Series(map(int, signup), dtype=pl.UInt64),
        }
    )


def peak(number: int, asked: Plan) -> int:
    """In bytes."""
    log = crawler(number)
    tracemalloc.start()
    search_journeys(log, asked, EntryScope())
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


@pytest.mark.parametrize("kind", KINDS)
def test_four_times_the_events_of_one_entity_need_about_four_times_the_memory(kind: str) -> None:
    rules, count = KINDS[kind]
    assert peak(16_000, plan(rules, count)) < 5 * peak(4_000, plan(rules, count))


def test_the_journey_ends_with_the_signup_that_no_other_one_follows() -> None:
    found = search_journeys(crawler(1_000), plan(KINDS["drop"][0]), EntryScope()).frame
    (journey,) = found.select(DEPTH, *times(range(3))).rows()
    assert journey == (2, 0, 999 * SECOND // 2, None)


@pytest.mark.parametrize("seed", range(60))
def test_where_exclusions_drop_engine_and_reference_agree(seed: int) -> None:
    rng = random.Random(seed)
    rules = random_rules(rng)
    while rules.order != "sequential" or not any(rule.effect == "drop" for rule in rules.exclusions):
        rules = random_rules(rng)
    check_of(random_log(rng, rules, users=30), rules)
