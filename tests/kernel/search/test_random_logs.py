"""The engine against the plain-Python reference on random logs, every switch and their combinations.

More logs by hand: ./dev run python -m tests.kernel.search.test_random_logs FIRST_SEED LAST_SEED
"""

from __future__ import annotations

import random
import sys

import polars as pl
import pytest

from growthctl.clock import LONG_AGO, NEVER, TimeRange
from growthctl.events.column_names import DEPTH, ENTITY, EXCLUDED, ORDER, STAGES, TIME
from growthctl.kernel.plan import ExclusionRule, Plan, times
from growthctl.kernel.search.entries import EntryScope
from growthctl.kernel.search.exact_search import search_journeys
from tests import oracle
from tests.oracle import Event, Rules

SECOND = 1_000_000
USERS = 100

Log = dict[str, list[Event]]


def random_rules(rng: random.Random) -> Rules:
    stages = rng.randint(1, 5)
    order = rng.choice(["sequential", "sequential", "strict", "any"])
    in_order = order != "any"
    optional = frozenset(k for k in range(1, stages) if in_order and rng.random() < rng.choice([0, 0.4]))
    required = [k for k in range(stages) if k not in optional]
    afters = rng.choice([[0], [0, 0, 1, 2, 4]])
    pairs = [sorted(rng.sample(required, 2)) for _ in range(rng.choice([0, 0, 1, 2])) if in_order and len(required) > 1]
    return Rules(
        stages=stages,
        order=order,
        window=rng.choice([None, 0, 3, 8]),
        within=[None, *(rng.choice([None, None, 0, 2, 5]) if in_order else None for _ in range(stages - 1))],
        after=[0, *(rng.choice(afters) if in_order else 0 for _ in range(stages - 1))],
        ties=rng.choice(["any", "any", "later"]),
        entry=rng.choice(["any", "any", "first"]),
        skipped="passed" if order == "sequential" and afters == [0] and rng.random() < 0.4 else "missing",
        optional=optional,
        exclusions=[oracle.Exclusion(a, b, rng.choice(["stop", "drop"])) for a, b in pairs],
        taken_back=[rng.choice([None, 0, 1, 3, 8]) for _ in range(rng.choice([0, 0, 1, 2])) if len(required) > 1]
        if in_order
        else [],
        hold=rng.random() < 0.3,
        since=rng.choice([None, 2]),
        until=rng.choice([None, 5]),
    )


def random_log(rng: random.Random, rules: Rules, users: int = USERS) -> Log:
    """Few instants, so that many events tie; in half of the logs events match several stages, some match none."""
    last, most = rng.choice([4, 8, 20]), rng.choice([4, 6, 8])
    matched = rng.choice([[1], [1, 1, 2, 3]])
    held = ["a", "b", None] if rules.hold else [""]

    def event() -> Event:
        size = min(rules.stages, rng.choice(matched)) if rng.random() < 0.85 else 0
        return Event(
            rng.randint(0, last),
            frozenset(rng.sample(range(rules.stages), size)),
            frozenset(number for number in range(len(rules.exclusions) + len(rules.taken_back)) if rng.random() < 0.15),
            rng.choice(held),
        )

    return {f"u{user}": [event() for _ in range(rng.randint(1, most))] for user in range(users)}


def frame(log: Log) -> pl.DataFrame:
    rows = [
        (entity, event.time * SECOND, bits(event.stages), bits(event.excluded), event.held)
        for entity, events in log.items()
        for event in events
    ]
    schema = {ENTITY: pl.String, TIME: pl.Int64, STAGES: pl.UInt64, EXCLUDED: pl.UInt64, "held": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row").with_row_index(ORDER)


def bits(numbers: frozenset[int]) -> int:
    return sum(1 << number for number in numbers)


def plan(rules: Rules, count: str = "entities") -> Plan:
    required = tuple(k for k in range(rules.stages) if k not in rules.optional)
    last = required[-1]
    return Plan(
        stages=rules.stages,
        required=required,
        order=rules.order,
        window=micros(rules.window),
        within=tuple(micros(limit) for limit in rules.within),
        after=tuple(SECOND * least for least in rules.after or [0] * rules.stages),
        ties=rules.ties,
        entry=rules.entry,
        skipped=rules.skipped,
        exclusions=(
            *(ExclusionRule(rule.after, rule.before, rule.effect == "drop") for rule in rules.exclusions),
            *(ExclusionRule(last, last, False, True, micros(limit)) for limit in rules.taken_back),
        ),
        hold=("held",) if rules.hold else (),
        count=count,
    )


def entered_in(rules: Rules) -> TimeRange:
    since, until = micros(rules.since), micros(rules.until)
    return TimeRange(LONG_AGO if since is None else since, NEVER if until is None else until)


def micros(seconds: int | None) -> int | None:
    return None if seconds is None else seconds * SECOND


def found_by_engine(log: Log, rules: Rules, count: str = "entities") -> dict[str, list[oracle.Journey]]:
    found = search_journeys(frame(log), plan(rules, count), EntryScope(entered_in(rules)))
    rows = found.frame.select(ENTITY, DEPTH, *times(range(rules.stages))).rows()
    filled, passed = ([0] * len(rows) if bits is None else bits.tolist() for bits in (found.filled, found.passed))
    result: dict[str, list[oracle.Journey]] = {}
    for (entity, depth, *at), bits, skipped in zip(rows, filled, passed, strict=True):
        moments = tuple(None if time is None else time // SECOND for time in at)
        stages, without_event = (tuple(k for k in range(rules.stages) if set >> k & 1) for set in (bits, skipped))
        result.setdefault(entity, []).append(oracle.Journey(moments, depth, stages, without_event))
    return result


def check(seed: int) -> None:
    rng = random.Random(seed)
    rules = random_rules(rng)
    check_of(random_log(rng, rules), rules)


def check_of(log: Log, rules: Rules) -> None:
    expected = {entity: [best] for entity, events in log.items() if (best := oracle.journey(events, rules))}
    assert found_by_engine(log, rules) == expected


def check_attempts(seed: int) -> None:
    rng = random.Random(seed)
    rules = random_rules(rng)
    while rules.order == "any":
        rules = random_rules(rng)
    log = random_log(rng, rules)
    expected = {e: found for e, events in log.items() if (found := oracle.one_after_the_other(events, rules))}
    assert found_by_engine(log, rules, "attempts") == expected


@pytest.mark.parametrize("seed", range(120))
def test_engine_and_reference_agree_on_every_entity_of_a_random_log(seed: int) -> None:
    check(seed)


@pytest.mark.parametrize("seed", range(40))
def test_engine_and_reference_agree_on_attempts_one_after_the_other(seed: int) -> None:
    check_attempts(seed)


@pytest.mark.parametrize("seed", range(20))
def test_a_wider_window_never_lowers_anyones_depth(seed: int) -> None:
    rng = random.Random(seed)
    rules = Rules(stages=4, order=rng.choice(["sequential", "strict", "any"]), within=[None] * 4)
    events = frame(random_log(rng, rules))
    narrow, wide = (
        search_journeys(events, plan(Rules(4, rules.order, window, [None] * 4)), EntryScope()).depth
        for window in (3, 8)
    )
    assert (wide >= narrow).all()


@pytest.mark.parametrize("seed", range(20))
def test_reached_never_increases_along_the_required_stages(seed: int) -> None:
    rng = random.Random(seed)
    rules = random_rules(rng)
    found = search_journeys(frame(random_log(rng, rules)), plan(rules), EntryScope())
    reached = [found.reached[stage] for stage in plan(rules).required]
    assert reached == sorted(reached, reverse=True)


@pytest.mark.parametrize("seed", range(20))
def test_row_order_changes_nothing_but_in_strict_order(seed: int) -> None:
    rng = random.Random(seed)
    rules = random_rules(rng)
    while rules.order == "strict":
        rules = random_rules(rng)
    events = frame(random_log(rng, rules))
    shuffled = events.sample(fraction=1, shuffle=True, seed=seed)
    assert search_journeys(events, plan(rules), EntryScope()).frame.equals(
        search_journeys(shuffled, plan(rules), EntryScope()).frame
    )


@pytest.mark.parametrize("seed", range(20))
def test_events_of_other_entities_change_nothing(seed: int) -> None:
    rng = random.Random(seed)
    rules = random_rules(rng)
    log = random_log(rng, rules)
    some = {entity: events for entity, events in log.items() if int(entity[1:]) % 3}
    together = found_by_engine(log, rules)
    assert found_by_engine(some, rules) == {entity: found for entity, found in together.items() if entity in some}


def test_a_funnel_may_have_as_many_stages_as_a_bit_set_has_bits() -> None:
    stages = 63
    log = {f"u{depth}": [Event(k, frozenset([k])) for k in range(depth)] for depth in (1, 31, 32, 33, 62, 63)}
    found = found_by_engine(log, Rules(stages=stages, within=[None] * stages))
    assert {entity: journey.depth for entity, [journey] in found.items()} == {
        f"u{d}": d for d in (1, 31, 32, 33, 62, 63)
    }


@pytest.mark.parametrize("ties", ["any", "later"])
@pytest.mark.parametrize("stages", [8, 63])
def test_the_last_of_very_many_stages_shows_all_others_to_be_passed(stages: int, ties: str) -> None:
    log = {"u": [Event(3, frozenset([stages - 1]))]}
    rules = Rules(stages=stages, within=[None] * stages, ties=ties, skipped="passed")
    found = found_by_engine(log, rules)
    assert found == {"u": [oracle.Journey((3,) * stages, stages, passed=tuple(range(stages - 1)))]}


if __name__ == "__main__":
    for number in range(int(sys.argv[1]), int(sys.argv[2])):
        check(number)
        check_attempts(number)
    print(f"{USERS} entities in each of {int(sys.argv[2]) - int(sys.argv[1])} seeds, twice: no disagreement")  # noqa: T201
