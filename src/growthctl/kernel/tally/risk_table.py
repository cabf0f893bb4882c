"""How long the journeys took to each stage, and how long those have waited that still may reach it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from growthctl.kernel.ripeness import Ripeness
from growthctl.kernel.tally.stage_counts import FunnelTally, StageTally, gathered
from growthctl.kernel.threads import parallel_map


class RiskTable(NamedTuple):
    """Of the journeys that reached the previous required stage, who reached this one and who still may, in the order of
    the time since then. Who is in neither list never converts.
    """

    entered: int
    converted: Sequence[int]
    """How many reached the stage since the row before; at the instant of a censoring they come first."""
    censored: Sequence[int]
    """How many open journeys were last seen then."""


def risk_tables(tally: FunnelTally, ripeness: Ripeness) -> tuple[RiskTable | None, ...]:
    """For each stage; None for the first stage, optional ones, without a limit, and where a stage may be taken back: so
    may that of the young.

    An estimated limit ends nothing: who is ripe counts as what became of them later, too.
    """
    plan = ripeness.plan
    final = plan.required[1:-1] if plan.takes_back else plan.required[1:]
    stages = [stage for stage in final if ripeness.limits[stage] is not None]
    tables = parallel_map(_risk_table, [tally.stages[stage] for stage in stages])
    by_stage = dict(zip(stages, tables, strict=True))
    return tuple(by_stage.get(stage) for stage in range(plan.stages))


def _risk_table(stage: StageTally) -> RiskTable:
    if not stage.waiting:
        return RiskTable(stage.before, (stage.reached,), (0,))
    took, last_seen = gathered((*stage.from_previous, *stage.untimed)), gathered(stage.waiting)
    runs, sizes = np.unique(np.searchsorted(took, last_seen, side="right"), return_counts=True)
    converted = np.diff(runs, prepend=0, append=len(took))
    return RiskTable(stage.before, converted.tolist(), [*sizes.tolist(), 0])
