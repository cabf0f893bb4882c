"""Stages that were passed: nothing was written of them, but an event of a later required stage shows it.

With `skipped: passed`, such an event stands for each earlier required stage, too, of which there is none up to then: an
event of that stage is put in at its instant, and the search needs no other rule. Before the first event of its own a
stage can only be passed, and from then on it never is: so the time of a stage says which of the two it was.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from growthctl.clock import NEVER
from growthctl.events.column_names import STAGES
from growthctl.kernel.event_times import Bits
from growthctl.kernel.plan import Plan
from growthctl.kernel.search.event_groups import Attempts, EventGroups
from growthctl.kernel.sorted_events import Events, all_events
from growthctl.stats.arrays import Ints


def with_passed(events: Events, source: pl.DataFrame, plan: Plan) -> Events:
    """`events`, of `source`, and one for each stage that one of them shows to be passed: of its row, at its instant."""
    event_groups = EventGroups.of(events, source.select(plan.hold)[events.row] if plan.hold else None)
    first = _first_times(event_groups, plan)
    parts, stages = [np.arange(len(events.time))], [events.stages]
    for stage in plan.required[:-1]:
        later = sum(1 << k for k in plan.required if k > stage)
        shows = (event_groups.stages & later > 0) & (event_groups.time < first[stage, event_groups.event_group])
        parts.append(event_groups.at[shows])
        stages.append(np.full(len(parts[-1]), 1 << stage, events.stages.dtype))
    of_event = np.concatenate(parts)
    order = np.argsort(of_event, kind="stable")
    at, passed = of_event[order], order >= len(events.time)
    return events._replace(
        row=events.row[at],
        entity=events.entity[at],
        time=events.time[at],
        stages=np.concatenate(stages)[order],
        excluded=np.where(passed, 0, events.excluded[at]).astype(events.excluded.dtype),
        start=np.searchsorted(at, events.start),
        passed=passed,
    )


def filling_rows(frame: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """The rows of a frame of events; one that shows a stage to be passed is there once more, as an event of that."""
    events = with_passed(all_events(frame, plan), frame, plan)
    return frame[events.row].with_columns(pl.Series(STAGES, events.stages))


def passed_stages(attempts: Attempts, event_groups: EventGroups, plan: Plan) -> Bits:
    """For each attempt the bit set of the stages that it passed without an event of their own."""
    first = _first_times(event_groups, plan)
    bits = np.zeros(len(attempts.journey), np.uint64)
    for stage in plan.required[:-1]:
        # NEVER is not before anything.
        passed = attempts.time[stage] < first[stage, attempts.event_group]
        bits |= passed.astype(np.uint64) << np.uint64(stage)
    return bits


def _first_times(event_groups: EventGroups, plan: Plan) -> Ints:
    """(stages, groups): the first event of its own of each required stage, NEVER where there is none."""
    first = np.full((plan.stages, len(event_groups.entity)), NEVER)
    passed = event_groups.events.passed
    own = np.ones(len(event_groups.at), np.bool_) if passed is None else ~passed[event_groups.at]
    for stage in plan.required:
        at = np.flatnonzero((event_groups.stages & (1 << stage) > 0) & own)
        # Of several events of one group the last that is written stays: backwards that is the first.
        first[stage, event_groups.event_group[at[::-1]]] = event_groups.time[at[::-1]]
    return first
