"""Who did what in the first hours after a stage, and who of those still on their way then went on to the next."""

from __future__ import annotations

from typing import NamedTuple, Self

import polars as pl

from growthctl.clock import Micros
from growthctl.events.column_names import ENTITY, EVENT, EXCLUDED, NAMED, SESSION, TIME
from growthctl.kernel.plan import ENTRY_TIME, Plan, times
from growthctl.stats.proportions import Proportion

_JOURNEY, _CONVERTED = "#journey", "#converted"


class Landmark(NamedTuple):
    """Journeys of some entities that at the landmark had not reached the next stage, but still could: of these, how
    many reached it later.

    Only who is on the way to the next stage then is looked at: that somebody converted early leaves less time for other
    events, which would look as if these hindered (Anderson, Cain and Gelber 1983).
    """

    all: Proportion
    after: dict[str, Proportion]
    """By the name of an event, those with it in the meantime."""

    @classmethod
    def of(cls, journeys: pl.DataFrame, events: pl.DataFrame, plan: Plan, stage: int, wait: Micros) -> Self:
        """The landmark is `wait` after the stage before. `events`: all, as from `stage_flags.marked_events`; those
        named like `stage`, or a later one, are left out; so are those that take the last stage back.
        """
        anchor = plan.anchor(stage)
        reached_at, before = times([stage, anchor])
        until = pl.col(before) + wait
        still = pl.col(before).is_not_null() & (pl.col(reached_at).is_null() | (pl.col(reached_at) > until))
        if plan.window is not None:
            still = still & (until < pl.col(ENTRY_TIME) + plan.window)
        within = plan.within[stage]
        if within is not None:
            still = still & (wait < within)
        keys = [name for name in (ENTITY, SESSION) if name in journeys.columns]
        waiting = (
            journeys.filter(still)
            .with_row_index(_JOURNEY)
            .select(_JOURNEY, *keys, pl.col(before).alias("start"), pl.col(reached_at).is_not_null().alias(_CONVERTED))
        )
        later = sum(1 << k for k in range(anchor + 1, plan.stages))
        did = (
            events.filter(pl.col(EVENT).is_not_null() & (pl.col(NAMED) & later == 0) & ~_takes_back(plan))
            .select(*keys, EVENT, TIME)
            .join(waiting, on=keys)
            .filter(pl.col(TIME) > pl.col("start"), pl.col(TIME) <= pl.col("start") + wait)
            .unique([_JOURNEY, EVENT])
            .group_by(EVENT)
            .agg(pl.len(), pl.col(_CONVERTED).sum())
            .sort(EVENT)
        )
        after = {name: Proportion(count, converted) for name, count, converted in did.iter_rows()}
        return cls(Proportion(waiting.height, int(waiting[_CONVERTED].sum())), after)

    def __add__(self, other: Self) -> Self:  # type: ignore[override]
        nobody = Proportion(0, 0)
        names = sorted({*self.after, *other.after})
        after = {name: self.after.get(name, nobody) + other.after.get(name, nobody) for name in names}
        return type(self)(self.all + other.all, after)


def _takes_back(plan: Plan) -> pl.Expr:
    """Which events are there to follow the last stage: these go with having reached it."""
    bits = sum(1 << number for number, rule in enumerate(plan.exclusions) if rule.takes_back)
    return pl.col(EXCLUDED) & bits > 0 if bits else pl.lit(value=False)


def usual_wait(journeys: pl.DataFrame, plan: Plan, stage: int) -> int:
    """The median time (µs) that those who reach `stage` take from the stage before; 0 where nobody does."""
    reached_at, before = times([stage, plan.anchor(stage)])
    median = (journeys[reached_at] - journeys[before]).median()
    return int(median) if isinstance(median, int | float) else 0
