"""Who did what in the first hours after a stage, and who of those still on their way then went on to the next."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from growthctl.events.column_names import ENTITY, EVENT, NAMED, SESSION, TIME
from growthctl.kernel.plan import ENTRY_TIME, Plan, times

_JOURNEY, _CONVERTED = "#journey", "#converted"


class Landmark(NamedTuple):
    """Journeys that `wait` microseconds after the stage before had not reached the next one, but still could.

    `entered` of them, of which `converted` reached it later. `after`: the same two counts of those with an event of
    that name in the meantime.
    """

    wait: int
    entered: int
    converted: int
    after: dict[str, tuple[int, int]]


def usual_wait(journeys: pl.DataFrame, plan: Plan, stage: int) -> int:
    """The median time (µs) that those who reach `stage` take from the stage before; 0 where nobody does."""
    here, before = times([stage, plan.anchor(stage)])
    median = (journeys[here] - journeys[before]).median()
    return int(median) if isinstance(median, int | float) else 0


def landmark(journeys: pl.DataFrame, events: pl.DataFrame, plan: Plan, stage: int, wait: int) -> Landmark:
    """`events`: all, as from `stage_flags.marked_events`. Events named like `stage`, or a later one, are left out.

    Only who is on the way to the next stage at the landmark is looked at: that somebody converted early leaves less
    time for other events, which would look as if these hindered (Anderson, Cain and Gelber 1983).
    """
    anchor = plan.anchor(stage)
    here, before = times([stage, anchor])
    until = pl.col(before) + wait
    still = pl.col(before).is_not_null() & (pl.col(here).is_null() | (pl.col(here) > until))
    if plan.window is not None:
        still = still & (until < pl.col(ENTRY_TIME) + plan.window)
    within = plan.within[stage]
    if within is not None:
        still = still & (wait < within)
    keys = [name for name in (ENTITY, SESSION) if name in journeys.columns]
    waiting = (
        journeys.filter(still)
        .with_row_index(_JOURNEY)
        .select(_JOURNEY, *keys, pl.col(before).alias("start"), pl.col(here).is_not_null().alias(_CONVERTED))
    )
    later = sum(1 << k for k in range(anchor + 1, plan.stages))
    did = (
        events.filter(pl.col(EVENT).is_not_null() & (pl.col(NAMED) & later == 0))
        .select(*keys, EVENT, TIME)
        .join(waiting, on=keys)
        .filter(pl.col(TIME) > pl.col("start"), pl.col(TIME) <= pl.col("start") + wait)
        .unique([_JOURNEY, EVENT])
        .group_by(EVENT)
        .agg(pl.len(), pl.col(_CONVERTED).sum())
        .sort(EVENT)
    )
    after = {name: (count, converted) for name, count, converted in did.iter_rows()}
    return Landmark(wait, waiting.height, int(waiting[_CONVERTED].sum()), after)
