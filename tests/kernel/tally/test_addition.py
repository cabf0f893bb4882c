"""Every count over journeys adds up: parts of a random log, split by entity at random and added in any order, give what
the whole log gives.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import reduce
from operator import add
from typing import Any

import numpy as np
import polars as pl
import pytest

from growthctl.clock import HOUR, WEEK, TimeRange
from growthctl.events.column_names import ENTITY, EVENT, NAMED, SIDE, STAGES, TIME
from growthctl.kernel.journeys import Journeys
from growthctl.kernel.plan import Plan
from growthctl.kernel.ripeness import Ripeness, mark_ripe, ripeness_of
from growthctl.kernel.search.entries import EntryScope
from growthctl.kernel.search.find_journeys import JourneyRequest, JourneySet, find_journeys
from growthctl.kernel.segment_values import MISSING, Segments
from growthctl.kernel.tally.day_cohorts import Calendar, DayCohorts
from growthctl.kernel.tally.declared_stages import DeclaredStages
from growthctl.kernel.tally.landmark import Landmark
from growthctl.kernel.tally.period_counts import PeriodCounts
from growthctl.kernel.tally.risk_table import risk_tables
from growthctl.kernel.tally.segment_counts import SegmentTally, median_ripe_entries
from growthctl.kernel.tally.side_counts import SideCounts
from growthctl.kernel.tally.stage_counts import FunnelTally
from growthctl.kernel.tally.stage_series import Groups, StageSeries
from growthctl.kernel.tally.sums import Tally, total
from growthctl.kernel.tally.weekdays import Weekdays
from tests.kernel.search.test_find_journeys import SPLITS, by_period
from tests.kernel.search.test_random_logs import frame, plan, random_log, random_rules

SEEDS = range(12)
STRETCH = WEEK // 10_000_000
"""The few seconds of a random log become weeks."""


def split_by_entity(events: pl.DataFrame, rng: random.Random) -> list[pl.DataFrame]:
    """In one to five parts, some of them perhaps empty."""
    parts = rng.randint(1, 5)
    entities = events[ENTITY].unique().sort()
    part = pl.DataFrame({ENTITY: entities, "part": [rng.randrange(parts) for _ in entities]})
    numbered = events.join(part, on=ENTITY, maintain_order="left")
    return [numbered.filter(pl.col("part") == number).drop("part") for number in range(parts)]


def random_events(rng: random.Random) -> tuple[Plan, pl.DataFrame]:
    """A random log of a funnel with two required stages or more, in every order."""
    rules = random_rules(rng)
    while rules.stages - len(rules.optional) < 2:
        rules = random_rules(rng)
    events = frame(random_log(rng, rules))
    values = {name: rng.choices(["a", "b", None], k=events.height) for name in ("device", "country")}
    return plan(rules), events.with_columns(pl.Series(name, texts, pl.Categorical) for name, texts in values.items())


class Parts:
    """The journeys of a random log as a whole, and in parts."""

    def __init__(self, seed: int, request: JourneyRequest) -> None:
        rng = random.Random(seed)
        self.rng, self.request = rng, request
        self.plan, self.events = random_events(rng)
        self.parts = split_by_entity(self.events, rng)
        self.sets = [find_journeys(part, self.plan, request) for part in self.parts]
        self.together = find_journeys(self.events, self.plan, request)
        as_of = int(self.events[TIME].max()) + rng.choice([0, 2_000_000])  # type: ignore[arg-type]
        self.ripeness = ripeness_of(self.together.journeys, self.plan, as_of)
        self.later = stretched_ripeness(self.ripeness)

    def journeys(self, found: JourneySet) -> list[Journeys]:
        """Marked, and each with stretched times, so that they lie weeks apart."""
        return [stretched(mark_ripe(part, self.ripeness)) for part in found.journeys]

    def in_any_order(self, tallies: Sequence[Any]) -> Any:
        shuffled = self.rng.sample(list(tallies), len(tallies))
        return reduce(add, shuffled)

    def adds_up(self, count: Callable[[Journeys], Tally], answer: Callable[[Any], object]) -> None:
        of_parts = [count(part) for found in self.sets for part in self.journeys(found)]
        expected = total(count, self.journeys(self.together))
        assert answer(self.in_any_order(of_parts)) == answer(expected)


def stretched_ripeness(ripeness: Ripeness) -> Ripeness:
    window = ripeness.plan.window
    plan = replace(ripeness.plan, window=None if window is None else window * STRETCH)
    limits = tuple(None if limit is None else limit * STRETCH for limit in ripeness.limits)
    return Ripeness(
        plan, ripeness.as_of * STRETCH, limits, tuple(end * STRETCH for end in ripeness.ends), ripeness.sources
    )


def stretched(journeys: Journeys) -> Journeys:
    never = journeys.time > 1 << 60
    return Journeys(
        names=journeys.names,
        row=journeys.row,
        session=journeys.session,
        group=journeys.group,
        depth=journeys.depth,
        first_entry=journeys.first_entry * STRETCH,
        time=np.where(never, journeys.time, journeys.time * np.where(never, 1, STRETCH)),
        ripe=journeys.ripe,
        filled=journeys.filled,
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_journeys_and_what_was_noticed_of_them_add_up(seed: int) -> None:
    parts = Parts(seed, JourneyRequest(by_period(5), SPLITS, value=("device", 0)))
    both = parts.in_any_order(parts.sets), parts.together
    first, second = (
        (
            found.excluded,
            found.out_of_order,
            [sorted(gaps.tolist()) for gaps in found.early],
            (found.entities, found.events, found.repeated),
            [] if found.values is None else sorted(found.values.cast(pl.String).fill_null("").to_list()),
            sorted(str(row) for part in found.journeys for row in part.frame.iter_rows()),
        )
        for found in both
    )
    assert first == second


@pytest.mark.parametrize("seed", SEEDS)
def test_who_enters_in_a_range_adds_up(seed: int) -> None:
    spans = (TimeRange(0, 3_000_000), TimeRange(3_000_000, 9_000_000))
    parts = Parts(seed, JourneyRequest(EntryScope(), flows=spans))
    assert parts.in_any_order(parts.sets).flows == parts.together.flows


@pytest.mark.parametrize("seed", SEEDS)
def test_stages_durations_and_risk_tables_add_up(seed: int) -> None:
    parts = Parts(seed, JourneyRequest(by_period(5)))
    ripeness = parts.later

    def answer(tally: FunnelTally) -> object:
        tables = risk_tables(tally, ripeness)
        return tally.counts(ripeness), [table and (list(table.converted), list(table.censored)) for table in tables]

    parts.adds_up(lambda part: FunnelTally.of(part, ripeness), answer)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_declared_stages_of_any_order_add_up(seed: int) -> None:
    parts = Parts(seed, JourneyRequest(by_period(5)))
    if parts.plan.order == "any":
        parts.adds_up(lambda part: DeclaredStages.of(part, parts.later), lambda counts: counts)


@pytest.mark.parametrize("seed", SEEDS)
def test_cohorts_of_days_add_up(seed: int) -> None:
    parts = Parts(seed, JourneyRequest(by_period(5)))
    calendar = Calendar.of(parts.journeys(parts.together), "Europe/Berlin", parts.later.as_of)
    parts.adds_up(lambda part: DayCohorts.of(part, parts.later, calendar), lambda days: days.counts.tolist())


@pytest.mark.parametrize("seed", SEEDS)
def test_periods_add_up(seed: int) -> None:
    parts = Parts(seed, JourneyRequest(by_period(5)))
    parts.adds_up(lambda part: PeriodCounts.of(part, parts.later.plan), lambda counts: counts)


@pytest.mark.parametrize("seed", SEEDS)
def test_weekdays_add_up(seed: int) -> None:
    parts = Parts(seed, JourneyRequest(by_period(5)))
    stage = parts.rng.randrange(parts.plan.stages)
    parts.adds_up(lambda part: Weekdays.of(part.time[stage], "Asia/Kathmandu"), lambda days: (days, days.days))


@pytest.mark.parametrize("seed", SEEDS)
def test_segments_and_their_days_add_up(seed: int) -> None:
    parts = Parts(seed, JourneyRequest(by_period(5), SPLITS))
    both = JourneySet.total(parts.sets, parts.plan, parts.request), parts.together
    answers = []
    for found in both:
        journeys = parts.journeys(found)
        halves = median_ripe_entries(journeys)
        counts = total(lambda part: FunnelTally.of(part, parts.later), journeys).counts(parts.later)
        splits = [Segments.of(values) for values in found.segments]
        tallies, series = [], []
        for number, part in enumerate(journeys):
            groups = [Groups(segments.numbers[number], len(segments.sizes)) for segments in splits]
            tallies.append([SegmentTally.of(part, parts.plan, *grouped, halves) for grouped in groups])
            series.append(StageSeries.of(part, groups, counts, HOUR, -HOUR))
        by_split = [parts.in_any_order(split) for split in zip(*tallies, strict=True)]
        together = parts.in_any_order(series)
        answers.append(
            [
                (tally.by_size(segments), [rows.tolist() for rows in together.by_group(split, len(segments.sizes))])
                for split, (tally, segments) in enumerate(zip(by_split, splits, strict=True))
            ]
        )
    assert answers[0] == answers[1]


@pytest.mark.parametrize("seed", SEEDS)
def test_both_sides_of_a_comparison_add_up(seed: int) -> None:
    parts = Parts(seed, JourneyRequest(by_period(5), SPLITS))

    def counts(found: JourneySet) -> list[SideCounts]:
        frames = []
        for part, values in zip(found.journeys, found.segments[2], strict=True):
            side = (part.frame[ENTITY].str.len_chars() % 2).cast(pl.Int64)
            frames.append(part.frame.with_columns(side.alias(SIDE)).hstack(values.drop(MISSING)))
        return [SideCounts.of(frame, parts.plan, ("device", "country")) for frame in frames]

    of_parts = parts.in_any_order([tally for found in parts.sets for tally in counts(found)])
    together = reduce(add, counts(parts.together))
    assert (of_parts.table, of_parts.both) == (together.table, together.both)
    assert list(of_parts.table) == list(together.table)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_people_do_on_their_way_adds_up(seed: int) -> None:
    parts = Parts(seed, JourneyRequest(by_period(100)))
    asked = parts.plan
    stage = asked.required[1]

    def landmark(found: JourneySet, events: pl.DataFrame) -> Landmark:
        named = events.with_columns(
            pl.col("device").cast(pl.String).alias(EVENT), pl.when(pl.col(STAGES) > 1).then(0).otherwise(1).alias(NAMED)
        )
        return Landmark.of(pl.concat([part.frame for part in found.journeys]), named, asked, stage, 1_000_000)

    of_parts = [landmark(found, events) for found, events in zip(parts.sets, parts.parts, strict=True)]
    assert parts.in_any_order(of_parts) == landmark(parts.together, parts.events)


def test_the_random_logs_are_of_all_kinds_of_funnels() -> None:
    plans = [random_events(random.Random(seed))[0] for seed in SEEDS]
    assert {plan.order for plan in plans} == {"sequential", "strict", "any"}
    assert {plan.give_up is None for plan in plans} == {True, False}
    assert {bool(plan.optional) for plan in plans} == {True, False}
