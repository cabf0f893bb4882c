"""From the events of some entities to their journeys, and all that is to be known of each: read `find_journeys` first.

The earliest events are the journeys of most entities; the exact search is for the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import polars as pl

from growthctl.clock import NEVER, TimeRange
from growthctl.events.column_names import ENTITY, SESSION, STAGES
from growthctl.kernel.journeys import Journeys, deepest_first, reached_of
from growthctl.kernel.passed_stages import with_passed
from growthctl.kernel.plan import Plan, times
from growthctl.kernel.search.entries import EntryScope, entities_entering, held_events
from growthctl.kernel.search.exact_search import JourneySearch, names_in
from growthctl.kernel.search.fast_path import EarliestEvents, applies_to, earliest_events
from growthctl.kernel.segment_values import NOWHERE, of_rows, rows_at, segment_of, segment_of_rows, values_at
from growthctl.kernel.sorted_events import Events, Order
from growthctl.kernel.tally.anomalies import out_of_order, repeats
from growthctl.kernel.tally.stage_events import StageEvents
from growthctl.kernel.threads import workers
from growthctl.stats.arrays import Ints


class JourneyRequest(NamedTuple):
    """Which journeys are wanted, and what is to be known of each besides its times."""

    entries: EntryScope
    """The entries that may start attempts."""
    splits: tuple[tuple[str, ...], ...] = ()
    """The properties of each split into segments."""
    attribution: str | int = 0
    """The event of a journey that says its segment: see `segment_values.segment_of`."""
    value: tuple[str, int] | None = None
    """A property, and the stage whose event has it."""
    flows: tuple[TimeRange, ...] = ()
    """Ranges inside that of the entries for which to count who enters in them, see `JourneySet.flows`."""

    @property
    def properties(self) -> list[str]:
        """What is read of these events."""
        valued = [] if self.value is None else [self.value[0]]
        return list(dict.fromkeys([*valued, *(name for split in self.splits for name in split)]))

    def looked_at(self, plan: Plan) -> tuple[int, ...]:
        """The stages of whose events properties are read."""
        stages = [] if self.value is None else [self.value[1]]
        if self.splits:
            stages += range(plan.stages) if isinstance(self.attribution, str) else [self.attribution]
        return tuple(stages)


@dataclass(frozen=True)
class JourneySet:
    """The journeys of some entities, in no order, and what was noticed on the way; sets of other entities add up."""

    journeys: tuple[Journeys, ...]
    """In parts."""
    segments: tuple[tuple[pl.DataFrame, ...], ...]
    """For each split, part by part, what `segment_values.segment_of` gives."""
    values: pl.Series | None
    """The property that is asked for, of the journeys that have its stage."""
    excluded: tuple[int, ...]
    """For each stage, the journeys that an exclusion keeps from it."""
    out_of_order: tuple[int, ...]
    """For each stage, the journeys without it that have an event of it too early; see `anomalies.out_of_order`."""
    early: tuple[Ints, ...]
    """For each stage how much too early (µs), where that is a matter of clocks."""
    written: StageEvents
    """When the events of each stage were written."""
    entities: int = 0
    """How many have an event of a stage."""
    events: int = 0
    """Of stages."""
    repeated: int = 0
    """Of these events; see `anomalies.repeats`."""
    flows: tuple[int, ...] = ()
    """How many journeys there would be in each range that is asked for, if only its entries counted; of attempts, how
    many start there.
    """

    @classmethod
    def nobody(cls, plan: Plan, request: JourneyRequest) -> JourneySet:
        """No journeys at all: what a sum begins with."""
        nobody = _nobody_astray((), ((),) * len(request.splits), None, plan)
        return replace(nobody, flows=(0,) * len(request.flows))

    @classmethod
    def total(cls, sets: Iterable[JourneySet], plan: Plan, request: JourneyRequest) -> JourneySet:
        """The sum of several sets, or of none."""
        return _joined([cls.nobody(plan, request), *sets])

    def __add__(self, other: JourneySet) -> JourneySet:
        return _joined([self, other])


def _joined(sets: list[JourneySet]) -> JourneySet:
    values = [part.values for part in sets if part.values is not None]
    return JourneySet(
        journeys=tuple(journeys for part in sets for journeys in part.journeys),
        segments=tuple(sum(split, ()) for split in zip(*(part.segments for part in sets), strict=True)),
        values=pl.concat(values) if values else None,
        excluded=_sums(part.excluded for part in sets),
        out_of_order=_sums(part.out_of_order for part in sets),
        early=tuple(np.concatenate(gaps) for gaps in zip(*(part.early for part in sets), strict=True)),
        written=StageEvents.total([part.written for part in sets]),
        entities=sum(part.entities for part in sets),
        events=sum(part.events for part in sets),
        repeated=sum(part.repeated for part in sets),
        flows=_sums(part.flows for part in sets),
    )


def find_journeys(part: pl.DataFrame, plan: Plan, request: JourneyRequest) -> JourneySet:
    """The journeys of the entities of `part`, a frame of events that holds all of each of them.

    Raises SharedNumberError where CHECK says that two of them have one number.
    """
    return JourneySet.total((journeys for journeys, _ in journeys_by_chunk(part, plan, request)), plan, request)


def journeys_by_chunk(part: pl.DataFrame, plan: Plan, request: JourneyRequest) -> Iterator[tuple[JourneySet, int]]:
    """The same, chunk after chunk, with the events of each; several are worked on at a time, on all processors.

    Chunks share no entity; there is one at least.
    """
    part = part.with_columns(part[name].rechunk() for name in request.properties)
    # An entity may have sessions of the log in several chunks: those of the whole part are counted with the first.
    entities = part.filter(pl.col(STAGES) > 0)[ENTITY].n_unique() if SESSION in part.columns else None
    order = Order.of(part, plan)
    chunks = list(order.chunks())

    def of_chunk(number: int) -> JourneySet:
        journeys = _of_chunk(order, chunks[number], request)
        return journeys if entities is None else replace(journeys, entities=0 if number else entities)

    for journeys, (begin, end) in zip(workers().map(of_chunk, range(len(chunks))), chunks, strict=True):
        yield journeys, end - begin


def _of_chunk(order: Order, chunk: tuple[int, int], request: JourneyRequest) -> JourneySet:
    """What the earliest events say of a chunk, and what the search finds for the others."""
    plan, events = order.plan, order.events(*chunk)
    entities, noticed, again = events.people, int(np.count_nonzero(events.stages)), repeats(events)
    written = StageEvents.of(events, again, plan)
    if plan.skipped == "passed":
        events = with_passed(events, order.frame, plan)
    all_events = events
    sets = []
    if applies_to(plan):
        earliest = earliest_events(events, plan, request.entries, request.looked_at(plan))
        sets.append(_of_fast_path(earliest, events, order.frame, plan, request))
        events = events.of(earliest.entered & ~earliest.settled)
    if not sets or events.entities:
        sets += _searched(events, order.frame, plan, request)
    flows = tuple(_flow(span, order, chunk, all_events, sets) for span in request.flows)
    return replace(_joined(sets), entities=entities, events=noticed, repeated=len(again), written=written, flows=flows)


def _flow(span: TimeRange, order: Order, chunk: tuple[int, int], events: Events, sets: Sequence[JourneySet]) -> int:
    """How many enter in a range. Only an exclusion that drops needs a search to know it."""
    plan = order.plan
    if plan.count == "attempts":
        starts = (journeys.time[0] for part in sets for journeys in part.journeys)
        return sum(int(np.count_nonzero((start >= span.since) & (start < span.until))) for start in starts)
    if any(rule.drop for rule in plan.exclusions):
        return sum(reached_of(_of_chunk(order, chunk, JourneyRequest(EntryScope(span))).journeys)[:1])
    return entities_entering(events, held_events(events, order.frame, plan), plan, EntryScope(span))


def _of_fast_path(
    earliest: EarliestEvents, events: Events, source: pl.DataFrame, plan: Plan, request: JourneyRequest
) -> JourneySet:
    depth = sum((earliest.time[stage] != NEVER).astype(np.uint8) for stage in plan.required)
    entity = np.flatnonzero(earliest.settled)
    entity = entity[deepest_first(depth[entity])]
    # `take` is faster than an index here.
    time, depth = earliest.time.take(entity, axis=1), depth[entity]
    if request.entries.period is not None:
        group = request.entries.period_of(time[0])
    else:
        group = time[0] if plan.count == "attempts" else np.broadcast_to(np.int64(0), len(entity))
    row_of_entity = events.row[events.start[entity]]
    session = None if events.session is None else events.session[entity]
    journeys = Journeys(names_in(source, plan), row_of_entity, session, group, depth, time[0], time)
    row = {
        stage: np.where(time[stage] == NEVER, NOWHERE, events.row[earliest.at[stage][entity]])
        for stage in request.looked_at(plan)
    }
    return _with_rows(journeys, row, source, plan, request)


def _searched(events: Events, source: pl.DataFrame, plan: Plan, request: JourneyRequest) -> list[JourneySet]:
    search = JourneySearch.of(events, source, plan, request.entries)
    attempts = search.best_attempts()
    attempts = attempts.only(deepest_first(attempts.depth))
    entity = search.entity(attempts)
    row, crowded = rows_at(events, entity, attempts.time, request.looked_at(plan), plan)
    # What was taken back was in order, and so is what followed it.
    written = search.keeping_all().best_attempts() if plan.takes_back else attempts
    astray, early = out_of_order(search.entity(written), written.time, events.own, plan)
    journeys = search.journeys(attempts.only(~crowded))
    alone = _with_rows(journeys, {stage: rows[~crowded] for stage, rows in row.items()}, source, plan, request)
    sets = [replace(alone, excluded=tuple(search.excluded(attempts)), out_of_order=tuple(astray), early=tuple(early))]
    if crowded.any():
        sets.append(_looked_up(search.journeys(attempts.only(crowded)), source, plan, request, events))
    return sets


def _with_rows(
    journeys: Journeys, row: Mapping[int, Ints], source: pl.DataFrame, plan: Plan, request: JourneyRequest
) -> JourneySet:
    """Journeys with their segments and values; `row`: of `source`, the ones at the stages that are looked at."""
    segments = tuple((segment_of_rows(source, row, split, request.attribution),) for split in request.splits)
    values = None
    if request.value is not None:
        name, stage = request.value
        values = of_rows(source, row[stage][row[stage] != NOWHERE], [name])[name]
    return _nobody_astray((journeys,), segments, values, plan)


def _looked_up(
    journeys: Journeys, source: pl.DataFrame, plan: Plan, request: JourneyRequest, events: Events
) -> JourneySet:
    """The same of journeys with several rows at a stage."""
    frame, values = journeys.frame, None
    rows = source[events.row].with_columns(pl.Series(STAGES, events.stages))
    if request.value is not None:
        name, stage = request.value
        having = frame.filter(pl.col(times([stage])[0]).is_not_null())
        values = values_at(having, rows, plan, [name], stage)[name]
    segments = tuple((segment_of(frame, rows, plan, split, request.attribution),) for split in request.splits)
    return _nobody_astray((journeys,), segments, values, plan)


def _nobody_astray(
    journeys: tuple[Journeys, ...], segments: tuple[tuple[pl.DataFrame, ...], ...], values: pl.Series | None, plan: Plan
) -> JourneySet:
    nobody = (0,) * plan.stages
    return JourneySet(
        journeys,
        segments,
        values,
        nobody,
        nobody,
        (np.empty(0, np.int64),) * plan.stages,
        StageEvents.nothing(plan.stages),
    )


def _sums(counts: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*counts, strict=True)))
