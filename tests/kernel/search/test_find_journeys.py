"""What the fast path settles is what the search finds, and what the reference says."""

from __future__ import annotations

import random

import polars as pl
import pytest

from growthctl.events.column_names import DEPTH, ENTITY, EXCLUDED, GROUP, STAGES
from growthctl.kernel.journeys import frame_of
from growthctl.kernel.plan import Plan, times
from growthctl.kernel.rules.passed_stages import filling_rows, with_passed
from growthctl.kernel.search.entries import EntryScope
from growthctl.kernel.search.exact_search import JourneySearch
from growthctl.kernel.search.fast_path import applies_to, earliest_events
from growthctl.kernel.search.find_journeys import JourneyRequest, JourneySet, find_journeys
from growthctl.kernel.segment_values import segment_of
from growthctl.kernel.sorted_events import Events, Order, joined
from growthctl.kernel.tally.anomalies import out_of_order
from tests import oracle
from tests.kernel.search.test_random_logs import SECOND, entered_in, frame, micros, plan, random_log, random_rules

SPLITS = (("device",), ("country",), ("device", "country"))


def random_events(seed: int, *, sparse: bool) -> tuple[oracle.Rules, dict[str, list[oracle.Event]], pl.DataFrame]:
    """A random log to which the fast path applies; a sparse one has few ties, so that it settles many."""
    rng = random.Random(seed)
    rules = random_rules(rng)
    while rules.order != "sequential" or rules.hold:
        rules = random_rules(rng)
    log = random_log(rng, rules)
    if sparse:
        log = {entity: [_moved(event, rng) for event in events[:4]] for entity, events in log.items()}
    events = frame(log).drop("#order", "held").filter((pl.col(STAGES) > 0) | (pl.col(EXCLUDED) > 0))
    values = ["a", "b", None]
    properties = [pl.Series(name, rng.choices(values, k=events.height)) for name in ("device", "country")]
    return rules, log, events.with_columns(series.cast(pl.Categorical) for series in properties)


def _moved(event: oracle.Event, rng: random.Random) -> oracle.Event:
    return oracle.Event(rng.randint(0, 40), frozenset(list(event.stages)[:1]), event.excluded, event.held)


def by_period(seconds: int) -> EntryScope:
    return EntryScope(period=lambda time: time // (seconds * SECOND) * (seconds * SECOND))


def halves(events: pl.DataFrame) -> list[pl.DataFrame]:
    return [events.filter(pl.col(ENTITY).hash() % 2 == part) for part in range(2)]


def of_parts(parts: list[pl.DataFrame], asked: Plan, request: JourneyRequest) -> JourneySet:
    return JourneySet.total((find_journeys(part, asked, request) for part in parts), asked, request)


@pytest.mark.parametrize("seed", range(40))
def test_fast_path_and_search_together_agree_with_the_reference(seed: int) -> None:
    rules, log, events = random_events(seed, sparse=seed % 2 == 0)
    expected = {entity: best for entity, found in log.items() if (best := oracle.journey(found, rules))}
    entries = EntryScope(entered_in(rules))
    found = frame_of(of_parts(halves(events), plan(rules), JourneyRequest(entries)).journeys)
    assert {row[0]: row[1:] for row in found.select(ENTITY, DEPTH, *times(range(rules.stages))).iter_rows()} == {
        entity: (best.depth, *(micros(moment) for moment in best.times)) for entity, best in expected.items()
    }


@pytest.mark.parametrize("count", ["entities", "attempts"])
@pytest.mark.parametrize("seed", range(25))
def test_the_fast_path_settles_nobody_otherwise_than_the_search(seed: int, count: str) -> None:
    rules, _, events = random_events(seed, sparse=True)
    asked = plan(rules, count)
    entries = EntryScope(entered_in(rules))
    assert_equal_to_search(events, asked, entries)


@pytest.mark.parametrize("seed", range(25))
def test_the_fast_path_settles_nobody_otherwise_where_an_entity_has_a_journey_in_each_period(seed: int) -> None:
    rules, _, events = random_events(seed, sparse=True)
    assert_equal_to_search(events, plan(rules), by_period(random.Random(seed).choice([5, 20])))


def assert_equal_to_search(events: pl.DataFrame, asked: Plan, entries: EntryScope) -> None:
    found = of_parts(halves(events), asked, JourneyRequest(entries, SPLITS, value=("device", 0)))
    search = JourneySearch.of(in_order(events, asked), events, asked, entries)
    attempts = search.best_attempts()
    searched = search.journeys(attempts).frame
    key = [ENTITY, GROUP]
    settled = frame_of(found.journeys)
    order = settled.with_row_index("at").sort(key)["at"]
    assert settled[order].equals(searched)
    for split, segments in zip(SPLITS, found.segments, strict=True):
        assert pl.concat(segments)[order].equals(segment_of(searched, filling(events, asked), asked, split, 0))
    assert found.excluded == tuple(search.excluded(attempts))
    counts, _ = out_of_order(search.entity(attempts), attempts.time, search.events.own, asked)
    assert found.out_of_order == tuple(counts)
    assert found.entities == events.filter(pl.col(STAGES) > 0)[ENTITY].n_unique()


def in_order(events: pl.DataFrame, asked: Plan) -> Events:
    order = Order.of(events, asked)
    ordered = joined([order.events(*chunk) for chunk in order.chunks()])
    return with_passed(ordered, events, asked) if asked.skipped == "passed" else ordered


def filling(events: pl.DataFrame, asked: Plan) -> pl.DataFrame:
    """The rows of `events` that fill stages, also of those that were passed."""
    return filling_rows(events, asked) if asked.skipped == "passed" else events


def test_of_ordinary_entities_the_fast_path_settles_nearly_all() -> None:
    settled = total = 0
    for seed in range(40):
        rules, _, events = random_events(seed, sparse=True)
        found = earliest_events(in_order(events, plan(rules)), plan(rules), EntryScope())
        settled += int(found.settled.sum())
        total += int(found.entered.sum())
    assert settled > 0.4 * total


def test_the_fast_path_applies_to_sequential_order_without_anything_held_constant() -> None:
    rules, _, _ = random_events(0, sparse=True)
    assert applies_to(plan(rules))
    assert not applies_to(plan(oracle.Rules(stages=2, order="any", within=[None, None])))
    assert not applies_to(plan(oracle.Rules(stages=2, within=[None, None], hold=True)))


@pytest.mark.parametrize("attribution", ["first", "last", 1])
def test_other_attributions_look_back_at_the_events(attribution: str | int) -> None:
    rules, _, events = random_events(4, sparse=True)
    asked = plan(rules)
    found = find_journeys(events, asked, JourneyRequest(EntryScope(), SPLITS, attribution))
    rows = filling(events, asked)
    for split, segments in zip(SPLITS, found.segments, strict=True):
        assert pl.concat(segments).equals(segment_of(frame_of(found.journeys), rows, asked, split, attribution))


@pytest.mark.parametrize("attribution", ["first", 0])
@pytest.mark.parametrize("seed", range(40))
def test_under_all_rules_a_journey_has_the_values_of_its_own_events(seed: int, attribution: str | int) -> None:
    rng = random.Random(seed)
    rules = random_rules(rng)
    events = frame(random_log(rng, rules))
    if rules.order != "strict":
        events = events.filter((pl.col(STAGES) > 0) | (pl.col(EXCLUDED) > 0))
    events = events.with_columns(pl.Series("device", rng.choices(["a", "b", None], k=events.height)))
    asked = plan(rules)
    found = find_journeys(events, asked, JourneyRequest(EntryScope(), (("device",),), attribution, ("device", 0)))
    journeys = frame_of(found.journeys)
    expected = segment_of(journeys, filling(events, asked), asked, ["device"], attribution)
    assert pl.concat(found.segments[0]).equals(expected)
    if attribution == 0:
        assert found.values is not None
        assert found.values.sort().equals(expected["device"].sort())
