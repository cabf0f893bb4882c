"""Signs that the log itself is off: events written twice, stages in one instant."""

from __future__ import annotations

import numpy as np
import polars as pl

from growthctl.kernel.moments import begins
from growthctl.kernel.ordered import Events
from growthctl.kernel.plan import Plan, times


def same_instant(journeys: pl.DataFrame, plan: Plan) -> list[int]:
    """For each required stage, the journeys that have it in the very instant of the previous required stage."""
    pairs = zip(times(plan.required), times(plan.required)[1:], strict=False)
    ties = journeys.select((pl.col(here) == pl.col(before)).sum().alias(here) for before, here in pairs)
    return [0, *(ties.row(0) if ties.width else ())]


def repeated(events: Events) -> tuple[int, int]:
    """(events of a stage, those of them that repeat another one: same entity, stages and time)."""
    seen = events.stages > 0
    entity, time, stages = events.entity[seen], events.time[seen], events.stages[seen]
    new = begins(entity, time)
    if new.all():
        return len(new), 0
    crowded = ~new | np.append(~new[1:], False)
    instant, stages = np.cumsum(new)[crowded], stages[crowded]
    order = np.lexsort((stages, instant))
    return len(new), int((~begins(instant[order], stages[order])).sum())
