"""What a careful reader must know about how an answer was judged: by which age, by whose flow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from growthctl.clock import DAY, HOUR, SECOND
from growthctl.errors import Notice
from growthctl.funnel.sections.model import Funnel
from growthctl.kernel.ripeness import Ripeness
from growthctl.kernel.tally.flow import Flow
from growthctl.report.stages import StageFacts

FLOW_CHANGED = 1 / 3
_UNITS = ((DAY, "d"), (HOUR, "h"), (60 * SECOND, "m"))


def notices(funnel: Funnel, ripeness: Ripeness, flow: Flow) -> Iterator[Notice]:
    """All of them."""
    yield from window_notices(funnel, ripeness)
    now, before = flow.per_30_days, flow.per_30_days_before
    if before is not None and abs(now - before) > FLOW_CHANGED * before:
        yield Notice("flow_changed", numbers={"per_30_days": now, "per_30_days_before": before})


def unreached(stages: Sequence[StageFacts]) -> Iterator[Notice]:
    """Stages that nobody reaches, though somebody reaches the one before."""
    for before, stage in pairwise(stages):
        if before.reached and not stage.reached:
            yield Notice("stage_not_reached", stage.name, {"before": before.name})


def window_notices(funnel: Funnel, ripeness: Ripeness) -> Iterator[Notice]:
    """Without a window, when does somebody count as lost? A window that would say it is proposed."""
    required = ripeness.plan.required[1:]
    limits = {funnel.stages[k].name: (ripeness.limits[k], ripeness.sources[k]) for k in required}
    estimates = {name: (limit or 0) / SECOND for name, (limit, source) in limits.items() if source == "estimate"}
    unknown = [name for name, (_, source) in limits.items() if source == "unknown"]
    if estimates or unknown:
        window = plain_duration(ripeness.up_to(ripeness.plan.required[-1])) if estimates else None
        yield Notice("no_window", numbers={"seconds": estimates, "unknown": unknown, "window": window})


def plain_duration(least: int) -> str:
    """So many µs or a little more, as the funnel file writes it: in whole days, up to two of these in hours, up to two
    of these in minutes.
    """
    unit, name = next((each for each in _UNITS if least > 2 * each[0]), _UNITS[-1])
    return f"{max(1, -(-least // unit))}{name}"
