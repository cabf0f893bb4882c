"""Why an event fills no stage of its entity's journey: the first reason that applies, as a code."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from growthctl.clock import TimeRange
from growthctl.kernel.plan import Plan

Reason = Literal[
    "other_event", "condition_false", "before_entry", "entry_outside_range", "after_window", "stage_already_filled",
    "previous_stage_missing", "too_early", "too_late", "excluded", "other_attempt", "other_value_held",
    "not_next", "not_needed", "taken_back",
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
    passed: Sequence[int] = ()
    """The stages that it passed without an event of their own."""

    @property
    def entry(self) -> int:
        """When it started."""
        return min(time for time in self.times if time is not None)


class Reasons(NamedTuple):
    """What explains the events of an entity that fill no stage."""

    plan: Plan
    entered: TimeRange
    """Of the entries that count."""
    excluded: Sequence[int]
    """When its events are that must not lie between two stages, in the order of time."""
    sessions: frozenset[object]
    """Those with a journey."""
    journeys: Mapping[tuple[object, ...], Sequence[TracedJourney]]
    """By session and what they hold, in the order of their entries."""
    taking_back: Mapping[int, Occurrence]
    """Which events may take the last stage back, in the order of time."""

    @classmethod
    def of(
        cls, events: Sequence[Occurrence], traced: Sequence[TracedJourney], plan: Plan, entered: TimeRange
    ) -> Reasons:
        """For all `events` of the entity, in the order of time, and its journeys."""
        journeys: dict[tuple[object, ...], list[TracedJourney]] = {}
        for journey in sorted(traced, key=lambda journey: journey.entry):
            journeys.setdefault((journey.session, *journey.held), []).append(journey)
        after = sum(1 << number for number, rule in enumerate(plan.exclusions) if rule.takes_back)
        excluded = [event.time for event in events if event.excluded & ~after]
        sessions = frozenset(journey.session for journey in traced)
        taking_back = {index: event for index, event in enumerate(events) if event.excluded & after}
        return cls(plan, entered, excluded, sessions, journeys, taking_back)

    def taken_back_by(self, event: Occurrence) -> int | None:
        """Which event takes `event` back, where that is of the last required stage."""
        if not event.stages >> self.plan.required[-1] & 1:
            return None
        rules = [(number, rule) for number, rule in enumerate(self.plan.exclusions) if rule.takes_back]
        for index, later in self.taking_back.items():
            took = later.time - event.time
            if took > 0 and later.session == event.session:
                limits = [rule.follows_within for number, rule in rules if later.excluded >> number & 1]
                if any(limit is None or took <= limit for limit in limits):
                    return index
        return None

    def why(self, event: Occurrence) -> Reason:
        """Why `event` fills nothing."""
        if not event.stages:
            if event.excluded:
                return "excluded"
            return "condition_false" if event.named else "other_event"
        if event.stages & 1 and not self.entered.holds(event.time):
            return "entry_outside_range"
        if event.session not in self.sessions:
            return "excluded" if event.stages & 1 and self.excluded else "previous_stage_missing"
        beside = self.journeys.get((event.session, *event.held))
        if beside is None:
            return "other_value_held"
        if event.stages == 1 << self.plan.required[-1] and self.taken_back_by(event) is not None:
            return "taken_back"
        # Of several journeys the one that was running.
        return self._beside(
            event, beside[max(0, bisect_right(beside, event.time, key=lambda journey: journey.entry) - 1)]
        )

    def _beside(self, event: Occurrence, journey: TracedJourney) -> Reason:
        """Why an event that could fill a stage fills none of this journey."""
        plan = self.plan
        if event.stages & 1 and event.time != journey.entry and _may_start_another(plan):
            return "other_attempt"
        if event.time < journey.entry:
            return "before_entry"
        if plan.window is not None and event.time - journey.entry > plan.window:
            return "after_window"
        matched = [k for k in range(plan.stages) if event.stages >> k & 1]
        unfilled = [k for k in matched if k not in (*journey.assignment.values(), *journey.passed)]
        if any(self._is_too_early(event.time, stage, journey) for stage in unfilled[:1] or matched):
            return "too_early"
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
        following = bisect_right(self.excluded, journey.entry)
        if following < len(self.excluded) and self.excluded[following] < event.time:
            return "excluded"
        return "not_next" if plan.order == "strict" else "not_needed"

    def _is_too_early(self, time: int, stage: int, journey: TracedJourney) -> bool:
        """Does a time lie after the required stage before `stage`, but not by the `after` of that?"""
        anchor = journey.times[self.plan.anchor(stage)] if self.plan.after[stage] else None
        return anchor is not None and 0 <= time - anchor < self.plan.after[stage]


def _may_start_another(plan: Plan) -> bool:
    """Is each entry an attempt of its own, beside the one that became the journey?"""
    return plan.order != "any" and plan.entry == "any" and plan.count != "attempts"
