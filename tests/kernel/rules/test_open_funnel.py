"""Open funnels against the plain-Python reference on random logs: the journeys, and everything that is counted of them.

More logs by hand: ./dev run python -m tests.kernel.rules.test_open_funnel FIRST_SEED LAST_SEED
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import zip_longest
from statistics import mean

import polars as pl
import pytest

from growthctl.clock import TimeRange
from growthctl.events.column_names import DEPTH, ENTITY, EXCLUDED, FIRST_ENTRY, GROUP, STAGES, TIME
from growthctl.kernel.journeys import Journeys, frame_of
from growthctl.kernel.plan import times
from growthctl.kernel.ripeness import mark_ripe, ripeness_of
from growthctl.kernel.search.entries import EntryScope
from growthctl.kernel.search.exact_search import search_journeys
from growthctl.kernel.search.find_journeys import JourneyRequest, JourneySet
from growthctl.kernel.segment_values import ENTRY, MISSING, Segments
from growthctl.kernel.tally.day_cohorts import Calendar, DayCohorts
from growthctl.kernel.tally.risk_table import risk_tables
from growthctl.kernel.tally.segment_counts import by_segment, median_ripe_entries
from growthctl.kernel.tally.stage_counts import Counts, FunnelTally
from growthctl.kernel.tally.stage_series import hourly
from growthctl.kernel.tally.sums import total
from tests import oracle
from tests.kernel.search.test_find_journeys import by_period, halves, of_parts
from tests.kernel.search.test_random_logs import (
    SECOND,
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
    rules = replace(rules, entry="any_stage", skipped="missing", exclusions=stopping, taken_back=())
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
    expected, kept = {}, [0] * rules.stages
    for entity, (best, first) in journeys_of(log, rules).items():
        expected[entity] = (best.depth, micros(first), *(micros(moment) for moment in best.times))
        free = oracle.journey(log[entity], replace(rules, exclusions=()))
        assert free is not None
        stage = oracle.kept_from(best, free, rules)
        if stage is not None:
            kept[stage] += 1
    assert {row[0]: row[1:] for row in frame_of(found.journeys).select(columns).iter_rows()} == expected
    assert list(found.excluded) == kept
    assert not any(found.out_of_order)
    check_counts(found, log, rules)


def journeys_of(log: Log, rules: Rules) -> dict[str, tuple[oracle.Journey, int]]:
    """With the first possible entry of each."""
    return {
        entity: (best, min(entry.time for entry in oracle.entries(events, rules)))
        for entity, events in log.items()
        if (best := oracle.journey(events, rules))
    }


def check_counts(found: JourneySet, log: Log, rules: Rules) -> None:
    """What is counted of each stage, one journey after the other."""
    as_of = 12
    ripeness = ripeness_of(found.journeys, plan(rules), as_of * SECOND)
    parts = [mark_ripe(part, ripeness) for part in found.journeys]
    counts = total(partial(FunnelTally.of, ripeness=ripeness), parts).counts(ripeness)
    journeys = list(journeys_of(log, rules).values())
    limits = oracle.limits([best for best, _ in journeys], rules, as_of)
    check_other_tallies(parts, counts, as_of * SECOND)
    by_entry = counts.by_entry
    assert by_entry is not None
    for k, counted in enumerate(counts.stages):
        having = [(best, first) for best, first in journeys if best.times[k] is not None]
        starting = [best for best, _ in having if oracle.entered_at(best) == k]
        from_first = [best for best, _ in having if oracle.entered_at(best) == 0]
        assert (counted.reached, by_entry.reached[k, k]) == (len(having), len(starting))
        assert by_entry.reached[0, k] == len(from_first)
        if not k:
            continue
        before = [each for each in journeys if each[0].times[oracle.anchor(k, rules)] is not None]
        through = [each for each in before if each[0].times[k] is not None]
        ripe = [oracle.is_ripe(best, first, k, limits[k], rules, as_of) for best, first in before]
        came = [best.times[k] is not None for best, _ in before]
        assert (counted.through, counted.before) == (len(having) - len(starting), len(before))
        assert (counted.ripe_before, counted.ripe) == (sum(ripe), sum(map(min, ripe, came)))
        assert counted.dropped == len(before) - len(through)
        assert counted.open == sum(not is_ripe and not went_on for is_ripe, went_on in zip(ripe, came, strict=True))
        for durations, start in ((counted.from_previous, oracle.anchor(k, rules)), (counted.from_entry, None)):
            took = [
                (best.times[k] or 0) - (best.times[oracle.entered_at(best) if start is None else start] or 0)
                for best, _ in through
            ]
            assert (durations.mean if durations else None) == (pytest.approx(mean(took)) if took else None)


def check_other_tallies(parts: Sequence[Journeys], counts: Counts, as_of: int) -> None:
    """Segments, days, hours and risk tables count the same as the stages do."""
    ripeness, stages = counts.ripeness, counts.stages
    plan, required = ripeness.plan, ripeness.plan.required
    schema = {"all": pl.Int64, MISSING: pl.Boolean}
    one = Segments.of([pl.DataFrame([(0, False)] * len(part), schema, orient="row") for part in parts])
    for segment in by_segment(parts, plan, one, median_ripe_entries(parts)) if sum(map(len, parts)) else ():
        assert segment.reached == tuple(stage.reached for stage in stages)
        assert segment.through == tuple(stage.through for stage in stages)
        assert segment.ripe[1:] == tuple((stage.ripe_before, stage.ripe) for stage in stages[1:])
    calendar = Calendar.of(parts, "UTC", as_of)
    days = total(partial(DayCohorts.of, ripeness=ripeness, calendar=calendar), parts).counts.sum(axis=2)
    assert days.tolist() == [[stages[k].ripe_before, stages[k].ripe] for k in required[1:]]
    hours = hourly(parts, counts, 0)
    for position, (stage, following) in enumerate(zip_longest(required, required[1:])):
        rows = hours[hours[:, 1] == position]
        went_on = stages[following].through if following is not None else 0
        assert rows[:, [2, 4]].sum(axis=0).tolist() == [stages[stage].reached, went_on]
    tally = total(partial(FunnelTally.of, ripeness=ripeness), parts)
    for stage, table in zip(stages, risk_tables(tally, ripeness), strict=True):
        if table is not None:
            assert (table.entered, sum(table.converted)) == (stage.before, stage.through)
            assert sum(table.censored) == stage.open


@pytest.mark.parametrize("seed", range(60))
def test_engine_and_reference_agree_on_every_entity_of_a_random_log(seed: int) -> None:
    check(seed)


@pytest.mark.parametrize("seed", range(30))
def test_a_journey_has_the_value_of_the_event_with_which_it_starts(seed: int) -> None:
    log, rules = random_open(seed)
    rng = random.Random(seed)
    events = frame(log).filter(pl.col(STAGES) > 0)
    events = events.with_columns(pl.Series("device", rng.choices(["a", "b", None], k=events.height)))
    request = JourneyRequest(EntryScope(entered_in(rules)), (("device",),), ENTRY)
    found = of_parts(halves(events), plan(rules), request)
    journeys = frame_of(found.journeys)
    names = times(range(rules.stages))
    rows = events.select(ENTITY, TIME, STAGES, "held", "device").rows()
    expected = []
    for journey in journeys.iter_rows(named=True):
        stage = next(k for k, name in enumerate(names) if journey[name] is not None)
        values = [
            device
            for entity, time, stages, held, device in rows
            if (entity, time) == (journey[ENTITY], journey[names[stage]])
            and stages >> stage & 1
            and (not rules.hold or held == journey["held"])
        ]
        expected.append((min((value for value in values if value is not None), default=None), False))
    assert pl.concat(found.segments[0]).rows() == expected


@pytest.mark.parametrize("seed", range(30))
def test_each_period_has_the_journeys_of_the_entries_inside_it(seed: int) -> None:
    log, rules = random_open(seed)
    rules = replace(rules, since=None, until=None)
    events = frame(log).filter((pl.col(STAGES) > 0) | (pl.col(EXCLUDED) > 0))
    found = frame_of(of_parts(halves(events), plan(rules), JourneyRequest(by_period(4))).journeys)
    expected = {
        (entity, start * SECOND): tuple(micros(time) for time in best.times)
        for start in range(0, 21, 4)
        for entity, (best, _) in journeys_of(log, replace(rules, since=start, until=start + 4)).items()
    }
    rows = found.select(ENTITY, GROUP, *times(range(rules.stages))).rows()
    assert {(entity, group): tuple(moments) for entity, group, *moments in rows} == expected


def test_the_flows_say_who_reaches_each_stage_of_each_range() -> None:
    log, rules = random_open(3)
    events = frame(log).filter((pl.col(STAGES) > 0) | (pl.col(EXCLUDED) > 0))
    spans = (TimeRange(0, 3 * SECOND), TimeRange())
    found = of_parts(halves(events), plan(rules), JourneyRequest(EntryScope(), flows=spans))
    for span, flow in zip(((0, 3), (None, None)), found.flows, strict=True):
        journeys = journeys_of(log, replace(rules, since=span[0], until=span[1])).values()
        required = [k for k in range(rules.stages) if k not in rules.optional]
        assert flow == tuple(sum(best.times[k] is not None for best, _ in journeys) for k in required)


@pytest.mark.parametrize("seed", range(20))
def test_row_order_and_other_entities_change_nothing(seed: int) -> None:
    log, rules = random_open(seed)
    events = frame(log)
    shuffled = events.sample(fraction=1, shuffle=True, seed=seed)
    found = search_journeys(events, plan(rules), EntryScope()).frame
    assert found.equals(search_journeys(shuffled, plan(rules), EntryScope()).frame)
    some = {entity: own for entity, own in log.items() if int(entity[1:]) % 3}
    alone = search_journeys(frame(some), plan(rules), EntryScope()).frame
    assert alone.equals(found.filter(pl.col(ENTITY).is_in(list(some))))


if __name__ == "__main__":
    for number in range(int(sys.argv[1]), int(sys.argv[2])):
        check(number)
    print(f"{USERS} entities in each of {int(sys.argv[2]) - int(sys.argv[1])} seeds: no disagreement")  # noqa: T201
