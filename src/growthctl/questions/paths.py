"""What people did after a stage, or before it."""

from __future__ import annotations

from functools import reduce
from operator import add

import polars as pl

from growthctl.build.paths import PathScope, build_paths
from growthctl.errors import Problem, UsageError
from growthctl.events.column_names import ORDER
from growthctl.events.reading.open import Data
from growthctl.events.storage.memory import Memory
from growthctl.funnel.sections.model import Funnel
from growthctl.kernel.plan import plan_of
from growthctl.kernel.ripeness import mark_ripe
from growthctl.kernel.search.entries import EntryScope
from growthctl.kernel.search.find_journeys import JourneyRequest
from growthctl.kernel.tally.path_counts import PathCounts, PathStarts, Walk
from growthctl.questions.ask import FunnelLike, load, read_journeys, stage_position
from growthctl.questions.asked_times import PointInTime, Times
from growthctl.questions.notices import window_notices
from growthctl.report.paths import Paths

MOST_STEPS = 10


def paths(
    funnel: FunnelLike,
    data: Data = None,
    *,
    after: str | None = None,
    before: str | None = None,
    reached: bool | None = None,
    steps: int = 3,
    since: PointInTime | None = None,
    until: PointInTime | None = None,
    as_of: PointInTime | None = None,
    memory: Memory = None,
) -> Paths:
    """What people did after a stage, or before it: the event next to it, and the most frequent paths of some steps.

    Of every journey that `analyze` counts at the stage, the events of its entity (of its session, where these are
    counted) strictly after the one that reached the stage, up to the end of the window; or strictly before, back to the
    first in the log. All events that pass `source.filter` count, several of one name in a row as one. `reached`: only
    those who reached the next required stage, or (False) only those who dropped, who have had their time. Other
    arguments and errors as for `analyze`.
    """
    declared, folder = load(funnel)
    scope = _scope(declared, after, before, reached, steps)
    times = Times.of(since, until, as_of, declared.timezone)
    request = JourneyRequest(EntryScope(), value=(ORDER, scope.stage))
    log, journey_set = read_journeys(declared, folder, data, times, request, (), memory, every_event=True)
    ripeness = log.ripeness(journey_set.journeys)
    journeys = [mark_ripe(part, ripeness) for part in journey_set.journeys]
    order = pl.Series(dtype=pl.Int64) if journey_set.values is None else journey_set.values
    starts = PathStarts.of(journeys, order, scope.stage, log.plan)
    chosen = starts.that(reached)
    counts = reduce(add, (PathCounts.of(part, log.plan, chosen, scope.walk) for part in log.events))
    facts = log.facts(journey_set)
    notices = () if log.plan.following(scope.stage) is None else window_notices(log.rows, ripeness)
    facts = facts._replace(warnings=[*facts.warnings, *notices])
    return build_paths(log.rows, facts, ripeness, scope, starts.outcomes, counts)


def _scope(funnel: Funnel, after: str | None, before: str | None, reached: bool | None, steps: int) -> PathScope:
    """Raises UsageError for a question that makes no sense."""
    if (after is None) == (before is None):
        message = "paths go on from a stage: --after STAGE or --before STAGE" + (", not both" if after else "")
        hint = f"stages: {', '.join(stage.name for stage in funnel.stages)}"
        raise UsageError(Problem("no_side", message, hint))
    if not 1 <= steps <= MOST_STEPS:
        raise UsageError(Problem("invalid_steps", f"--steps {steps} is not from 1 to {MOST_STEPS}", None))
    name = after or before or ""
    stage = stage_position(funnel, name)
    if reached is not None and plan_of(funnel).following(stage) is None:
        option = "--reached" if reached else "--dropped"
        message = f"{option}: nobody goes on from '{name}', no required stage follows"
        raise UsageError(Problem("no_next_stage", message, f"leave {option} away, or name a stage before it"))
    return PathScope(stage, Walk(steps, backward=after is None), reached)
