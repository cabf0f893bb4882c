"""Events in the order of entity and time, as arrays: what is searched for journeys.

Sorting is cheap where it sorts plain numbers: the number of an entity and that of a row share 64 bits, the entity in
the upper ones. Where the log is in the order of time, that is all; else each entity's events are sorted once more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from growthctl.clock import NEVER
from growthctl.events.column_names import CHECK, ENTITY, EXCLUDED, NAMED, ORDER, SESSION, STAGES, TIME
from growthctl.kernel.event_times import Bits, begins, rank_in_run
from growthctl.kernel.plan import Plan
from growthctl.kernel.threads import workers
from growthctl.stats.arrays import Bools, Ints

SortKeys = npt.NDArray[np.uint64]
EVENTS_PER_CHUNK = 250_000
"""About as many as the caches of a processor hold."""


class SharedNumberError(Exception):
    """Two entities are one number."""


class Events(NamedTuple):
    """The events of some entities, in the order of entity and time; in strict order tied ones as in the log. Arrays are
    of shape (events,) unless they say otherwise.
    """

    row: Ints
    """That of a frame."""
    entity: Ints
    """From 0, without gaps."""
    time: Ints
    """µs since the epoch."""
    stages: Bits
    """A bit set."""
    excluded: Bits
    """A bit set."""
    start: Ints
    """(entities + 1,): where the events of each entity start."""
    session: Ints | None = None
    """(entities,): the numbers of sessions by gap, which are entities here."""
    passed: Bools | None = None
    """Which ones no row is, but a stage that was passed; see `passed_stages`."""

    @property
    def own(self) -> Events:
        """Without stages that were passed."""
        return self if self.passed is None else self.only(~self.passed)

    @property
    def entities(self) -> int:
        """How many there are."""
        return len(self.start) - 1

    @property
    def people(self) -> int:
        """How many of them have an event of a stage; all sessions of one are one."""
        having = self.entity if self.stages.all() else self.entity[self.stages > 0]
        if self.session is not None:
            having = np.cumsum(self.session == 1)[having]
        return int(np.count_nonzero(begins(having)))

    def of(self, chosen: Bools) -> Events:
        """The events of the `chosen` entities, which are numbered anew."""
        sizes = np.diff(self.start)[chosen]
        at = rank_in_run(self.start[:-1][chosen], sizes)
        return Events(
            self.row[at],
            np.repeat(np.arange(len(sizes)), sizes),
            self.time[at],
            self.stages[at],
            self.excluded[at],
            _starts(sizes),
            None if self.session is None else self.session[chosen],
            None if self.passed is None else self.passed[at],
        )

    def only(self, chosen: Bools) -> Events:
        """Some events of the same entities."""
        start = np.searchsorted(np.flatnonzero(chosen), self.start)
        return Events(
            self.row[chosen],
            self.entity[chosen],
            self.time[chosen],
            self.stages[chosen],
            self.excluded[chosen],
            start,
            self.session,
            None if self.passed is None else self.passed[chosen],
        )


def joined(parts: list[Events]) -> Events:
    """The events of one or more parts, which share no entity, as one."""
    if len(parts) == 1:
        return parts[0]
    offsets = np.cumsum([0, *(part.entities for part in parts)])
    sizes = np.concatenate([np.diff(part.start) for part in parts])
    sessions = [part.session for part in parts if part.session is not None]
    return Events(
        np.concatenate([part.row for part in parts]),
        np.concatenate([part.entity + offset for part, offset in zip(parts, offsets[:-1], strict=True)]),
        np.concatenate([part.time for part in parts]),
        np.concatenate([part.stages for part in parts]),
        np.concatenate([part.excluded for part in parts]),
        _starts(sizes),
        np.concatenate(sessions) if sessions else None,
    )


class Order(NamedTuple):
    """The order of a frame of events (see `stage_flags.matched_events`): chunk by chunk they become Events."""

    frame: pl.DataFrame
    plan: Plan
    records: npt.NDArray[np.void]
    """What is known of each row, side by side, so that one look finds it all."""
    key: SortKeys
    """Sorted: the upper bits of an entity's number and, in the lower `bits`, its row."""
    bits: np.uint64

    @classmethod
    def of(cls, frame: pl.DataFrame, plan: Plan) -> Order:
        """The order of `frame`."""
        records, key = workers().submit(_records, frame), workers().submit(_keys, frame)
        return cls(frame, plan, records.result(), key.result(), np.uint64(_bits(frame)))

    def chunks(self) -> Iterator[tuple[int, int]]:
        """Ranges of events that hold all events of their entities; of nothing one that is empty."""
        begin, total = 0, len(self.key)
        if not total:
            yield 0, 0
        while begin < total:
            end = min(begin + EVENTS_PER_CHUNK, total)
            last = self.key[end - 1] | ((np.uint64(1) << self.bits) - np.uint64(1))
            end = int(np.searchsorted(self.key, last, side="right"))
            yield begin, end
            begin = end

    def events(self, begin: int, end: int) -> Events:
        """The events of a chunk. Raises SharedNumberError where CHECK says that two entities have one number."""
        key = self.key[begin:end]
        row = (key & ((np.uint64(1) << self.bits) - np.uint64(1))).view(np.int64)
        starts = begins(key >> self.bits)
        records = self.records[row]
        if CHECK in self.frame.columns and (~starts & begins(records[CHECK])).any():
            row, starts = self._told_apart(row, starts)
            records = self.records[row]
        time = np.ascontiguousarray(records[TIME])
        later = self._by_time(time, records, starts)
        if later is not None:
            row, records, time = row[later], records[later], time[later]
        stages = np.ascontiguousarray(records[STAGES])
        session = None
        if self.plan.first_ever:
            stages = self._first_ever(records[NAMED], starts, time, stages)
        if self.plan.gap is not None and SESSION not in self.frame.columns:
            person = np.flatnonzero(starts)
            starts = starts | (np.diff(time, prepend=time[:1]) > self.plan.gap)
            session = _session_numbers(starts, person)
        no_exclusions = np.broadcast_to(np.uint8(0), len(row))
        excluded = np.ascontiguousarray(records[EXCLUDED]) if self.plan.exclusions else no_exclusions
        start = np.append(np.flatnonzero(starts), len(row))
        entity = np.repeat(np.arange(len(start) - 1), np.diff(start))
        events = Events(row, entity, time, stages, excluded, start, session)
        if self.plan.order == "strict":
            return events
        of_use = stages | excluded > 0
        return events if of_use.all() else events.only(of_use)

    def _by_time(self, time: Ints, records: npt.NDArray[np.void], starts: Bools) -> Ints | None:
        """The order of time within each entity, tied events as in the log; None where they are in it."""
        keys = [time, *(np.ascontiguousarray(records[name]) for name in (ORDER,) if name in self.frame.columns)]
        sooner = keys[0][1:] < keys[0][:-1]
        for before, key in pairwise(keys):
            sooner |= (before[1:] == before[:-1]) & (key[1:] < key[:-1])
        if not (sooner & ~starts[1:]).any():
            return None
        entity, time = np.cumsum(starts), keys[0] - keys[0].min()
        span = int(time.max()) + 1
        if len(keys) > 1 or int(entity[-1]) * span >= NEVER:
            return np.lexsort((*reversed(keys), entity))
        # One number is sorted much faster than two.
        return np.argsort(entity * span + time, kind="stable")

    def _told_apart(self, row: Ints, starts: Bools) -> tuple[Ints, Bools]:
        """The order, and where another entity begins, where the numbers of some differ in the lower bits only."""
        number, check = _numbers(self.frame), self.records[CHECK]
        key = np.cumsum(starts)
        among = np.isin(key, key[~starts & begins(check[row])])
        crowd = row[among]
        row[among] = crowd[np.argsort(number[crowd], kind="stable")]
        starts[among] |= begins(number[row[among]])
        if (~starts & begins(check[row])).any():
            raise SharedNumberError
        return row, starts

    def _first_ever(self, named: Bits, starts: Bools, time: Ints, stages: Bits) -> Bits:
        """`stages` without those that only the first event of a name may fill, where it is another."""
        entity = np.cumsum(starts) - 1
        for stage in self.plan.first_ever:
            named_so = np.flatnonzero(named & (1 << stage) > 0)
            first = begins(entity[named_so])
            late = named_so[
                time[named_so]
                > np.repeat(time[named_so[first]], np.diff(np.append(np.flatnonzero(first), len(named_so))))
            ]
            stages[late] &= ~stages.dtype.type(1 << stage)
        return stages


def all_events(frame: pl.DataFrame, plan: Plan) -> Events:
    """Those of a whole `frame`, also the ones that match nothing."""
    order = Order.of(frame, replace(plan, order="strict", exclusions=()))
    return joined([order.events(*chunk) for chunk in order.chunks()])


def completed(frame: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """`frame` with SESSION and STAGES as Events have them, for whoever looks at the rows themselves."""
    by_gap = plan.gap is not None and SESSION not in frame.columns
    if frame.is_empty() or not (by_gap or plan.first_ever):
        return frame.with_columns(pl.lit(1, pl.Int64).alias(SESSION)) if by_gap else frame
    events = all_events(frame, plan)
    columns = [pl.Series(STAGES, _scattered(events.stages, events.row))]
    if events.session is not None:
        columns.append(pl.Series(SESSION, _scattered(events.session[events.entity], events.row)))
    return frame.with_columns(columns)


def _scattered(values: npt.NDArray[np.generic], row: Ints) -> npt.NDArray[np.generic]:
    by_row = np.empty_like(values)
    by_row[row] = values
    return by_row


def _records(frame: pl.DataFrame) -> npt.NDArray[np.void]:
    columns = [frame[name] for name in (TIME, CHECK, STAGES, EXCLUDED, NAMED, ORDER) if name in frame.columns]
    fields = [(column.name, column.clear().to_numpy().dtype) for column in columns]
    records = np.empty(frame.height, np.dtype(fields, align=True))
    for column in columns:
        _copy(column, records[column.name])
    return records


def _copy(column: pl.Series, into: npt.NDArray[np.generic]) -> None:
    """Piece by piece, so that a column in several pieces is not in memory twice."""
    begin = 0
    for piece in column.get_chunks():
        into[begin : begin + piece.len()] = piece.to_numpy()
        begin += piece.len()


def _keys(frame: pl.DataFrame) -> SortKeys:
    """See `Order.key`."""
    key = _numbers(frame)
    upper = ~np.uint64((1 << _bits(frame)) - 1)
    for begin in range(0, len(key), EVENTS_PER_CHUNK):
        piece = key[begin : begin + EVENTS_PER_CHUNK]
        piece &= upper
        piece |= np.arange(begin, begin + len(piece), dtype=np.uint64)
    key.sort()
    return key


def _numbers(frame: pl.DataFrame) -> SortKeys:
    """A number for each entity, or pair of entity and session, by row; it differs from others in the upper bits.

    Where entities are numbers made of their names that is very likely, else certain, and in the order of the names.
    """
    keys = [name for name in (ENTITY, SESSION) if name in frame.columns]
    if CHECK in frame.columns:
        number = np.empty(frame.height, np.uint64)
        _copy(frame[ENTITY] if len(keys) == 1 else frame.select(pl.struct(keys).hash()).to_series(), number)
        return number
    names = frame.select(keys).unique().sort(keys).with_row_index("#number")
    rank = frame.select(keys).join(names, on=keys, how="left", maintain_order="left")["#number"]
    return rank.to_numpy().astype(np.uint64) << np.uint64(_bits(frame))


def _bits(frame: pl.DataFrame) -> int:
    """How many the number of a row needs."""
    return max(1, frame.height.bit_length())


def _session_numbers(starts: Bools, person: Ints) -> Ints:
    """From 1 for each person, of whose events the first ones are at `person`."""
    session = np.flatnonzero(starts)
    first = np.searchsorted(session, person)
    sizes = np.diff(np.append(first, len(session)))
    return np.arange(len(session)) - np.repeat(first, sizes) + 1


def _starts(sizes: Ints) -> Ints:
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
