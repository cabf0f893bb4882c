"""Notices of targets that cannot be meant so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from growthctl.diagnosis.bottleneck.targets import against_history, against_overall
from growthctl.diagnosis.transitions import Transition
from growthctl.errors import Notice
from growthctl.funnel.sections.model import Funnel


def target_notices(funnel: Funnel, transitions: Sequence[Transition]) -> Iterator[Notice]:
    """Where a target is far from all history, and where that of the funnel is at odds with those of its stages."""
    targets = [t.reference.rate if t.reference and t.reference.source == "target" else None for t in transitions]
    for transition, target in zip(transitions, targets, strict=True):
        found = against_history(target, transition.weeks) if target is not None else None
        if found is not None:
            numbers = {"target": target, "low": found.plausible.low, "high": found.plausible.high, "weeks": found.weeks}
            yield Notice(f"target_{found.side}_history", transition.stage, numbers)
    against = against_overall(funnel.target, targets) if funnel.target is not None else None
    if against is not None:
        numbers = {"target": funnel.target, "product": against.product, "complete": against.complete}
        yield Notice("targets_at_odds", numbers=numbers)
