"""Signs that the log itself is off: events written twice, stages in one instant."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from growthctl.kernel.journeys import Journeys
from growthctl.kernel.moments import begins
from growthctl.kernel.ordered import Events
from growthctl.kernel.plan import Plan


def same_instant(parts: Sequence[Journeys], plan: Plan) -> list[int]:
    """For each required stage, the journeys that have it in the very instant of the previous required stage."""
    ties = [0]
    for before, stage in zip(plan.required, plan.required[1:], strict=False):
        pairs = ((part.of_stage(stage, part.time[stage]), part.of_stage(stage, part.time[before])) for part in parts)
        ties.append(sum(int(np.count_nonzero(here == there)) for here, there in pairs))
    return ties


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
