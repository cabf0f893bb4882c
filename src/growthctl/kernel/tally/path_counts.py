"""What comes after, or before, an event of each journey: how many journeys take which path through the log.

A path is made of steps: events of one name in a row are one step. All journeys take a step at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Self

import numpy as np
import polars as pl

from growthctl.clock import NEVER
from growthctl.events.column_names import EVENT, ORDER
from growthctl.kernel.event_times import begins
from growthctl.kernel.journeys import Journeys
from growthctl.kernel.plan import Plan
from growthctl.kernel.segment_values import NOWHERE, of_rows
from growthctl.kernel.sorted_events import Events, all_events
from growthctl.stats.arrays import Bools, Ints

EventPath = tuple[str | None, ...]
"""Names of events in the order of the walk; None is an event without one."""
_LENGTH, _JOURNEYS = "#length", "#journeys"


class Walk(NamedTuple):
    """From an event on: how many steps at most, and which way."""

    steps: int
    backward: bool = False


class Outcomes(NamedTuple):
    """What became of journeys that reached a stage."""

    reached: int
    went_on: int
    """They reached the next required stage."""
    open: int
    """They still may."""

    @property
    def dropped(self) -> int:
        """They did not, and their time is over."""
        return self.reached - self.went_on - self.open


class PathStarts(NamedTuple):
    """For each journey that includes a stage the event that reached it, and what became of the journey then."""

    order: Ints
    """The event: ORDER."""
    until: Ints
    """Up to when (µs) events belong to the path: to the end of the window, where there is one."""
    went_on: Bools
    """Does it include the next required stage? Nobody goes on after the last one."""
    open: Bools
    """May it still?"""

    @classmethod
    def of(cls, parts: Sequence[Journeys], order: pl.Series, stage: int, plan: Plan) -> Self:
        """Of marked journeys; `order` has the event of those that include the stage, in their order."""
        following = plan.following(stage)
        reached = [part.only(part.time[stage] != NEVER) for part in parts]
        entry = np.concatenate([part.entered_at(plan) for part in reached])
        until = np.full(len(entry), NEVER) if plan.window is None else entry + plan.window
        if following is None:
            nobody = np.zeros(len(entry), np.bool_)
            return cls(order.cast(pl.Int64).to_numpy(), until, nobody, nobody)
        went_on = np.concatenate([part.time[following] != NEVER for part in reached])
        ripe = np.concatenate([part.ripe_at(following) for part in reached])
        return cls(order.cast(pl.Int64).to_numpy(), until, went_on, ~went_on & ~ripe)

    @property
    def outcomes(self) -> Outcomes:
        """How many."""
        return Outcomes(len(self.order), int(np.count_nonzero(self.went_on)), int(np.count_nonzero(self.open)))

    def that(self, went_on: bool | None) -> PathStarts:
        """Of the journeys that went on, of those that dropped, or of all."""
        if went_on is None:
            return self
        chosen = self.went_on if went_on else ~(self.went_on | self.open)
        return PathStarts(self.order[chosen], self.until[chosen], self.went_on[chosen], self.open[chosen])


class Ranking(NamedTuple):
    """The most frequent paths."""

    first: list[tuple[EventPath, int]]
    """Each with how many journeys take it; of equally frequent ones the shorter, then by their names."""
    paths: int
    """How many different ones there are."""


class PathCounts(NamedTuple):
    """How many journeys take each path; those of other journeys add up."""

    frame: pl.DataFrame
    """A row for each path: the names of its steps, null from its _LENGTH on, and its _JOURNEYS."""

    @classmethod
    def of(cls, part: pl.DataFrame, plan: Plan, starts: PathStarts, walk: Walk) -> Self:
        """Of the journeys whose start is in `part`, a frame with all events of its entities and their ORDER."""
        names = part.select(pl.col(EVENT).cast(pl.Categorical))
        code = names[EVENT].to_physical().cast(pl.Int64).fill_null(NOWHERE).to_numpy()
        rows = list(_rows(all_events(part, plan), part[ORDER].cast(pl.Int64).to_numpy(), code, starts, walk))
        steps = [of_rows(names, row, [EVENT])[EVENT].alias(_step(k)) for k, row in enumerate(rows)]
        length = pl.Series(_LENGTH, np.count_nonzero(np.array(rows) != NOWHERE, axis=0))
        return cls(_summed(pl.DataFrame([*steps, length]).with_columns(pl.lit(1, pl.Int64).alias(_JOURNEYS))))

    def __add__(self, other: Self) -> Self:  # type: ignore[override]
        return type(self)(_summed(pl.concat([self.frame, other.frame])))

    @property
    def journeys(self) -> int:
        """All of them."""
        return int(self.frame[_JOURNEYS].sum())

    @property
    def without_step(self) -> int:
        """Those with no event on that side."""
        return int(self.frame.filter(pl.col(_LENGTH) == 0)[_JOURNEYS].sum())

    def ranking(self, steps: int, most: int) -> Ranking:
        """At most so many paths of one step or more, cut to the first `steps`."""
        names, journeys = [_step(k) for k in range(steps)], pl.col(_JOURNEYS)
        cut = self.frame.filter(pl.col(_LENGTH) > 0).select(*names, pl.col(_LENGTH).clip(upper_bound=steps), _JOURNEYS)
        summed = _summed(cut)
        # Only what may be among the first is put in order.
        first = (
            summed.filter(journeys >= journeys.top_k(most).min())
            .with_columns(pl.col(names).cast(pl.String))
            .sort(-journeys, _LENGTH, *names, nulls_last=True)
            .head(most)
        )
        return Ranking([(row[: row[-2]], row[-1]) for row in first.iter_rows()], summed.height)


def _step(number: int) -> str:
    return f"#step_{number}"


def _summed(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.group_by(pl.exclude(_JOURNEYS)).agg(pl.col(_JOURNEYS).sum())


def _rows(events: Events, order: Ints, code: Ints, starts: PathStarts, walk: Walk) -> Iterator[Ints]:
    """Step by step the row of each path, NOWHERE beyond its end; `order` and `code`, a number for its name, by row."""
    # No two journeys have an event in common.
    _, at, journey = np.intersect1d(order[events.row], starts.order, assume_unique=True, return_indices=True)
    entity, until = events.entity[at], starts.until[journey]
    low, high = events.start[entity], events.start[entity + 1]
    is_first = begins(events.entity, code[events.row])
    run, first = np.cumsum(is_first) - 1, np.append(np.flatnonzero(is_first), len(is_first))
    at = at - 1 if walk.backward else at + 1
    for _ in range(walk.steps):
        going = np.flatnonzero((at >= low) & (at < high))
        going = going[events.time[at[going]] <= until[going]]
        row = np.full(len(at), NOWHERE)
        row[going] = events.row[at[going]]
        yield row
        # Over the rest of the run.
        at[going] = first[run[at[going]]] - 1 if walk.backward else first[run[at[going]] + 1]
