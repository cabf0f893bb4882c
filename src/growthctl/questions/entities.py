"""The entities behind a number of the table."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from growthctl.build.analysis import warnings_of
from growthctl.events.column_names import ENTITY, SESSION
from growthctl.events.reading.open import Data
from growthctl.events.storage.memory import Memory
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
    one; nobody drops before the first. Other arguments and errors as for `analyze`.
    """
    return listed(
        funnel, data, stage, reached, since=since, until=until, as_of=as_of, local_times=local_times, memory=memory
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
    log = read(declared, folder, data, Times.of(since, until, as_of, declared.timezone), memory=memory)
    journeys = frame_of(log.find_journeys(JourneyRequest(log.entries)).journeys)
    stage_time = pl.col(times([position])[0])
    if reached:
        wanted = stage_time.is_not_null()
    elif position:
        wanted = stage_time.is_null() & pl.col(times([log.plan.anchor(position)])[0]).is_not_null()
    else:
        wanted = pl.lit(value=False)
    session = [pl.col(SESSION).alias("session")] if SESSION in journeys.columns else []
    names, zone = [each.name for each in declared.stages], declared.timezone if local_times else "UTC"
    moments = {"entry_at": times([0])[0], **dict(zip(names, times(range(log.plan.stages)), strict=True))}
    frame = journeys.filter(wanted).select(
        pl.col(ENTITY).alias("entity"),
        *session,
        *(_instant(column).dt.convert_time_zone(zone).alias(name) for name, column in moments.items()),
    )
    return Listed(frame.sort(frame.columns), declared.name or "funnel", warnings_of(log.warnings))


def _instant(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.Datetime("us", "UTC"))
