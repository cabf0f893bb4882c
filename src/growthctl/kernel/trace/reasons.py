"""Why an event fills no stage of its entity's journey: the first reason that applies, as a slug."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from growthctl.clock import TimeRange
from growthctl.kernel.plan import Plan

Reason = Literal[
    "other_event", "condition_false", "before_entry", "entry_outside_range", "after_window", "stage_already_filled",
    "previous_stage_missing", "too_late", "excluded", "other_attempt", "other_value_held",
    "not_next", "not_needed",
]  # fmt: skip


class Occurrence(NamedTuple):
    """One event of the entity: its time, bit sets of the stages and exclusions that it matches, what it holds."""

    time: int
    stages: int
    named: int
    excluded: int
    session: object = None
    held: tuple[object, ...] = ()


class Passage(NamedTuple):
    """One journey: which event (by index) fills which stage, and the times of the stages."""

    filled: Mapping[int, int]
    moments: Sequence[int | None]
    session: object = None
    held: tuple[object, ...] = ()

    @property
    def entry(self) -> int:
        """When it started."""
        return min(moment for moment in self.moments if moment is not None)


def reason(
    event: Occurrence, events: Sequence[Occurrence], passages: Sequence[Passage], plan: Plan, entered: TimeRange
) -> Reason:
    """Why `event`, one of `events`, fills nothing; entries count that lie in `entered`."""
    if not event.stages:
        if event.excluded:
            return "excluded"
        return "condition_false" if event.named else "other_event"
    if event.stages & 1 and not entered.holds(event.time):
        return "entry_outside_range"
    mine = [passage for passage in passages if passage.session == event.session]
    if not mine:
        met = any(other.excluded for other in events)
        return "excluded" if event.stages & 1 and met else "previous_stage_missing"
    # Of several journeys the one that was running.
    passage = max((p for p in mine if p.entry <= event.time), key=lambda p: p.entry, default=mine[0])
    if event.held != passage.held:
        return "other_value_held"
    return _beside(event, events, passage, plan)


def _beside(event: Occurrence, events: Sequence[Occurrence], passage: Passage, plan: Plan) -> Reason:
    """Why an event that could fill a stage fills none of this journey."""
    if event.stages & 1 and event.time != passage.entry and _may_start_another(plan):
        return "other_attempt"
    if event.time < passage.entry:
        return "before_entry"
    if plan.window is not None and event.time - passage.entry > plan.window:
        return "after_window"
    unfilled = [k for k in range(plan.stages) if event.stages >> k & 1 and k not in passage.filled.values()]
    if not unfilled:
        return "stage_already_filled"
    if plan.order == "any":
        return "not_needed"
    anchor = passage.moments[plan.anchor(unfilled[0])] if unfilled[0] else passage.entry
    if anchor is None or event.time < anchor:
        return "previous_stage_missing"
    within = plan.within[unfilled[0]]
    if within is not None and event.time - anchor > within:
        return "too_late"
    if any(other.excluded and passage.entry < other.time < event.time for other in events):
        return "excluded"
    return "not_next" if plan.order == "strict" else "not_needed"


def _may_start_another(plan: Plan) -> bool:
    """Is each entry an attempt of its own, beside the one that became the journey?"""
    return plan.order != "any" and plan.entry == "any" and plan.count != "attempts"
