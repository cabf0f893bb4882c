"""The entities behind a number of the table."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from growthctl.build.log_facts import warnings_of
from growthctl.errors import Problem, UsageError
from growthctl.events.column_names import ENTITY, SESSION
from growthctl.events.reading.open import Data
from growthctl.events.storage.memory import Memory
from growthctl.funnel.sections.model import Funnel
from growthctl.kernel.journeys import frame_of
from growthctl.kernel.plan import times
from growthctl.kernel.search.find_journeys import JourneyRequest
from growthctl.questions.ask import FunnelLike, load, read, stage_position
from growthctl.questions.asked_times import PointInTime, Times
from growthctl.report.funnel import Warning


def entities(
    funnel: FunnelLike,
    data: Data = None,
    *,
    stage: str,
    reached: bool = True,
    entered_here: bool | None = None,
    since: PointInTime | None = None,
    until: PointInTime | None = None,
    as_of: PointInTime | None = None,
    local_times: bool = False,
    memory: Memory = None,
) -> pl.DataFrame:
    """Who reached a stage, or dropped before it: as many rows as `analyze` counts.

    Columns: `entity` (and `session`), `entry_at`, then the time of each stage under the stage's name, null where it was
    not reached; all in UTC, or with `local_times` on the clocks of the funnel's timezone. Sorted by entity. Dropped are
    those that reached the previous required stage and not this
    one; nobody drops before the first. In an open funnel `entered_here` takes of those who reached it only who entered
    there, or (False) who came from the stage before. Other arguments and errors as for `analyze`.
    """
    return listed(
        funnel,
        data,
        stage,
        reached,
        entered_here,
        since=since,
        until=until,
        as_of=as_of,
        local_times=local_times,
        memory=memory,
    ).frame


class Listed(NamedTuple):
    """A list of entities, of which funnel, and what a careful reader must know about the log."""

    frame: pl.DataFrame
    funnel: str
    warnings: list[Warning]


def listed(
    funnel: FunnelLike,
    data: Data,
    stage: str,
    reached: bool,
    entered_here: bool | None = None,
    *,
    since: PointInTime | None = None,
    until: PointInTime | None = None,
    as_of: PointInTime | None = None,
    local_times: bool = False,
    memory: Memory = None,
) -> Listed:
    """The list that `entities` gives, with warnings."""
    declared, folder = load(funnel)
    position = stage_position(declared, stage)
    if entered_here is not None:
        _check_entry(declared, reached, entered_here)
    log = read(declared, folder, data, Times.of(since, until, as_of, declared.timezone), memory=memory)
    journeys = frame_of(log.find_journeys(JourneyRequest(log.entries)).journeys)
    has_stage = pl.col(times([position])[0]).is_not_null()
    nobody = pl.lit(value=False)
    came = pl.col(times([log.plan.anchor(position)])[0]).is_not_null() if position else nobody
    wanted = has_stage if reached else ~has_stage & came
    if entered_here is not None:
        wanted &= ~came if entered_here else came
    session = [pl.col(SESSION).alias("session")] if SESSION in journeys.columns else []
    names, zone = [each.name for each in declared.stages], declared.timezone if local_times else "UTC"
    stage_times = times(range(log.plan.stages))
    entry = pl.min_horizontal(stage_times) if log.plan.is_open else pl.col(stage_times[0])
    moments = {"entry_at": entry, **dict(zip(names, map(pl.col, stage_times), strict=True))}
    frame = journeys.filter(wanted).select(
        pl.col(ENTITY).alias("entity"),
        *session,
        *(_instant(moment).dt.convert_time_zone(zone).alias(name) for name, moment in moments.items()),
    )
    return Listed(frame.sort(frame.columns), declared.name or "funnel", warnings_of(log.warnings))


def _instant(moment: pl.Expr) -> pl.Expr:
    return moment.cast(pl.Datetime("us", "UTC"))


def _check_entry(funnel: Funnel, reached: bool, entered_here: bool) -> None:
    """Raises UsageError for what only an open funnel has, or only those who reached the stage."""
    option = "--entered-here" if entered_here else "--came-through"
    if funnel.entry != "any_stage":
        hint = "the funnel has no entry: any_stage"
        raise UsageError(Problem("not_open", f"{option}: everybody enters at the first stage", hint))
    if not reached:
        message = f"{option} is about who reached the stage, --dropped about who did not"
        raise UsageError(Problem("conflicting_options", message, "leave one of them away"))
