"""What the kernel finds: the journeys, as arrays for those who count them and as a frame for those who list them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

import numpy as np
import polars as pl

from growthctl.clock import NEVER
from growthctl.events.column_names import DEPTH, ENTITY, FIRST_ENTRY, GROUP, SESSION
from growthctl.kernel.event_times import Bits
from growthctl.kernel.plan import Plan, times
from growthctl.stats.arrays import Bools, Ints

Values = TypeVar("Values", Ints, Bools)


@dataclass(frozen=True)
class Journeys:
    """Journeys of some entities, one for each group of entries, as arrays with a place for each.

    In any order; where the deepest come first (see `deepest_first`), all that is asked of a stage is read where it is.
    """

    names: pl.DataFrame
    """ENTITY, and SESSION, and what is held constant: once for each that has them."""
    row: Ints
    """The row of `names` that says whose it is."""
    session: Ints | None
    """The number of its session, where a gap ends these."""
    group: Ints
    """Its period; its entry's time for `count: attempts`; else 0."""
    depth: Ints
    """How many required stages it includes."""
    first_entry: Ints
    """The first entry (µs) of its entity and group, on which ripeness depends."""
    time: Ints
    """(stages, journeys): µs since the epoch, NEVER where it lacks the stage; in `order: any`, when it had k + 1
    different stages.
    """
    ripe: Bools = field(default_factory=lambda: np.empty((0, 0), np.bool_))
    """(1, journeys) where a window alone decides for all stages, else (stages, journeys): see `ripeness.mark_ripe`;
    empty until then.
    """
    filled: Bits | None = None
    """In `order: any`, the bit set of the declared stages that it has: see `search.any_order`."""
    passed: Bits | None = None
    """With `skipped: passed`, the bit set of the stages that it passed without an event of their own."""

    def __len__(self) -> int:
        return len(self.depth)

    @cached_property
    def having(self) -> tuple[slice | Ints, ...]:
        """For each stage which ones include it: the first so many, or their positions."""
        return tuple(map(_having, self.time, self.reached))

    @cached_property
    def reached(self) -> tuple[int, ...]:
        """How many include each stage."""
        return tuple(int(np.count_nonzero(stage_times != NEVER)) for stage_times in self.time)

    def of_stage(self, stage: int, values: Values) -> Values:
        """`values`, one for each journey, of those that include a stage."""
        return values[self.having[stage]]

    def untimed(self, stage: int, *stages: int) -> Bools | None:
        """Which of those that include a stage passed one of `stages`, so that no time lies between these; None where
        all stages have events of their own.
        """
        if self.passed is None:
            return None
        return self.of_stage(stage, self.passed & np.uint64(sum(1 << k for k in {*stages})) > 0)

    def ripe_at(self, stage: int) -> Bools:
        """Which of those who reached the required stage before are ripe at a stage; of others it says nothing."""
        ripe: Bools = self.ripe[min(stage, len(self.ripe) - 1)]
        return ripe

    @property
    def who(self) -> pl.DataFrame:
        """ENTITY, and what else says whose journey it is."""
        who = self.names[self.row]
        return who if self.session is None else who.with_columns(pl.Series(SESSION, self.session))

    @cached_property
    def frame(self) -> pl.DataFrame:
        """ENTITY …, GROUP, DEPTH, FIRST_ENTRY, time_0 … time_{K−1}; null where a journey lacks the stage."""
        names = times(range(len(self.time)))
        columns = [pl.Series(name, stage_times) for name, stage_times in zip(names, self.time, strict=True)]
        return self.who.hstack(
            [
                pl.Series(GROUP, self.group),
                pl.Series(DEPTH, self.depth, pl.UInt8),
                pl.Series(FIRST_ENTRY, self.first_entry),
                *columns,
            ]
        ).with_columns(pl.when(pl.col(names) != NEVER).then(pl.col(names)))

    def only(self, chosen: Bools) -> Journeys:
        """Some of them."""
        return Journeys(
            self.names,
            self.row[chosen],
            None if self.session is None else self.session[chosen],
            self.group[chosen],
            self.depth[chosen],
            self.first_entry[chosen],
            self.time[:, chosen],
            self.ripe[:, chosen] if len(self.ripe) else self.ripe,
            None if self.filled is None else self.filled[chosen],
            None if self.passed is None else self.passed[chosen],
        )


def _having(stage_times: Ints, reached: int) -> slice | Ints:
    return slice(reached) if bool((stage_times[:reached] != NEVER).all()) else np.flatnonzero(stage_times != NEVER)


def deepest_first(depth: Ints) -> Ints:
    """Puts the deepest journeys first: those that include a required stage are then the first so many."""
    # numpy sorts numbers of one byte by counting them.
    return np.argsort(~depth.astype(np.uint8), kind="stable")


def frame_of(parts: Sequence[Journeys]) -> pl.DataFrame:
    """All of several parts; see `Journeys.frame`."""
    return pl.concat([part.frame for part in parts])


def reached_of(parts: Sequence[Journeys]) -> tuple[int, ...]:
    """How many of several parts include each stage."""
    return tuple(map(sum, zip(*(part.reached for part in parts), strict=True)))


def dropped_entities(parts: Sequence[Journeys], plan: Plan, stage: int) -> pl.Series:
    """Who is ripe at a stage, reached the required one before it and not it, once each; of several marked parts."""
    before = plan.anchor(stage)
    unfinished = [part.ripe_at(stage) & (part.time[stage] == NEVER) & (part.time[before] != NEVER) for part in parts]
    return pl.concat(part.only(rows).who[ENTITY] for part, rows in zip(parts, unfinished, strict=True)).unique()
