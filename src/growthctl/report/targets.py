"""Warnings about targets that cannot be meant so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from growthctl.diagnosis.counts import Transition
from growthctl.diagnosis.targets import against_history, against_overall
from growthctl.funnel.sections.model import Funnel
from growthctl.report.model import Warning


def target_warnings(funnel: Funnel, transitions: Sequence[Transition]) -> Iterator[Warning]:
    """Where a target is far from all history, and where that of the funnel is at odds with those of its stages."""
    targets = [t.reference.rate if t.reference and t.reference.source == "target" else None for t in transitions]
    for transition, target in zip(transitions, targets, strict=True):
        found = against_history(target, transition.weeks) if target is not None else None
        if target is None or found is None:
            continue
        code, relation = {
            "above": ("target_above_history", "far above what any"),
            "below": ("target_below_history", "below what every one"),
        }[found.side]
        seen = f"{_percent(found.seen.low)} to {_percent(found.seen.high)}"
        yield Warning(
            code=code,
            stage=transition.stage,
            message=f"the target of '{transition.stage}', {_percent(target)}, is {relation} of the last {found.weeks} "
            f"ripe weeks can have been ({seen}): is it meant so?",
        )
    yield from _overall(funnel, targets)


def _overall(funnel: Funnel, targets: Sequence[float | None]) -> Iterator[Warning]:
    found = against_overall(funnel.target, targets) if funnel.target is not None else None
    if funnel.target is None or found is None:
        return
    most = "" if found.complete else "at most "
    message = (
        f"the target of the funnel, {_percent(funnel.target)}, does not go with those of its stages: "
        f"together they make {most}{_percent(found.product)}"
    )
    yield Warning(code="targets_at_odds", stage=None, message=message)


def _percent(rate: float) -> str:
    return f"{rate * 100:.3g}%"
