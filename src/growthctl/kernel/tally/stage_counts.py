"""From journeys to small counts: the last place that holds arrays; everything after works on these numbers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from math import ceil, floor
from typing import NamedTuple

import numpy as np
import polars as pl

from growthctl.clock import DAY, LONG_AGO, NEVER, WEEK, Micros, TimeRange
from growthctl.events.column_names import ENTITY
from growthctl.kernel.journeys import Journeys
from growthctl.kernel.periods import Period, periods
from growthctl.kernel.plan import Plan
from growthctl.kernel.threads import parallel_map
from growthctl.stats.arrays import Ints

_ENTRANTS_PER = 30 * DAY


class Durations(NamedTuple):
    """Seconds to a stage, over the journeys that include it."""

    median: float
    p90: float
    mean: float


class StageCounts(NamedTuple):
    """How many journeys include a stage.

    `before`: reached the previous required stage. Of these `dropped` lack this stage, and `open` of the dropped still
    may reach it, because their window has not passed. The `ripe` ones are those whose window has passed.
    """

    reached: int
    before: int
    dropped: int
    open: int
    ripe: int
    ripe_before: int
    from_previous: Durations | None
    from_entry: Durations | None


class Counts(NamedTuple):
    """All that diagnosis needs to know about the journeys of one funnel; times in microseconds since the epoch.

    `weeks`: for each week of first entry, the ripe journeys that include each stage.
    """

    stages: tuple[StageCounts, ...]
    weeks: tuple[tuple[int, ...], ...]
    first_entry_at: int | None
    last_ripe_entry_at: int | None


def count(parts: Sequence[Journeys], plan: Plan, timezone: str) -> Counts:
    """Counts of marked journeys."""
    entered = [int(end) for part in parts if len(part) for end in (part.first_entry.min(), part.first_entry.max())]
    ripe = [int(part.first_entry[part.ripe].max()) for part in parts if part.ripe.any()]
    weeks = periods("week", timezone, min(entered), max(entered)) if entered else []
    counted = parallel_map(partial(_count, plan=plan, weeks=weeks), parts)
    by_week = np.sum([part.weeks for part in counted], axis=0).T.tolist()
    return Counts(
        stages=tuple(parallel_map(_merged, list(zip(*(part.stages for part in counted), strict=True)))),
        weeks=tuple(tuple(reached) for reached in by_week if reached[0]),
        first_entry_at=min(entered, default=None),
        last_ripe_entry_at=max(ripe, default=None),
    )


class _Stage(NamedTuple):
    """Of some journeys: how many, and how long (µs) each took to the stage, from the required one before and from the
    entry.
    """

    reached: int
    before: int
    ripe: int
    ripe_before: int
    from_previous: Ints | None
    from_entry: Ints | None


class _Part(NamedTuple):
    """`weeks` (stages, weeks): ripe journeys that include each stage, by the week of their first entry."""

    stages: list[_Stage]
    weeks: Ints


def _count(journeys: Journeys, plan: Plan, weeks: Sequence[Period]) -> _Part:
    # The week of the journey's own entry would depend on the outcome: the deepest attempt may be a later one.
    week = _number_of(weeks, journeys.first_entry)
    # Who is not ripe yet goes to a week of their own, behind the last.
    week[~journeys.ripe] = len(weeks)
    by_week = [
        np.bincount(journeys.of_stage(stage, week), minlength=len(weeks) + 1)[:-1] for stage in range(plan.stages)
    ]
    return _Part([_count_stage(journeys, plan, stage) for stage in range(plan.stages)], np.array(by_week))


def _number_of(weeks: Sequence[Period], time: Ints) -> Ints:
    """In which of some `weeks`, one after the other, each time lies."""
    if not weeks:
        return np.zeros(len(time), np.int64)
    starts, ends = (np.array(ends) for ends in zip(*((week.start_at, week.end_at) for week in weeks), strict=True))
    # A guess that is out by one at most, where clocks were changed: faster than halving.
    number: Ints = np.clip((time - starts[0]) // WEEK, 0, len(weeks) - 1)
    number += time >= ends[number]
    number -= time < starts[number]
    return number


def _count_stage(journeys: Journeys, plan: Plan, stage: int) -> _Stage:
    anchor = plan.anchor(stage) if stage else 0
    moments, previous, entry = (journeys.of_stage(stage, journeys.time[k]) for k in (stage, anchor, 0))
    from_entry = moments - entry if stage else None
    return _Stage(
        reached=len(moments),
        before=journeys.reached[anchor],
        ripe=int(np.count_nonzero(journeys.of_stage(stage, journeys.ripe))),
        ripe_before=int(np.count_nonzero(journeys.of_stage(anchor, journeys.ripe))),
        from_previous=moments - previous if anchor else from_entry,
        from_entry=from_entry,
    )


def _merged(parts: Sequence[_Stage]) -> StageCounts:
    reached, before = sum(part.reached for part in parts), sum(part.before for part in parts)
    ripe, ripe_before = sum(part.ripe for part in parts), sum(part.ripe_before for part in parts)
    from_entry = _durations([part.from_entry for part in parts])
    is_same = all(part.from_previous is part.from_entry for part in parts)
    return StageCounts(
        reached=reached,
        before=before,
        dropped=before - reached,
        open=before - reached - (ripe_before - ripe),
        ripe=ripe,
        ripe_before=ripe_before,
        from_previous=from_entry if is_same else _durations([part.from_previous for part in parts]),
        from_entry=from_entry,
    )


def entrants_per_30_days(counts: Counts, plan: Plan, range: TimeRange, as_of: Micros) -> float:
    """Ripe entrants per 30 days, over the span from `since` or the first entry to `until` or the last ripe entry.

    The span is at least a day. An `until` whose last entries are not ripe yet would make it too long: then the last
    ripe entry counts.
    """
    start = counts.first_entry_at if range.since == LONG_AGO else range.since
    end = counts.last_ripe_entry_at
    if range.until + (plan.give_up or 0) <= as_of:
        end = range.until
    if start is None or end is None:
        return 0.0
    return counts.stages[0].ripe * _ENTRANTS_PER / max(DAY, end - start)


def whole_weeks(counts: Counts, plan: Plan, timezone: str, until: Micros, as_of: Micros) -> tuple[tuple[int, ...], ...]:
    """The weeks of `counts` without the last, where that is cut: by `until`, or by who is not ripe yet."""
    ripe_until = as_of - (plan.give_up or 0)
    cut = min(until, ripe_until)
    [week] = periods("week", timezone, cut, cut)
    last = counts.last_ripe_entry_at
    return counts.weeks[:-1] if last is not None and last >= week.start_at else counts.weeks


def dropped_entities(parts: Sequence[Journeys], plan: Plan, stage: int) -> pl.Series:
    """Who is ripe, reached the required stage before and not this one, once each; of marked journeys."""
    dropped = []
    for journeys in parts:
        unfinished = journeys.ripe & (journeys.time[stage] == NEVER) & (journeys.time[plan.anchor(stage)] != NEVER)
        dropped.append(journeys.only(unfinished).who[ENTITY])
    return pl.concat(dropped).unique()


def _durations(parts: list[Ints | None]) -> Durations | None:
    elapsed = np.sort(np.concatenate([np.empty(0, np.int64), *(part for part in parts if part is not None)]))
    if not len(elapsed):
        return None
    # Whole microseconds are summed exactly, in whatever order: the upper and the lower half of each by itself.
    mean = ((int((elapsed >> 32).sum()) << 32) + int((elapsed & 0xFFFFFFFF).sum())) / len(elapsed)
    return Durations(_quantile(elapsed, 0.5), _quantile(elapsed, 0.9), mean / 1e6)


def _quantile(elapsed: Ints, q: float) -> float:
    """Seconds, of sorted microseconds; linear interpolation, so that the median of an even number is the mean of the
    middle two.
    """
    at = q * (len(elapsed) - 1)
    lower, upper = int(elapsed[floor(at)]), int(elapsed[ceil(at)])
    return (lower + (upper - lower) * (at - floor(at))) / 1e6
