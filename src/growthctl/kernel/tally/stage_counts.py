"""From journeys to small counts: the last place that holds arrays; everything after works on these numbers."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor
from typing import NamedTuple, Self

import numpy as np

from growthctl.clock import NEVER, Micros
from growthctl.kernel.journeys import Journeys
from growthctl.kernel.ripeness import Ripeness, time_of_most
from growthctl.kernel.tally.sums import earliest
from growthctl.kernel.threads import parallel_map
from growthctl.stats.arrays import Bools, Ints


class Durations(NamedTuple):
    """Seconds to a stage, over the journeys that include it."""

    median: float
    p90: float
    mean: float


class StageCounts(NamedTuple):
    """How many journeys include a stage."""

    reached: int
    before: int
    """Those that reached the previous required stage."""
    dropped: int
    """Those of them that lack this stage."""
    open: int
    """Those of the dropped that may still reach it, because they are not ripe at it."""
    ripe: int
    """Those of the reached that are ripe at the stage."""
    ripe_before: int
    """Those of `before` that are ripe at the stage."""
    ripe_throughout: int
    """Those of the reached that entered so long ago that they are ripe at every stage."""
    same_instant: int
    """Those that have it in the very instant of the previous required stage."""
    first_ripe_at: Micros | None
    """When the first of `before` is or was ripe at the stage."""
    from_previous: Durations | None
    from_entry: Durations | None


class Counts(NamedTuple):
    """All that diagnosis needs to know about the journeys of a funnel."""

    stages: tuple[StageCounts, ...]
    first_entry_at: Micros | None
    """The earliest of all."""
    ripeness: Ripeness
    ages: tuple[Micros | None, ...]
    """For each stage, how long (µs) after the required one before it nearly all have reached it who do; None where too
    few do to tell.
    """


class StageTally(NamedTuple):
    """Of the marked journeys of some entities, how many include a stage, and how long each took."""

    reached: int
    before: int
    ripe: int
    ripe_before: int
    ripe_throughout: int
    since: Micros | None
    """The earliest first entry of those that include the stage; without a window the first time that it was reached."""
    from_previous: tuple[Ints, ...]
    """How long (µs) each took from the required stage before; in parts, so that a sum copies none."""
    from_entry: tuple[Ints, ...]
    untimed: tuple[Ints, ...]
    """Instead of `from_previous` of those who passed one of the two stages without an event: it says no duration."""
    waiting: tuple[Ints, ...]
    """How long (µs) those have been since the required stage before that may still reach this one."""

    @classmethod
    def of(cls, journeys: Journeys, ripeness: Ripeness, stage: int) -> Self:
        """Of one stage; the first has no durations."""
        anchor = ripeness.plan.anchor(stage) if stage else 0
        reached_at, previous_at, entered_at = (journeys.of_stage(stage, journeys.time[k]) for k in (stage, anchor, 0))
        by_window = ripeness.plan.window is not None
        since = journeys.of_stage(stage, journeys.first_entry) if by_window else reached_at
        from_entry, untimed = _timed(reached_at - entered_at, journeys.untimed(stage, 0, stage)) if stage else ((), ())
        from_previous = from_entry
        if anchor:
            from_previous, untimed = _timed(reached_at - previous_at, journeys.untimed(stage, anchor, stage))
        ripe_ones = journeys.ripe_at(stage)
        before, ripe = journeys.reached[anchor], int(np.count_nonzero(journeys.of_stage(stage, ripe_ones)))
        ripe_before = int(np.count_nonzero(journeys.of_stage(anchor, ripe_ones)))
        return cls(
            reached=len(reached_at),
            before=before,
            ripe=ripe,
            ripe_before=ripe_before,
            ripe_throughout=ripe if len(journeys.ripe) == 1 else _ripe_throughout(journeys, ripeness, stage),
            since=int(since.min()) if len(since) else None,
            from_previous=from_previous,
            from_entry=from_entry,
            untimed=untimed,
            waiting=_waiting(journeys, ripeness, anchor, stage)
            if before - len(reached_at) > ripe_before - ripe
            else (),
        )

    def __add__(self, other: Self) -> Self:  # type: ignore[override]
        return type(self)(
            reached=self.reached + other.reached,
            before=self.before + other.before,
            ripe=self.ripe + other.ripe,
            ripe_before=self.ripe_before + other.ripe_before,
            ripe_throughout=self.ripe_throughout + other.ripe_throughout,
            since=earliest(self.since, other.since),
            from_previous=self.from_previous + other.from_previous,
            from_entry=self.from_entry + other.from_entry,
            untimed=self.untimed + other.untimed,
            waiting=self.waiting + other.waiting,
        )

    def age(self, limit: Micros | None) -> Micros | None:
        """See `time_of_most`; of who waits no longer than the limit."""
        timed = self.before - sum(map(len, self.untimed))
        age = time_of_most(gathered(self.from_previous), gathered(self.waiting), timed)
        return age if age is None or limit is None else min(age, limit)

    def counts(self, is_second: bool, first_ripe_at: Micros | None) -> StageCounts:
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
            ripe_throughout=self.ripe_throughout,
            same_instant=int(np.searchsorted(from_previous, 0, side="right")),
            first_ripe_at=first_ripe_at,
            from_previous=durations if is_second else _durations(from_previous),
            from_entry=durations,
        )


class FunnelTally(NamedTuple):
    """Of the marked journeys of some entities, all that is counted of every funnel."""

    stages: tuple[StageTally, ...]
    first_entry_at: Micros | None

    @classmethod
    def of(cls, journeys: Journeys, ripeness: Ripeness) -> Self:
        """Of all stages."""
        return cls(
            stages=tuple(StageTally.of(journeys, ripeness, stage) for stage in range(ripeness.plan.stages)),
            first_entry_at=int(journeys.first_entry.min()) if len(journeys) else None,
        )

    def __add__(self, other: Self) -> Self:  # type: ignore[override]
        return type(self)(
            stages=tuple(stage + same for stage, same in zip(self.stages, other.stages, strict=True)),
            first_entry_at=earliest(self.first_entry_at, other.first_entry_at),
        )

    def counts(self, ripeness: Ripeness) -> Counts:
        """The tally as small numbers."""

        def of_stage(stage: int) -> StageCounts:
            anchor = ripeness.plan.anchor(stage) if stage else 0
            since = self.stages[anchor].since
            first_ripe_at = None if since is None else since + (ripeness.limits[stage] or 0)
            return self.stages[stage].counts(anchor == 0, first_ripe_at)

        stages = parallel_map(of_stage, range(ripeness.plan.stages))
        ages = [None, *(self.stages[stage].age(ripeness.limits[stage]) for stage in range(1, ripeness.plan.stages))]
        return Counts(tuple(stages), self.first_entry_at, ripeness, tuple(ages))


def gathered(elapsed: Sequence[Ints]) -> Ints:
    """The times of all parts, the shortest first."""
    return np.sort(np.concatenate([np.empty(0, np.int64), *elapsed]))


def _timed(elapsed: Ints, untimed: Bools | None) -> tuple[tuple[Ints, ...], tuple[Ints, ...]]:
    """Times that are durations, and the others."""
    return ((elapsed,), ()) if untimed is None else ((elapsed[~untimed],), (elapsed[untimed],))


def _ripe_throughout(journeys: Journeys, ripeness: Ripeness, stage: int) -> int:
    return int(np.count_nonzero(journeys.of_stage(stage, ripeness.throughout(journeys))))


def _waiting(journeys: Journeys, ripeness: Ripeness, anchor: int, stage: int) -> tuple[Ints]:
    reached_at, previous_at = (journeys.of_stage(anchor, journeys.time[k]) for k in (stage, anchor))
    still = (reached_at == NEVER) & ~journeys.of_stage(anchor, journeys.ripe_at(stage))
    return (ripeness.ends[stage] - previous_at[still],)


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
