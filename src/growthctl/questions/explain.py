"""One entity's events: which filled which stage, and why each other one did not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from growthctl.build.journey import Trace, build_explanation
from growthctl.build.log_facts import funnel_facts
from growthctl.errors import DataError, Problem
from growthctl.events.column_names import EVENT, EXCLUDED, GROUP, NAMED, ORDER, SESSION, SOURCE, STAGES, TIME
from growthctl.events.reading.open import Data
from growthctl.kernel.plan import Plan, times, without_drop
from growthctl.kernel.search.entries import EntryScope
from growthctl.kernel.search.exact_search import search_journeys
from growthctl.kernel.sorted_events import completed
from growthctl.kernel.trace.assignment import assign_stages
from growthctl.kernel.trace.reasons import Occurrence, TracedJourney
from growthctl.questions.ask import FunnelLike, load, read
from growthctl.questions.asked_times import PointInTime, Times
from growthctl.report.journey import Explanation


def explain(
    funnel: FunnelLike,
    data: Data = None,
    *,
    entity: str,
    since: PointInTime | None = None,
    until: PointInTime | None = None,
    as_of: PointInTime | None = None,
) -> Explanation:
    """All events of `entity` (as text): which filled which stage of its journey, and why each other one did not.

    Works for an entity that never entered, too. Other arguments and errors as for `analyze`; DataError
    `unknown_entity` for one that has no event.
    """
    declared, folder = load(funnel)
    log = read(declared, folder, data, Times.of(since, until, as_of, declared.timezone), only=entity)
    events = completed(log.events.rows.sort(TIME, ORDER).collect(), log.plan)
    if events.is_empty():
        hint = f"entities are values of '{funnel_facts(declared).entity}'; growthctl who lists them"
        if declared.sources:
            hint = "links rename entities, and those without one are 'source:id'; growthctl who lists them"
        raise DataError(Problem("unknown_entity", f"no event of '{entity}' in the log", hint))
    entries = EntryScope(log.range)
    journeys = search_journeys(events, log.plan, entries).frame.sort(GROUP, maintain_order=True)
    occurrences = _occurrences(events, log.plan.hold)
    at: dict[tuple[object, ...], list[int]] = {}
    for index, event in enumerate(occurrences):
        at.setdefault((event.session, event.held, event.time), []).append(index)
    traced = [_traced(row, occurrences, at, log.plan) for row in journeys.iter_rows(named=True)]
    entered = len(search_journeys(events, without_drop(log.plan), entries)) > 0
    sources = events[SOURCE].to_list() if SOURCE in events.columns else [None] * events.height
    trace = Trace(entity, events[EVENT].to_list(), sources, occurrences, traced, excluded=entered and not traced)
    return build_explanation(declared, log.plan, log.range, trace)


def _occurrences(events: pl.DataFrame, hold: Sequence[str]) -> list[Occurrence]:
    session = events[SESSION].to_list() if SESSION in events.columns else [None] * events.height
    columns = (events[name].to_list() for name in (TIME, STAGES, NAMED, EXCLUDED))
    held = events.select(hold).rows() if hold else [()] * events.height
    return [Occurrence(*values) for values in zip(*columns, session, held, strict=True)]


def _traced(
    journey: dict[str, Any], occurrences: list[Occurrence], at: Mapping[tuple[object, ...], list[int]], plan: Plan
) -> TracedJourney:
    """`at`: which of `occurrences` are of a session, with what they hold, at a time."""
    moments = [journey[name] for name in times(range(plan.stages))]
    session, held = journey.get(SESSION), tuple(journey[name] for name in plan.hold)
    instants = sorted({time for time in moments if time is not None})
    indices = [index for time in instants for index in at[session, held, time]]
    filled = assign_stages([(occurrences[index].time, occurrences[index].stages) for index in indices], moments, plan)
    reached = [stage for stage, time in enumerate(moments) if time is not None]
    passed = [stage for stage in reached if stage not in filled.values()] if plan.skipped == "passed" else []
    return TracedJourney({indices[index]: stage for index, stage in filled.items()}, moments, session, held, passed)
