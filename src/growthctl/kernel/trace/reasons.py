"""Why an event fills no stage of its entity's journey: the first reason that applies, as a code."""

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


class TracedJourney(NamedTuple):
    """One journey: which event (by index) fills which stage, and the times of the stages."""

    assignment: Mapping[int, int]
    times: Sequence[int | None]
    session: object = None
    held: tuple[object, ...] = ()

    @property
    def entry(self) -> int:
        """When it started."""
        return min(time for time in self.times if time is not None)


def reason(
    event: Occurrence, events: Sequence[Occurrence], traced: Sequence[TracedJourney], plan: Plan, entered: TimeRange
) -> Reason:
    """Why `event`, one of `events`, fills nothing; entries count that lie in `entered`."""
    if not event.stages:
        if event.excluded:
            return "excluded"
        return "condition_false" if event.named else "other_event"
    if event.stages & 1 and not entered.holds(event.time):
        return "entry_outside_range"
    of_session = [journey for journey in traced if journey.session == event.session]
    if not of_session:
        met = any(other.excluded for other in events)
        return "excluded" if event.stages & 1 and met else "previous_stage_missing"
    # Of several journeys the one that was running.
    journey = max((p for p in of_session if p.entry <= event.time), key=lambda p: p.entry, default=of_session[0])
    if event.held != journey.held:
        return "other_value_held"
    return _beside(event, events, journey, plan)


def _beside(event: Occurrence, events: Sequence[Occurrence], journey: TracedJourney, plan: Plan) -> Reason:
    """Why an event that could fill a stage fills none of this journey."""
    if event.stages & 1 and event.time != journey.entry and _may_start_another(plan):
        return "other_attempt"
    if event.time < journey.entry:
        return "before_entry"
    if plan.window is not None and event.time - journey.entry > plan.window:
        return "after_window"
    unfilled = [k for k in range(plan.stages) if event.stages >> k & 1 and k not in journey.assignment.values()]
    if not unfilled:
        return "stage_already_filled"
    if plan.order == "any":
        return "not_needed"
    anchor = journey.times[plan.anchor(unfilled[0])] if unfilled[0] else journey.entry
    if anchor is None or event.time < anchor:
        return "previous_stage_missing"
    within = plan.within[unfilled[0]]
    if within is not None and event.time - anchor > within:
        return "too_late"
    if any(other.excluded and journey.entry < other.time < event.time for other in events):
        return "excluded"
    return "not_next" if plan.order == "strict" else "not_needed"


def _may_start_another(plan: Plan) -> bool:
    """Is each entry an attempt of its own, beside the one that became the journey?"""
    return plan.order != "any" and plan.entry == "any" and plan.count != "attempts"
