"""From journeys to small counts: the last place that holds arrays; everything after works on these numbers."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor
from typing import NamedTuple, Self

import numpy as np

from growthctl.clock import DAY, LONG_AGO, NEVER, WEEK, Micros, TimeRange
from growthctl.kernel.journeys import Journeys
from growthctl.kernel.periods import Period, periods
from growthctl.kernel.plan import Plan
from growthctl.kernel.tally.sums import earliest, latest
from growthctl.kernel.threads import parallel_map
from growthctl.stats.arrays import Ints

_ENTRANTS_PER = 30 * DAY


class Durations(NamedTuple):
    """Seconds to a stage, over the journeys that include it."""

    median: float
    p90: float
    mean: float


class StageCounts(NamedTuple):
    """How many journeys include a stage. The ripe ones are those whose window has passed."""

    reached: int
    before: int
    """Those that reached the previous required stage."""
    dropped: int
    """Those of them that lack this stage."""
    open: int
    """Those of the dropped that may still reach it, because their window has not passed."""
    ripe: int
    ripe_before: int
    same_instant: int
    """Those that have it in the very instant of the previous required stage."""
    first_entry_at: Micros | None
    """The earliest first entry of those that reached the previous required stage; of the first stage, of all."""
    from_previous: Durations | None
    from_entry: Durations | None


class Counts(NamedTuple):
    """All that diagnosis needs to know about the journeys of one funnel."""

    stages: tuple[StageCounts, ...]
    weeks: tuple[tuple[int, ...], ...]
    """For each week of first entry that has any, the ripe journeys that include each stage."""
    last_ripe_entry_at: Micros | None

    @property
    def first_entry_at(self) -> Micros | None:
        """The earliest of all."""
        return self.stages[0].first_entry_at


class StageTally(NamedTuple):
    """Of the marked journeys of some entities, how many include a stage, and how long each took."""

    reached: int
    before: int
    ripe: int
    ripe_before: int
    first_entry_at: Micros | None
    """The earliest first entry of those that include the stage."""
    from_previous: tuple[Ints, ...]
    """How long (µs) each took from the required stage before; in parts, so that a sum copies none."""
    from_entry: tuple[Ints, ...]
    waiting: tuple[Ints, ...]
    """How long (µs) those have been since the required stage before that may still reach this one."""

    @classmethod
    def of(cls, journeys: Journeys, plan: Plan, stage: int, as_of: Micros) -> Self:
        """Of one stage; the first has no durations."""
        anchor = plan.anchor(stage) if stage else 0
        reached_at, previous_at, entered_at = (journeys.of_stage(stage, journeys.time[k]) for k in (stage, anchor, 0))
        first_entries = journeys.of_stage(stage, journeys.first_entry)
        from_entry = (reached_at - entered_at,) if stage else ()
        before, ripe = journeys.reached[anchor], int(np.count_nonzero(journeys.of_stage(stage, journeys.ripe)))
        ripe_before = int(np.count_nonzero(journeys.of_stage(anchor, journeys.ripe)))
        return cls(
            reached=len(reached_at),
            before=before,
            ripe=ripe,
            ripe_before=ripe_before,
            first_entry_at=int(first_entries.min()) if len(first_entries) else None,
            from_previous=(reached_at - previous_at,) if anchor else from_entry,
            from_entry=from_entry,
            waiting=_waiting(journeys, anchor, stage, as_of) if before - len(reached_at) > ripe_before - ripe else (),
        )

    def __add__(self, other: Self) -> Self:  # type: ignore[override]
        return type(self)(
            reached=self.reached + other.reached,
            before=self.before + other.before,
            ripe=self.ripe + other.ripe,
            ripe_before=self.ripe_before + other.ripe_before,
            first_entry_at=earliest(self.first_entry_at, other.first_entry_at),
            from_previous=self.from_previous + other.from_previous,
            from_entry=self.from_entry + other.from_entry,
            waiting=self.waiting + other.waiting,
        )

    def counts(self, is_second: bool, first_entry_at: Micros | None) -> StageCounts:
        """The tally as small numbers; `is_second`: the previous required stage is the entry."""
        from_entry = gathered(self.from_entry)
        from_previous = from_entry if is_second else gathered(self.from_previous)
        durations = _durations(from_entry)
        return StageCounts(
            reached=self.reached,
            before=self.before,
            dropped=self.before - self.reached,
            open=self.before - self.reached - (self.ripe_before - self.ripe),
            ripe=self.ripe,
            ripe_before=self.ripe_before,
            same_instant=int(np.searchsorted(from_previous, 0, side="right")),
            first_entry_at=first_entry_at,
            from_previous=durations if is_second else _durations(from_previous),
            from_entry=durations,
        )


class FunnelTally(NamedTuple):
    """Of the marked journeys of some entities, all that is counted of every funnel."""

    stages: tuple[StageTally, ...]
    weeks: dict[Micros, Ints]
    """By the start of the week of first entry, the ripe journeys that include each stage."""
    last_ripe_entry_at: Micros | None

    @classmethod
    def of(cls, journeys: Journeys, plan: Plan, timezone: str, as_of: Micros) -> Self:
        """Of all stages."""
        ripe_entries = journeys.first_entry[journeys.ripe]
        return cls(
            stages=tuple(StageTally.of(journeys, plan, stage, as_of) for stage in range(plan.stages)),
            weeks=_weeks(journeys, plan, timezone),
            last_ripe_entry_at=int(ripe_entries.max()) if len(ripe_entries) else None,
        )

    def __add__(self, other: Self) -> Self:  # type: ignore[override]
        weeks = dict(self.weeks)
        for start, reached in other.weeks.items():
            weeks[start] = weeks[start] + reached if start in weeks else reached
        return type(self)(
            stages=tuple(stage + same for stage, same in zip(self.stages, other.stages, strict=True)),
            weeks=weeks,
            last_ripe_entry_at=latest(self.last_ripe_entry_at, other.last_ripe_entry_at),
        )

    def counts(self, plan: Plan) -> Counts:
        """The tally as small numbers."""

        def of_stage(stage: int) -> StageCounts:
            anchor = plan.anchor(stage) if stage else 0
            return self.stages[stage].counts(anchor == 0, self.stages[anchor].first_entry_at)

        return Counts(
            stages=tuple(parallel_map(of_stage, range(plan.stages))),
            weeks=tuple(tuple(self.weeks[start].tolist()) for start in sorted(self.weeks)),
            last_ripe_entry_at=self.last_ripe_entry_at,
        )


def gathered(elapsed: Sequence[Ints]) -> Ints:
    """The times of all parts, the shortest first."""
    return np.sort(np.concatenate([np.empty(0, np.int64), *elapsed]))


def _waiting(journeys: Journeys, anchor: int, stage: int, as_of: Micros) -> tuple[Ints]:
    reached_at, previous_at = (journeys.of_stage(anchor, journeys.time[k]) for k in (stage, anchor))
    return (as_of - previous_at[(reached_at == NEVER) & ~journeys.of_stage(anchor, journeys.ripe)],)


def _weeks(journeys: Journeys, plan: Plan, timezone: str) -> dict[Micros, Ints]:
    if not len(journeys):
        return {}
    weeks = periods("week", timezone, int(journeys.first_entry.min()), int(journeys.first_entry.max()))
    # The week of the journey's own entry would depend on the outcome: the deepest attempt may be a later one.
    week = _number_of(weeks, journeys.first_entry)
    # Who is not ripe yet goes to a week of their own, behind the last.
    week[~journeys.ripe] = len(weeks)
    counts = [np.bincount(journeys.of_stage(stage, week), minlength=len(weeks) + 1) for stage in range(plan.stages)]
    by_week = np.array(counts)[:, :-1].T
    return {week.start_at: reached for week, reached in zip(weeks, by_week, strict=True) if reached[0]}


def _number_of(weeks: Sequence[Period], time: Ints) -> Ints:
    """In which of some `weeks`, one after the other, each time lies."""
    starts, ends = (np.array(ends) for ends in zip(*((week.start_at, week.end_at) for week in weeks), strict=True))
    # A guess that is out by one at most, where clocks were changed: faster than halving.
    number: Ints = np.clip((time - starts[0]) // WEEK, 0, len(weeks) - 1)
    number += time >= ends[number]
    number -= time < starts[number]
    return number


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


def _durations(elapsed: Ints) -> Durations | None:
    """Of sorted microseconds."""
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
