"""Paths against a plain-Python reference on random logs, under every rule but what is held constant."""

from __future__ import annotations

import random
from collections import Counter
from functools import reduce
from itertools import chain, groupby
from operator import add
from typing import NamedTuple

import polars as pl
import pytest

from growthctl.events.column_names import ENTITY, EVENT, ORDER
from growthctl.kernel.ripeness import mark_ripe, ripeness_of
from growthctl.kernel.search.entries import EntryScope
from growthctl.kernel.search.find_journeys import JourneyRequest, JourneySet, find_journeys
from growthctl.kernel.tally.path_counts import EventPath, Outcomes, PathCounts, PathStarts, Walk
from tests import oracle
from tests.kernel.search.test_random_logs import SECOND, Log, entered_in, frame, plan, random_log, random_rules

ALL = 1_000_000
BUSY = 4
"""The seed of a log with many different paths."""
OUTCOMES = (None, True, False)


class Case(NamedTuple):
    """A random log, with a name for each event of an entity, and a question about it."""

    rules: oracle.Rules
    log: Log
    names: dict[str, list[str | None]]
    stage: int
    as_of: int
    steps: int

    @classmethod
    def of(cls, seed: int) -> Case:
        rng = random.Random(seed)
        rules = random_rules(rng)
        while rules.hold:
            rules = random_rules(rng)
        log = random_log(rng, rules)
        names = {entity: rng.choices(["a", "b", "c", None], k=len(events)) for entity, events in log.items()}
        last = max(event.time for events in log.values() for event in events)
        return cls(rules, log, names, rng.randrange(rules.stages), last + rng.choice([0, 2, 9]), rng.randint(1, 5))

    @property
    def events(self) -> pl.DataFrame:
        """In no order, of which ORDER knows."""
        named = frame(self.log).with_columns(pl.Series(EVENT, chain.from_iterable(self.names.values()), pl.String))
        return named.sample(fraction=1, shuffle=True, seed=self.stage)


class Taken(NamedTuple):
    """The path of one entity on each side, and what became of its journey."""

    after: EventPath
    before: EventPath
    outcome: bool | None
    """None is open."""


def taken(case: Case) -> list[Taken]:
    """The reference: entity by entity."""
    rules, stage = case.rules, case.stage
    journeys = {entity: best for entity, events in case.log.items() if (best := oracle.journey(events, rules))}
    limits = oracle.limits(list(journeys.values()), rules, case.as_of)
    following = next((k for k in range(stage + 1, rules.stages) if k not in rules.optional), None)
    paths = []
    for entity, journey in journeys.items():
        events, names = case.log[entity], case.names[entity]
        if journey.times[stage] is None:
            continue
        entry, order = journey.times[0], sorted(range(len(events)), key=lambda i: events[i].time)
        assert entry is not None
        # A path from a stage that was passed begins at the event that shows it.
        shown = {k for k in range(stage + 1, rules.stages) if k not in rules.optional}
        filling = shown if stage in journey.passed else {stage} if rules.order != "any" else {*range(rules.stages)}
        fills = [
            event.time == journey.times[stage] and bool(filling & event.stages) for event in (events[i] for i in order)
        ]
        at = fills.index(True)
        later = [i for i in order[at + 1 :] if rules.window is None or events[i].time <= entry + rules.window]
        after, before = (
            tuple(name for name, _ in groupby(names[i] for i in side))[: case.steps]
            for side in (later, reversed(order[:at]))
        )
        outcome: bool | None = False
        if following is not None:
            first_entry = min(event.time for event in oracle.entries(oracle.with_passed(events, rules), rules))
            limit = limits[following]
            ripe = oracle.is_ripe(journey, first_entry, following, limit, rules, case.as_of)
            outcome = True if journey.times[following] is not None else False if ripe else None
        paths.append(Taken(after, before, outcome))
    return paths


def counted(case: Case, walk: Walk, went_on: bool | None, parts: int) -> tuple[Outcomes, PathCounts]:
    """What the program says, from so many parts."""
    asked = plan(case.rules)
    pieces = [case.events.filter(pl.col(ENTITY).hash() % parts == number) for number in range(parts)]
    request = JourneyRequest(EntryScope(entered_in(case.rules)), value=(ORDER, case.stage))
    found = JourneySet.total((find_journeys(piece, asked, request) for piece in pieces), asked, request)
    ripeness = ripeness_of(found.journeys, asked, case.as_of * SECOND)
    assert found.values is not None
    starts = PathStarts.of([mark_ripe(part, ripeness) for part in found.journeys], found.values, case.stage, asked)
    counts = (PathCounts.of(piece, asked, starts.that(went_on), walk) for piece in pieces)
    return starts.outcomes, reduce(add, counts)


@pytest.mark.parametrize("seed", range(24))
def test_paths_of_a_random_log_are_those_of_the_reference(seed: int) -> None:
    case = Case.of(seed)
    expected = taken(case)
    for backward in (False, True):
        for went_on in OUTCOMES:
            outcomes, counts = counted(case, Walk(case.steps, backward), went_on, 1 + seed % 3)
            chosen = [path for path in expected if went_on is None or path.outcome is went_on]
            paths = Counter(path.before if backward else path.after for path in chosen)
            assert outcomes[0] == len(expected)
            assert (outcomes.went_on, outcomes.dropped, outcomes.open) == tuple(
                sum(path.outcome is outcome for path in expected) for outcome in (True, False, None)
            )
            assert (counts.journeys, counts.without_step) == (len(chosen), paths.pop((), 0))
            assert dict(counts.ranking(case.steps, ALL).first) == paths
            first = Counter(path[:1] for path in paths.elements())
            assert dict(counts.ranking(1, ALL).first) == first


def test_the_random_logs_have_paths_of_every_kind() -> None:
    paths = [path for seed in range(60) for path in taken(Case.of(seed))]
    assert {path.outcome for path in paths} == {True, False, None}
    assert {len(path.after) for path in paths} == set(range(6))
    assert {len(path.before) for path in paths} >= set(range(5))
    assert any(None in path.after for path in paths)


def test_the_most_frequent_come_first_and_of_equals_the_shorter_then_by_name() -> None:
    case = Case.of(BUSY)
    _, counts = counted(case, Walk(case.steps), None, 1)
    every = counts.ranking(case.steps, ALL)
    assert every.paths == len(every.first) > 5
    numbers = [number for _, number in every.first]
    assert numbers == sorted(numbers, reverse=True)
    for most in range(1, every.paths):
        assert counts.ranking(case.steps, most) == (every.first[:most], every.paths)
    ties = [path for path, number in every.first if number == 1]
    assert len(ties) > 5
    assert ties == sorted(ties, key=lambda path: (len(path), [(name is None, name or "") for name in path]))


def test_nobody_takes_no_path() -> None:
    case = Case.of(3)
    nothing = case._replace(log={"u1": [oracle.Event(0)]}, names={"u1": ["a"]})
    outcomes, counts = counted(nothing, Walk(3), None, 2)
    assert (outcomes, counts.journeys, counts.without_step) == ((0, 0, 0), 0, 0)
    assert counts.ranking(3, 10) == ([], 0)
