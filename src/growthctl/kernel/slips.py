"""Signs that the log itself is off: events written twice, stages in one instant, stages shortly before their time."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from growthctl.events.rows import ENTITY, TIME
from growthctl.kernel.names import SESSION, STAGES
from growthctl.kernel.plan import Plan, times

_SECOND = 1_000_000
CLOSE = 900 * _SECOND
"""Two clocks differ by minutes; who did two things in another order did so hours or days apart."""
_MANY = 1_000_000
_PRIMES = (7, 13, 31, 61, 127, 257)
_JOURNEY = "#journey"
NO_GAPS = pl.Series("gap", [], pl.Int64)


def same_instant(journeys: pl.DataFrame, plan: Plan) -> list[int]:
    """For each required stage, the journeys that have it in the very instant of the previous required stage."""
    pairs = zip(times(plan.required), times(plan.required)[1:], strict=False)
    ties = journeys.select((pl.col(here) == pl.col(before)).sum().alias(here) for before, here in pairs)
    return [0, *(ties.row(0) if ties.width else ())]


def repeated(events: pl.LazyFrame, number: int) -> tuple[int, int]:
    """(events looked at, those of them that repeat another one: same entity, stages and time), of about `number`.

    Of a large log only the events of some seconds are looked at: what is written twice has one time.
    """
    seen = events.filter(pl.col(STAGES) > 0)
    if number > _MANY:
        prime = next((prime for prime in _PRIMES if prime * _MANY >= number), _PRIMES[-1])
        seen = seen.filter(pl.col(TIME) // _SECOND % prime == 0)
    counted = seen.group_by(ENTITY, TIME, STAGES).len().select(pl.col("len").sum(), pl.len().alias("distinct"))
    total, distinct = counted.collect(engine="streaming").row(0)
    return total, total - distinct


def early(journeys: pl.DataFrame, events: pl.DataFrame, plan: Plan, out_of_order: Sequence[int]) -> list[pl.Series]:
    """For each stage, how long before the previous required stage the journeys without it have its event.

    In microseconds, at most CLOSE, a journey each; with `ties: later` 0 where it is in the very instant. In
    `order: any` there are none.
    """
    sought = [stage > 0 and (count > 0 or plan.ties == "later") for stage, count in enumerate(out_of_order)]
    if plan.order == "any":
        sought = [False] * plan.stages
    return [_gaps(journeys, events, plan, stage) if sought[stage] else NO_GAPS for stage in range(plan.stages)]


def _gaps(journeys: pl.DataFrame, events: pl.DataFrame, plan: Plan, stage: int) -> pl.Series:
    here, before = times([stage, plan.anchor(stage)])
    keys = [name for name in (ENTITY, SESSION) if name in journeys.columns]
    without = journeys.filter(pl.col(here).is_null() & pl.col(before).is_not_null()).with_row_index(_JOURNEY)
    having = events.filter(pl.col(STAGES) & (1 << stage) > 0).select(*keys, TIME)
    gap = (pl.col(before) - pl.col(TIME)).alias(NO_GAPS.name)
    least = 0 if plan.ties == "later" else 1
    gaps = without.select(_JOURNEY, *keys, before).join(having, on=keys).select(_JOURNEY, gap)
    close = gaps.filter(pl.col(NO_GAPS.name).is_between(least, CLOSE))
    return close.group_by(_JOURNEY).agg(pl.col(NO_GAPS.name).min())[NO_GAPS.name]
