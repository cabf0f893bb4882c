"""Which of an entity's attempts is its journey."""

from __future__ import annotations

import polars as pl

from growthctl.events.rows import ENTITY
from growthctl.kernel.names import DEPTH, GROUP, UNIT
from growthctl.kernel.plan import Plan, times


def deepest(attempts: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Of attempts of every DEPTH one per ENTITY and GROUP: the deepest; of several the one with the earliest entry …;
    with equal required times the one with more optional stages, then the one with the earlier of these.
    """
    required, optional = (
        [name for name in times(stages) if name in attempts.columns] for stages in (plan.required, plan.optional)
    )
    skipped = [pl.sum_horizontal(pl.col(name).is_null() for name in optional)] if optional else []
    order = [ENTITY, GROUP, -pl.col(DEPTH).cast(pl.Int16), *required, *skipped, *optional, UNIT]
    return attempts.sort(order, nulls_last=True).unique([ENTITY, GROUP], keep="first", maintain_order=True)


def earliest(attempts: pl.DataFrame, depth: int) -> pl.DataFrame:
    """Of attempts that are equally deep those with the earliest entry, then the earliest next stage …, per ENTITY and
    GROUP: more than one only where values that are held constant make the difference.
    """
    key = [ENTITY, GROUP, *times(range(depth))]
    first = attempts.select(key).sort(key).unique([ENTITY, GROUP], keep="first", maintain_order=True)
    return attempts.join(first, on=key, how="semi").with_columns(pl.lit(depth, pl.UInt8).alias(DEPTH))
