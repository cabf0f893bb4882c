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
    now, before = flow
    if before is not None and abs(now - before) > FLOW_CHANGED * before:
        yield Notice("flow_changed", numbers={"per_30_days": now, "per_30_days_before": before})


def unreached(stages: Sequence[StageFacts]) -> Iterator[Notice]:
    """Stages that nobody reaches, though somebody reaches the one before."""
    for before, stage in pairwise(stages):
        if before.reached and not stage.reached:
            yield Notice("stage_not_reached", stage.name, {"before": before.name})


def taken_back_anytime(funnel: Funnel) -> Iterator[Notice]:
    """Where nothing says when it is sure that the last stage stays reached, young entrants seem to convert better."""
    endless = [rule for rule in funnel.exclude if rule.takes_back and rule.follows_within is None]
    if endless:
        yield Notice(
            "taken_back_anytime", endless[0].between[0], {"events": [name for rule in endless for name in rule.event]}
        )


def window_notices(funnel: Funnel, ripeness: Ripeness) -> Iterator[Notice]:
    """Without a window, when does somebody count as lost? A window that would say it is proposed. And when is it sure
    that the last stage stays reached?
    """
    yield from taken_back_anytime(funnel)
    required, settling = ripeness.plan.required[1:], ripeness.plan.settling
    limits = {
        funnel.stages[k].name: ((ripeness.limits[k] or 0) - (settling if k == required[-1] else 0), ripeness.sources[k])
        for k in required
    }
    estimates = {name: limit / SECOND for name, (limit, source) in limits.items() if source == "estimate"}
    unknown = [name for name, (_, source) in limits.items() if source == "unknown"]
    if estimates or unknown:
        window = plain_duration(ripeness.up_to(required[-1]) - settling) if estimates else None
        yield Notice("no_window", numbers={"seconds": estimates, "unknown": unknown, "window": window})


def plain_duration(least: int) -> str:
    """So many µs or a little more, as the funnel file writes it: in whole days, up to two of these in hours, up to two
    of these in minutes.
    """
    unit, name = next((each for each in _UNITS if least > 2 * each[0]), _UNITS[-1])
    return f"{max(1, -(-least // unit))}{name}"
