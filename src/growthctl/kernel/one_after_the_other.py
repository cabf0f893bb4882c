"""`count: attempts`: the attempts of an entity, one after the other."""

from __future__ import annotations

import polars as pl

from growthctl.events.rows import ENTITY, TIME
from growthctl.kernel.exclusions import fence
from growthctl.kernel.names import DEPTH, GROUP, UNIT
from growthctl.kernel.plan import Plan, times


def one_after_the_other(attempts: pl.DataFrame, events: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """Those of `attempts` (one per entry) that an entity makes when a new one starts at the first entry after the
    running one converted, timed out, met an exclusion or, in strict order, was broken.

    From each attempt a pointer leads to the next; those on the way from the first are marked by doubling: after n
    rounds the first 2ⁿ of every entity.
    """
    ordered = attempts.join(_ends(attempts, events, plan), on=[ENTITY, GROUP]).sort(ENTITY, GROUP).with_row_index("at")
    starts = ordered.select(ENTITY, pl.col(GROUP).alias("end"), pl.col("at").alias("next")).sort("end")
    following = ordered.sort("end", nulls_last=True).join_asof(
        starts, on="end", by=ENTITY, strategy="forward", allow_exact_matches=False, check_sortedness=False
    )
    jumps = following.select("at", "next").sort("at")["next"]
    marked = ordered.unique(ENTITY, keep="first", maintain_order=True)["at"]
    while jumps.null_count() < jumps.len():
        marked = pl.concat([marked, jumps.gather(marked).drop_nulls()]).unique()
        jumps = jumps.gather(jumps)
    return ordered.filter(pl.col("at").is_in(marked.implode())).drop("at", "end")


def _ends(attempts: pl.DataFrame, events: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """ENTITY, GROUP and the time after which the next attempt may start; null when it never ends."""
    # In strict order nothing may lie between, so an optional stage's event belongs to the attempt like any other.
    last = pl.max_horizontal(times(range(plan.stages) if plan.order == "strict" else plan.required))
    ends = [pl.col(times([0])[0]) + plan.give_up] if plan.give_up is not None else []
    asked = attempts
    for number, rule in enumerate(plan.exclusions):
        after = times([rule.after])[0]
        instants = events.select(UNIT, pl.col(TIME).alias(after), fence(number)).drop_nulls().unique()
        asked = asked.join(instants, on=[UNIT, after], how="left")
        passed = pl.col(times([rule.before])[0]).is_not_null()
        ends.append(pl.when(~passed).then(fence(number)))
    if plan.order == "strict":
        ends.append(last)
    unfinished = pl.min_horizontal(ends) if ends else pl.lit(None, pl.Int64)
    converted = pl.col(DEPTH) == len(plan.required)
    return asked.select(ENTITY, GROUP, pl.when(converted).then(last).otherwise(unfinished).alias("end"))
