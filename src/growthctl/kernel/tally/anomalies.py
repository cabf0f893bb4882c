"""Signs that the log itself is off: events written twice, stages in one instant."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from growthctl.kernel.event_times import begins
from growthctl.kernel.journeys import Journeys
from growthctl.kernel.plan import Plan
from growthctl.kernel.sorted_events import Events
from growthctl.kernel.threads import each


def same_instant(parts: Sequence[Journeys], plan: Plan) -> list[int]:
    """For each required stage, the journeys that have it in the very instant of the previous required stage."""
    return [0, *map(sum, zip(*each(partial(_ties, plan=plan), parts), strict=True))]


def _ties(journeys: Journeys, plan: Plan) -> list[int]:
    pairs = zip(plan.required, plan.required[1:], strict=False)
    moments = ([journeys.of_stage(stage, journeys.time[k]) for k in (before, stage)] for before, stage in pairs)
    return [int(np.count_nonzero(there == here)) for there, here in moments]


def repeated(events: Events) -> tuple[int, int]:
    """(events of a stage, those of them that repeat another one: same entity, stages and time)."""
    entity, time, stages = events.entity, events.time, events.stages
    if not stages.all():
        seen = stages > 0
        entity, time, stages = entity[seen], time[seen], stages[seen]
    new = begins(entity, time)
    if new.all():
        return len(new), 0
    crowded = ~new | np.append(~new[1:], False)
    instant, stages = np.cumsum(new)[crowded], stages[crowded]
    order = np.lexsort((stages, instant))
    return len(new), int((~begins(instant[order], stages[order])).sum())
