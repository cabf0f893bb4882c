"""The engine against the plain-Python reference on random logs: ties, repeats, OR stages, limits, ranges."""

from __future__ import annotations

import random
from datetime import timedelta

import polars as pl
import pytest

from growthctl.events.rows import ENTITY, TIME
from growthctl.kernel.journeys import DEPTH, FIRST_ENTRY, journeys
from growthctl.kernel.match import STAGES
from growthctl.spec.model import Funnel
from tests.oracle import Event, Rules, attempts, journey

SECOND = 1_000_000
USERS = 200


def random_rules(rng: random.Random) -> Rules:
    stages = rng.randint(1, 5)
    return Rules(
        stages=stages,
        window=rng.choice([None, 0, 3, 8]),
        within=[None, *(rng.choice([None, None, 0, 2, 5]) for _ in range(stages - 1))],
        ties=rng.choice(["any", "any", "later"]),
        entry=rng.choice(["any", "any", "first"]),
        since=rng.choice([None, 2]),
        until=rng.choice([None, 4]),
    )


def random_log(rng: random.Random, stages: int) -> dict[str, list[Event]]:
    """Few instants, so that many events tie; in half of the logs events match several stages."""
    last, most = rng.choice([5, 12, 40]), rng.choice([4, 8, 10])
    matched = rng.choice([[1], [1, 1, 2, 3]])
    return {
        f"u{user}": [
            Event(rng.randint(0, last), frozenset(rng.sample(range(stages), min(stages, rng.choice(matched)))))
            for _ in range(rng.randint(1, most))
        ]
        for user in range(USERS)
    }


def frame(rng: random.Random, log: dict[str, list[Event]]) -> pl.DataFrame:
    rows = [
        (entity, event.time * SECOND, sum(1 << stage for stage in event.stages))
        for entity, events in log.items()
        for event in events
    ]
    rng.shuffle(rows)
    return pl.DataFrame(rows, schema={ENTITY: pl.String, TIME: pl.Int64, STAGES: pl.UInt64}, orient="row")


def funnel(rules: Rules) -> Funnel:
    def duration(seconds: int | None) -> str | None:
        return None if seconds is None else f"{seconds}s"

    stages: list[dict[str, object]] = [
        {"name": f"s{k}", "event": f"e{k}", "within": duration(rules.within[k])} for k in range(rules.stages)
    ]
    del stages[0]["within"]
    return Funnel.model_validate(
        {"stages": stages, "window": duration(rules.window), "ties": rules.ties, "entry": rules.entry}
    )


@pytest.mark.parametrize("seed", range(60))
def test_engine_and_reference_agree_on_every_entity_of_a_random_log(seed: int) -> None:
    rng = random.Random(seed)
    rules = random_rules(rng)
    log = random_log(rng, rules.stages)
    found = journeys(
        frame(rng, log),
        funnel(rules),
        since=None if rules.since is None else rules.since * SECOND,
        until=None if rules.until is None else rules.until * SECOND,
    )
    times = {
        row[0]: tuple(time // SECOND for time in row[3:] if time is not None) for row in found.iter_rows()
    }
    expected = {entity: best for entity, events in log.items() if (best := journey(events, rules)) is not None}
    assert times == expected
    assert found[DEPTH].to_list() == [len(times[entity]) for entity in found[ENTITY]]
    assert found[FIRST_ENTRY].to_list() == [
        min(chain[0] for chain in attempts(log[entity], rules)) * SECOND for entity in found[ENTITY]
    ]


@pytest.mark.parametrize("seed", range(20))
def test_a_wider_window_never_lowers_anyones_depth(seed: int) -> None:
    rng = random.Random(seed)
    events = frame(rng, random_log(rng, 4))
    narrow, wide = (
        journeys(events, funnel(Rules(4, window=window, within=[None] * 4)))[DEPTH] for window in (3, 8)
    )
    assert (wide >= narrow).all()


@pytest.mark.parametrize("seed", range(20))
def test_row_order_changes_nothing(seed: int) -> None:
    rng = random.Random(seed)
    rules = random_rules(rng)
    log = random_log(rng, rules.stages)
    once, again = (journeys(frame(rng, log), funnel(rules)) for _ in range(2))
    assert once.equals(again)


@pytest.mark.parametrize("seed", range(20))
def test_events_of_other_entities_change_nothing(seed: int) -> None:
    rng = random.Random(seed)
    rules = random_rules(rng)
    log = random_log(rng, rules.stages)
    some = {entity: events for entity, events in log.items() if int(entity[1:]) % 3}
    alone = journeys(frame(rng, some), funnel(rules))
    together = journeys(frame(rng, log), funnel(rules)).filter(pl.col(ENTITY).is_in(list(some)))
    assert alone.equals(together)
