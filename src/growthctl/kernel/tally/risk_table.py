"""How long the journeys took to each stage, and how long those have waited that still may reach it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from growthctl.clock import NEVER, Micros
from growthctl.kernel.journeys import Journeys
from growthctl.kernel.plan import Plan
from growthctl.kernel.tally.stage_counts import Counts
from growthctl.kernel.threads import parallel_map
from growthctl.stats.arrays import Ints


class Waits(NamedTuple):
    """Of the `entered` journeys that reached the previous required stage, who reached this one and who still may, in
    the order of the time since then: after `converted[i]` more conversions, `censored[i]` open journeys were last seen.

    Conversions at the instant of a censoring come before it. Who is in neither list never converts.
    """

    entered: int
    converted: Sequence[int]
    censored: Sequence[int]


def waits(parts: Sequence[Journeys], plan: Plan, counts: Counts, as_of: Micros) -> tuple[Waits | None, ...]:
    """The waits for each stage, of marked journeys; None for the first stage, optional ones, and without a limit."""
    if plan.give_up is None:
        return (None,) * plan.stages
    stages = plan.required[1:]
    found = parallel_map(partial(_waits, parts, plan, counts, as_of), stages)
    by_stage = dict(zip(stages, found, strict=True))
    return tuple(by_stage.get(stage) for stage in range(plan.stages))


def first_entries(parts: Sequence[Journeys], plan: Plan) -> tuple[int | None, ...]:
    """For each stage, the earliest first entry of the journeys that reached the required stage before it."""
    firsts = zip(*(_earliest(part, plan) for part in parts), strict=True)
    earliest = [min((first for first in each_part if first is not None), default=None) for each_part in firsts]
    return tuple(earliest[plan.anchor(stage) if stage else 0] for stage in range(plan.stages))


def _earliest(journeys: Journeys, plan: Plan) -> list[int | None]:
    """For each stage the earliest first entry of those that reached it."""
    entered = [journeys.of_stage(stage, journeys.first_entry) for stage in range(plan.stages)]
    return [int(moments.min()) if len(moments) else None for moments in entered]


def _waits(parts: Sequence[Journeys], plan: Plan, counts: Counts, as_of: int, stage: int) -> Waits:
    counted = counts.stages[stage]
    if not counted.open:
        return Waits(counted.before, (counted.reached,), (0,))
    found = [_waited(part, plan.anchor(stage), stage, as_of) for part in parts]
    last_seen, took = (np.sort(np.concatenate(each_kind)) for each_kind in zip(*found, strict=True))
    runs, sizes = np.unique(np.searchsorted(took, last_seen, side="right"), return_counts=True)
    converted = np.diff(runs, prepend=0, append=len(took))
    return Waits(counted.before, converted.tolist(), [*sizes.tolist(), 0])


def _waited(journeys: Journeys, anchor: int, stage: int, as_of: int) -> tuple[Ints, Ints]:
    """How long those waited who are still open, and those who reached the stage."""
    here, previous = (journeys.of_stage(anchor, journeys.time[k]) for k in (stage, anchor))
    still_open = np.flatnonzero((here == NEVER) & ~journeys.of_stage(anchor, journeys.ripe))
    took = journeys.of_stage(stage, journeys.time[stage]) - journeys.of_stage(stage, journeys.time[anchor])
    return as_of - previous[still_open], took
