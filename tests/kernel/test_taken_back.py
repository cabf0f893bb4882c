"""Events that take the last stage back, on random logs beside the reference."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from growthctl.funnel.file import funnel_from_mapping
from growthctl.kernel.plan import plan_of
from growthctl.kernel.search.entries import EntryScope
from growthctl.kernel.search.find_journeys import JourneyRequest, find_journeys
from tests import oracle
from tests.kernel.search import test_random_logs as logs


def rules_of(rng: random.Random) -> oracle.Rules:
    """Rules that take the last stage back, and exclude nothing else."""
    rules = logs.random_rules(rng)
    while not rules.taken_back:
        rules = logs.random_rules(rng)
    return replace(rules, exclusions=[])


@pytest.mark.parametrize("seed", range(60))
def test_excluded_are_those_who_would_have_reached_the_last_stage(seed: int) -> None:
    rng = random.Random(seed)
    rules = rules_of(rng)
    log = logs.random_log(rng, rules)
    kept = replace(rules, taken_back=[])
    net, gross = (
        {entity: best.depth for entity, events in log.items() if (best := oracle.journey(events, asked))}
        for asked in (rules, kept)
    )
    expected = [0] * rules.stages
    expected[logs.plan(rules).required[-1]] = sum(net[entity] < depth for entity, depth in gross.items())
    request = JourneyRequest(EntryScope(logs.entered_in(rules)))
    found = find_journeys(logs.frame(log), logs.plan(rules), request)
    assert net.keys() == gross.keys()
    assert found.excluded == tuple(expected)
    # What was taken back was in order.
    assert found.out_of_order == find_journeys(logs.frame(log), logs.plan(kept), request).out_of_order


def test_the_random_logs_take_many_back() -> None:
    counts = [0, 0]
    for seed in range(60):
        rng = random.Random(seed)
        rules = rules_of(rng)
        found = find_journeys(logs.frame(logs.random_log(rng, rules)), logs.plan(rules), JourneyRequest(EntryScope()))
        counts[bool(sum(found.excluded))] += 1
    assert counts[1] > 15


def test_the_last_stage_settles_after_the_longest_limit() -> None:
    rules = [{"event": "x", "between": ["b", "end"]} | limit for limit in ({"for": "1s"}, {"for": "3s"}, {})]
    stages = [{"name": name, "event": name} for name in "ab"]
    for exclude, settling in ((rules, 3_000_000), (rules[2:], 0), ([], 0)):
        asked = plan_of(funnel_from_mapping({"stages": stages, "exclude": exclude}))
        assert (asked.settling, asked.takes_back) == (settling, bool(exclude))
