"""From the events of some entities to their journeys, and all that is asked about each: read `journeys` first.

The minima settle most entities; the exact search is for the others. Chunks of entities are worked on side by side.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import NamedTuple

import numpy as np
import polars as pl

from growthctl.clock import NEVER
from growthctl.events.column_names import ENTITY, SESSION, STAGES
from growthctl.events.progress import Progress, tell
from growthctl.kernel.journeys import Journeys, deepest_first
from growthctl.kernel.plan import Plan, times
from growthctl.kernel.search.entries import EntryScope
from growthctl.kernel.search.exact_search import Search, names_in
from growthctl.kernel.search.fast_path import Minima, covers, minima
from growthctl.kernel.segment_values import NOWHERE, of_rows, rows_at, segment_of, segment_of_rows, values_at
from growthctl.kernel.sorted_events import Events, Order
from growthctl.kernel.tally.anomalies import repeated
from growthctl.kernel.tally.out_of_order import out_of_order
from growthctl.kernel.threads import workers
from growthctl.stats.arrays import Ints


class Question(NamedTuple):
    """What is asked about each journey besides its times.

    `splits`: the properties of each split; `attribution`: see `segments.segment_of`; `value`: a property of the event
    at a stage.
    """

    entries: EntryScope
    splits: tuple[tuple[str, ...], ...] = ()
    attribution: str | int = 0
    value: tuple[str, int] | None = None

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


class Settled(NamedTuple):
    """The journeys of some entities, in no order, and per stage who is astray.

    In parts: `journeys`, and for each split their `segments`, as `segments.segment_of` gives them. Of all: `values`,
    the property of the journeys that have the stage; `early` (µs) as `out_of_order.out_of_order` gives it.
    `entities`: how many have an event of a stage; `events` of stages, `repeated` of them: see `slips.repeated`.
    """

    journeys: tuple[Journeys, ...]
    segments: tuple[tuple[pl.DataFrame, ...], ...]
    values: pl.Series | None
    excluded: tuple[int, ...]
    out_of_order: tuple[int, ...]
    early: tuple[Ints, ...]
    entities: int = 0
    events: int = 0
    repeated: int = 0


def settle(parts: Iterable[pl.DataFrame], plan: Plan, question: Question, total: int | None = None) -> Settled:
    """The journeys of the entities of `parts`, frames of events (see `match.matched_events`), `total` in all.

    A part holds all events of its entities. Raises SharedNumberError where CHECK says that two of them have one number.
    """
    found, done = [], 0
    for part in parts:
        for events, settled in _of_part(part, plan, question):
            tell(Progress("events", done, total))
            found += settled
            done += events
    tell(Progress("events", done, total))
    values = [part.values for part in found if part.values is not None]
    return Settled(
        journeys=tuple(journeys for part in found for journeys in part.journeys),
        segments=tuple(sum(split, ()) for split in zip(*(part.segments for part in found), strict=True)),
        values=pl.concat(values) if values else None,
        excluded=_sums(part.excluded for part in found),
        out_of_order=_sums(part.out_of_order for part in found),
        early=tuple(np.concatenate(gaps) for gaps in zip(*(part.early for part in found), strict=True)),
        entities=sum(part.entities for part in found),
        events=sum(part.events for part in found),
        repeated=sum(part.repeated for part in found),
    )


def _of_part(source: pl.DataFrame, plan: Plan, question: Question) -> Iterator[tuple[int, list[Settled]]]:
    """Chunk by chunk how many events it has, and what they come to."""
    source = source.with_columns(source[name].rechunk() for name in question.properties)
    order = Order.of(source, plan)
    people = source.filter(pl.col(STAGES) > 0)[ENTITY].n_unique() if SESSION in source.columns else None
    chunks = list(order.chunks())
    for (begin, end), settled in zip(chunks, workers().map(partial(_of_chunk, order, question), chunks), strict=True):
        if people is not None:
            # Sessions of the log may lie in several chunks, so their entities are counted once for all.
            settled[0], people = settled[0]._replace(entities=people), 0
        yield end - begin, settled


def _of_chunk(order: Order, question: Question, chunk: tuple[int, int]) -> list[Settled]:
    """What the minima settle of a chunk, and what is found for the others."""
    events, plan, source = order.events(*chunk), order.plan, order.frame
    noticed, again = repeated(events)
    people = events.people
    settled = []
    if covers(plan):
        found = minima(events, plan, question.entries, question.looked_at(plan))
        settled.append(_of_minima(found, events, source, plan, question))
        events = events.of(found.entered & ~found.settled)
    if not settled or events.entities:
        settled += _searched(events, source, plan, question)
    return [settled[0]._replace(entities=people, events=noticed, repeated=again), *settled[1:]]


def _of_minima(found: Minima, events: Events, source: pl.DataFrame, plan: Plan, question: Question) -> Settled:
    depth = sum((found.time[stage] != NEVER).astype(np.uint8) for stage in plan.required)
    entity = np.flatnonzero(found.settled)
    entity = entity[deepest_first(depth[entity])]
    # `take` is faster than an index here.
    time, depth = found.time.take(entity, axis=1), depth[entity]
    if question.entries.period is not None:
        group = question.entries.period_of(time[0])
    else:
        group = time[0] if plan.count == "attempts" else np.broadcast_to(np.int64(0), len(entity))
    row_of_entity = events.row[events.start[entity]]
    session = None if events.session is None else events.session[entity]
    journeys = Journeys(names_in(source, plan), row_of_entity, session, group, depth, time[0], time)
    row = {
        stage: np.where(time[stage] == NEVER, NOWHERE, events.row[found.at[stage][entity]])
        for stage in question.looked_at(plan)
    }
    return _with_rows(journeys, row, source, plan, question)


def _searched(events: Events, source: pl.DataFrame, plan: Plan, question: Question) -> list[Settled]:
    search = Search.of(events, source, plan, question.entries)
    found = search.found()
    found = found.only(deepest_first(found.depth))
    entity = search.entity(found)
    row, crowded = rows_at(events, entity, found.time, question.looked_at(plan), plan)
    astray, early = out_of_order(entity, found.time, events, plan)
    journeys = search.journeys(found.only(~crowded))
    alone = _with_rows(journeys, {stage: rows[~crowded] for stage, rows in row.items()}, source, plan, question)
    settled = [alone._replace(excluded=tuple(search.excluded(found)), out_of_order=tuple(astray), early=tuple(early))]
    if crowded.any():
        settled.append(_looked_up(search.journeys(found.only(crowded)), source, plan, question, events))
    return settled


def _with_rows(
    journeys: Journeys, row: Mapping[int, Ints], source: pl.DataFrame, plan: Plan, question: Question
) -> Settled:
    """Journeys with their segments and values; `row`: of `source`, the ones at the stages that are looked at."""
    segments = tuple((segment_of_rows(source, row, split, question.attribution),) for split in question.splits)
    values = None
    if question.value is not None:
        name, stage = question.value
        values = of_rows(source, row[stage][row[stage] != NOWHERE], [name])[name]
    return _nobody_astray(journeys, segments, values, plan)


def _looked_up(journeys: Journeys, source: pl.DataFrame, plan: Plan, question: Question, events: Events) -> Settled:
    """The same of journeys with several rows at a stage."""
    frame, asked, values = journeys.frame, source[events.row], None
    if question.value is not None:
        name, stage = question.value
        having = frame.filter(pl.col(times([stage])[0]).is_not_null())
        values = values_at(having, asked, plan, [name], stage)[name]
    segments = tuple((segment_of(frame, asked, plan, split, question.attribution),) for split in question.splits)
    return _nobody_astray(journeys, segments, values, plan)


def _nobody_astray(
    journeys: Journeys, segments: tuple[tuple[pl.DataFrame], ...], values: pl.Series | None, plan: Plan
) -> Settled:
    nobody = (0,) * plan.stages
    return Settled((journeys,), segments, values, nobody, nobody, (np.empty(0, np.int64),) * plan.stages)


def _sums(counts: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*counts, strict=True)))
