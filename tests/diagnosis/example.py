"""Funnels for the tests of this room, written as counts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from growthctl.diagnosis.days import Days
from growthctl.diagnosis.transitions import Reference, Transition
from growthctl.stats.proportions import Proportion

STAGES = ("ad", "landing", "signup", "demo", "payment")
OWNERS = {"landing": "marketing", "signup": "product", "demo": "sales", "payment": "sales"}

TARGETS = (0.80, 0.105, 0.35, 0.22)


def funnel(
    entered: Sequence[int],
    converted: Sequence[int],
    targets: Sequence[float | None],
    source: str = "target",
) -> list[Transition]:
    return [
        Transition(
            stage=stage,
            from_stage=from_stage,
            owner=OWNERS[stage],
            kind=stage,
            ripe=Proportion(n, x),
            target=target if source == "target" else None,
            reference=None if target is None else Reference(target, source),  # type: ignore[arg-type]
        )
        for stage, from_stage, n, x, target in zip(STAGES[1:], STAGES, entered, converted, targets, strict=False)
    ]


def weeks_of(*weeks: Proportion) -> Days:
    """Days, of which the first of each week has all of it."""
    entered, converted = np.zeros((2, 7 * len(weeks)), np.int64)
    entered[::7], converted[::7] = zip(*weeks, strict=True)
    return Days(0, entered, converted)


def eight_weeks(entered: int, converted: int) -> Days:
    """All alike."""
    return weeks_of(*[Proportion(entered, converted)] * 8)


def large(targets: Sequence[float | None] = TARGETS, source: str = "target") -> list[Transition]:
    """The worked example: the third transition is the bottleneck, the second looks like it."""
    return funnel((12000, 9000, 900, 225), (9000, 900, 225, 45), targets, source)


def small(targets: Sequence[float | None] = TARGETS) -> list[Transition]:
    """The same rates with a twentieth of the entities."""
    return funnel((600, 450, 45, 11), (450, 45, 11, 2), targets)
