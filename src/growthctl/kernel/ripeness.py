"""Who is ripe at a stage: who has had the time to reach it, whatever they did with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Literal, NamedTuple

import numpy as np

from growthctl.clock import NEVER, Micros
from growthctl.kernel.journeys import Journeys
from growthctl.kernel.plan import Plan
from growthctl.kernel.threads import parallel_map
from growthctl.stats.arrays import Bools, Ints

LimitSource = Literal["window", "within", "estimate", "unknown"]
LEAST_CONVERSIONS = 20
MOST = 0.95
_ROUNDING = 1e-9


class Ripeness(NamedTuple):
    """After how long an entity is ripe at each stage of a funnel, in a log that is complete up to `as_of`."""

    plan: Plan
    as_of: Micros
    limits: tuple[Micros | None, ...]
    """For each stage: after the first entry, where there is a window; else after the required stage before it. None is
    at once. From the last required stage on with the time in which that may be taken back.
    """
    ends: tuple[Micros, ...]
    """For each stage, up to when its own events are complete: `as_of`, or later."""
    sources: tuple[LimitSource, ...]
    """Where each limit comes from. An estimate is the time in which MOST of all conversions come that are to be
    expected; unknown are limits that too few conversions tell, and that of the first stage without a window: None, or
    `after`.
    """

    def up_to(self, stage: int) -> Micros:
        """How long after its first entry an entity is ripe at a stage: the limit, without a window all summed."""
        if self.plan.window is not None:
            return self.limits[stage] or 0
        return sum(self.limits[k] or 0 for k in self.plan.required if k <= stage)

    @property
    def up_to_the_end(self) -> Micros | None:
        """The same of the last required stage; None where that is at once."""
        return None if set(self.limits) == {None} else self.up_to(self.plan.required[-1])

    def throughout(self, journeys: Journeys) -> Bools:
        """Which journeys entered first so long ago that they are ripe at every required stage."""
        return journeys.first_entry + (self.up_to_the_end or 0) <= self.as_of


def ripeness_of(parts: Sequence[Journeys], plan: Plan, as_of: Micros, ends: Sequence[Micros] | None = None) -> Ripeness:
    """From the funnel and, for what it does not limit, from how long the journeys of all parts took.

    `ends`: up to when the events of each stage are complete, where that is later than `as_of`.
    """
    ends = (as_of,) * plan.stages if ends is None else tuple(ends)
    if plan.window is not None:
        declared: LimitSource = "window"
        return Ripeness(plan, as_of, _settled([plan.window] * plan.stages, plan), ends, (declared,) * plan.stages)
    limits: list[Micros | None] = [None]
    sources: list[LimitSource] = ["unknown"]
    estimates = parallel_map(partial(_estimate, parts, plan, ends), range(1, plan.stages))
    for within, after, estimate in zip(plan.within[1:], plan.after[1:], estimates, strict=True):
        # Before its `after` nobody can have reached a stage, so nobody is lost.
        limits.append(within if within is not None else estimate if estimate is not None else after or None)
        sources.append("within" if within is not None else "unknown" if estimate is None else "estimate")
    return Ripeness(plan, as_of, _settled(limits, plan), ends, tuple(sources))


def _settled(limits: Sequence[Micros | None], plan: Plan) -> tuple[Micros | None, ...]:
    """Limits; from the last required stage on with the time in which it may be taken back."""
    settling, last = plan.settling, plan.required[-1]
    return tuple(
        limit if stage < last or not settling else (limit or 0) + settling for stage, limit in enumerate(limits)
    )


def mark_ripe(journeys: Journeys, ripeness: Ripeness) -> Journeys:
    """`journeys` with `ripe`."""
    plan, as_of = ripeness.plan, ripeness.as_of
    if plan.window is not None:
        # Where one limit decides, once.
        limits = ripeness.limits if plan.settling else (plan.window,)
        return replace(journeys, ripe=np.stack([journeys.first_entry + (limit or 0) <= as_of for limit in limits]))
    ripe = np.ones((plan.stages, len(journeys)), np.bool_)
    for stage in range(1, plan.stages):
        # Where there is no limit, whoever was there is ripe.
        limit = ripeness.limits[stage]
        latest = NEVER - 1 if limit is None else as_of - limit
        ripe[stage] = journeys.time[plan.anchor(stage)] <= latest
    return replace(journeys, ripe=ripe)


def _estimate(parts: Sequence[Journeys], plan: Plan, ends: Sequence[Micros], stage: int) -> Micros | None:
    """The limit of a stage that has none of its own, from all who reached the required stage before it."""
    if plan.within[stage] is not None:
        return None
    took, waited = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for part in parts:
        anchor = plan.anchor(stage)
        reached_at, previous_at = (part.of_stage(anchor, part.time[k]) for k in (stage, anchor))
        untimed = part.untimed(anchor, anchor, stage)
        if untimed is not None:
            reached_at, previous_at = reached_at[~untimed], previous_at[~untimed]
        converted = reached_at != NEVER
        took.append((reached_at - previous_at)[converted])
        waited.append(ends[stage] - previous_at[~converted])
    times = np.sort(np.concatenate(took)), np.sort(np.concatenate(waited))
    return time_of_most(*times, sum(map(len, times)))


def time_of_most(took: Ints, waited: Ints, entered: int) -> Micros | None:
    """The shortest time after which MOST have converted of those who do in the longest time that anybody was followed;
    None with fewer than LEAST_CONVERSIONS.

    Of `entered`, `took` is how long conversions took, `waited` for how long those were followed who may still convert,
    both the shortest first; who is in neither never does. Of how many have converted after which time Kaplan and Meier
    (1958) give the estimate.
    """
    if len(took) < LEAST_CONVERSIONS:
        return None
    # At one time, conversions come before censorings.
    at_risk = entered - np.arange(len(took)) - np.searchsorted(waited, took)
    with np.errstate(divide="ignore"):
        converted = 1 - np.exp(np.cumsum(np.log1p(-1 / at_risk)))
    return int(took[np.argmax(converted >= MOST * converted[-1] * (1 - _ROUNDING))])
