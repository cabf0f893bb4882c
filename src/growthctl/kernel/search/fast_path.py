"""Most entities need no search: the earliest event of each stage already is their journey.

Take the earliest event of every stage that the entity has an event of. Where these are stages 1 … d without a gap, at
strictly rising times and within every limit, they are the journey:
- it is an attempt: distinct events (their times differ), in order, within the limits;
- none is deeper, because there is no event of any other stage;
- none is earlier at any stage, because these are the earliest events, and entries, that there are.
An optional stage may be missing; where it is not, as many as possible are taken, at their earliest. So the rule asks of
every stage that the entity has: later than the earliest of the stages before it. Nothing is out of order then. Where no
excluded event lies where it must not, nothing is excluded either: whatever meets one is no deeper. Everybody else is
left to the search.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from growthctl.clock import LONG_AGO, NEVER
from growthctl.kernel.event_times import EventTimes
from growthctl.kernel.plan import Plan
from growthctl.kernel.search.entries import EntryScope
from growthctl.kernel.sorted_events import Events
from growthctl.stats.arrays import Bools, Ints


class EarliestEvents(NamedTuple):
    """The earliest event of each stage, of each entity."""

    time: Ints
    """(stages, entities); NEVER where there is none."""
    at: Mapping[int, Ints]
    """Of the stages looked at, which event that is."""
    entered: Bools
    """(entities,): those with an entry."""
    settled: Bools
    """(entities,): those of them whose journey these events are."""


def applies_to(plan: Plan) -> bool:
    """Whether the earliest events can settle anybody under this plan."""
    return plan.order == "sequential" and not plan.hold


def earliest_events(events: Events, plan: Plan, scope: EntryScope, looked_at: Sequence[int] = ()) -> EarliestEvents:
    """The earliest events of each stage, of a `plan` that is covered.

    Nobody is settled who has several events of a stage `looked_at` in the instant of the first.
    """
    time = np.full((plan.stages, events.entities), NEVER)
    at = {stage: np.zeros(events.entities, np.int64) for stage in looked_at}
    latest_entry = np.empty(0, np.int64)
    tied = np.zeros(events.entities, np.bool_)
    for stage in range(plan.stages):
        matching = (events.stages & (1 << stage)) > 0
        at_stage = np.flatnonzero(matching if stage else matching & scope.inside(events.time))
        entity, when = events.entity[at_stage], events.time[at_stage]
        # Of several events of one entity the last that is written stays: backwards that is the first.
        time[stage, entity[::-1]] = when[::-1]
        if stage == 0:
            latest_entry = np.full(events.entities, NEVER)
            latest_entry[entity] = when
        if stage in looked_at:
            at[stage][entity[::-1]] = at_stage[::-1]
            again = np.flatnonzero((entity[1:] == entity[:-1]) & (when[1:] == when[:-1]))
            tied[entity[again[when[again] == time[stage, entity[again]]]]] = True
    entered = time[0] != NEVER
    settled = entered & ~tied
    for condition in _conditions(time, latest_entry, events, plan, scope):
        settled &= condition
    return EarliestEvents(time, at, entered, settled)


def _conditions(time: Ints, latest_entry: Ints, events: Events, plan: Plan, scope: EntryScope) -> Iterator[Bools]:
    for stage in range(1, plan.stages):
        yield (time[stage] == NEVER) | (_in_order(time, plan, stage) & _in_time(time, plan, stage))
    if scope.period is not None:
        entered = time[0] != NEVER
        same = np.ones(events.entities, np.bool_)
        same[entered] = scope.period_of(time[0, entered]) == scope.period_of(latest_entry[entered])
        yield same
    elif plan.count == "attempts" and plan.entry == "any":
        yield latest_entry == time[0]
    if plan.exclusions:
        yield ~_met(time, events, plan)


def _in_order(time: Ints, plan: Plan, stage: int) -> Bools:
    """After the required stage before it, and after the optional ones between the two that there are."""
    anchor = plan.anchor(stage)
    in_order: Bools = time[anchor] < time[stage]
    for optional in range(anchor + 1, stage):
        in_order = in_order & ((time[optional] == NEVER) | (time[optional] < time[stage]))
    return in_order


def _in_time(time: Ints, plan: Plan, stage: int) -> Bools:
    in_time = np.ones(time.shape[1], np.bool_)
    for anchor, limit in ((0, plan.window), (plan.anchor(stage), plan.within[stage])):
        if limit is not None:
            in_time &= time[stage] - time[anchor] <= limit
    if plan.after[stage]:
        in_time &= time[stage] - time[plan.anchor(stage)] >= plan.after[stage]
    return in_time


def _met(time: Ints, events: Events, plan: Plan) -> Bools:
    """Who has an excluded event between two stages that it keeps apart or, where it drops, up to the window's end; or
    where it takes the last stage back.
    """
    met = np.zeros(events.entities, np.bool_)
    for number, rule in enumerate(plan.exclusions):
        having = np.flatnonzero(time[rule.after] != NEVER)
        excluded_times = EventTimes.of(events.time, events.start, (events.excluded & (1 << number)) > 0)
        next_excluded = excluded_times.after(having, time[rule.after, having])
        bound = np.full(len(having), LONG_AGO)
        for stage in range(rule.after + 1, rule.before + 1):
            bound = np.maximum(bound, np.where(time[stage, having] == NEVER, bound, time[stage, having]))
        if rule.takes_back:
            limit = rule.follows_within
            bound[:] = NEVER if limit is None else time[rule.after, having] + limit + 1
        if rule.drop:
            unfinished = time[rule.before, having] == NEVER
            bound[unfinished] = NEVER - 1 if plan.window is None else time[0, having[unfinished]] + plan.window + 1
        met[having] |= next_excluded < bound
    return met
