"""Which events go with reaching a stage."""

from __future__ import annotations

import polars as pl

from growthctl.build.comparison import DriverScope, SideFacts
from growthctl.clock import micros
from growthctl.diagnosis.comparison.drivers import drivers
from growthctl.errors import Problem, UsageError
from growthctl.funnel.nearest import did_you_mean
from growthctl.funnel.sections.model import Funnel
from growthctl.funnel.values import parse_duration
from growthctl.kernel.plan import Plan
from growthctl.kernel.ripeness import mark_ripe, ripeness_of
from growthctl.kernel.rules.passed_stages import filling_rows
from growthctl.kernel.search.entries import EntryScope
from growthctl.kernel.search.exact_search import search_journeys
from growthctl.kernel.segment_values import MISSING, segment_of
from growthctl.kernel.sorted_events import completed
from growthctl.kernel.tally.landmark import Landmark, usual_wait
from growthctl.questions.ask import FunnelLog
from growthctl.questions.comparing.compared_counts import NONE


def driver_stage(funnel: Funnel, stage: str | None, first: str | None) -> tuple[int, int | None] | None:
    """The position of the stage asked for, and how soon after the one before it events count (µs, None = as usual).

    Raises UsageError unless it is a required stage after the first, and the duration is one.
    """
    if stage is None:
        if first is not None:
            raise UsageError(Problem("missing_drivers", "--first needs --drivers STAGE", None))
        return None
    names = {each.name: position for position, each in enumerate(funnel.stages) if position and not each.optional}
    if stage not in names:
        near, hint = did_you_mean(stage, list(names)), f"stages: {', '.join(names)}"
        raise UsageError(
            Problem("unknown_stage", f"--drivers: '{stage}' is no required stage after the first{near}", hint)
        )
    if funnel.order == "any":
        raise UsageError(Problem("no_order", "--drivers: with order: any there is no stage before", None))
    try:
        return names[stage], None if first is None else micros(parse_duration(first))
    except ValueError as error:
        raise UsageError(Problem("invalid_duration", f"--first: {error}", None)) from error


def what_goes_with(
    log: FunnelLog, this: SideFacts, plan: Plan, attribution: str | int, wanted: tuple[int, int | None]
) -> DriverScope:
    """Of the journeys of a side; `log` holds every event, `wanted` is what `driver_stage` gives."""
    stage, wait = wanted
    events = completed(log.events.rows.collect(), log.plan)
    searched = search_journeys(events, plan, EntryScope(this.range))
    marked = mark_ripe(searched, ripeness_of([searched], plan, log.as_of, log.ends))
    journeys = marked.only(marked.ripe_at(stage)).frame
    if this.by is not None:
        rows = filling_rows(events, plan) if plan.skipped == "passed" else events
        segments = segment_of(journeys, rows, plan, [this.by], attribution)
        value = segments[this.by].cast(pl.String).fill_null(NONE)
        journeys = journeys.filter((value == this.value) & ~segments[MISSING])
    wait = usual_wait(journeys, plan, stage) if wait is None else wait
    counts = Landmark.of(journeys, events, plan, stage, wait)
    return DriverScope(stage, plan.anchor(stage), wait, counts.all, drivers(counts.all, counts.after))
