"""How long the journeys took to each stage, and how long those have waited that still may reach it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from growthctl.kernel.counts import RIPE, Counts
from growthctl.kernel.names import FIRST_ENTRY
from growthctl.kernel.plan import Plan, times


@dataclass(frozen=True)
class Waits:
    """Of the `entered` journeys that reached the previous required stage, who reached this one and who still may, in
    the order of the time since then: after `converted[i]` more conversions, `censored[i]` open journeys were last seen.

    Conversions at the instant of a censoring come before it. Who is in neither list never converts.
    """

    entered: int
    converted: Sequence[int]
    censored: Sequence[int]


def waits(journeys: pl.DataFrame, plan: Plan, counts: Counts, as_of: int | None) -> tuple[Waits | None, ...]:
    """The waits for each stage, of marked `journeys`; None for the first stage, optional ones, and without a limit."""
    return tuple(
        _waits(journeys, plan, counts, stage, as_of)
        if stage in plan.required[1:] and plan.give_up is not None and as_of is not None
        else None
        for stage in range(plan.stages)
    )


def first_entries(journeys: pl.DataFrame, plan: Plan) -> tuple[int | None, ...]:
    """For each stage, the earliest first entry of the journeys that reached the required stage before it."""
    anchors = times([plan.anchor(stage) if stage else 0 for stage in range(plan.stages)])
    earliest = [
        pl.col(FIRST_ENTRY).filter(pl.col(anchor).is_not_null()).min().alias(str(stage))
        for stage, anchor in enumerate(anchors)
    ]
    return journeys.select(earliest).row(0)


def _waits(journeys: pl.DataFrame, plan: Plan, counts: Counts, stage: int, as_of: int) -> Waits:
    here, previous = times([stage])[0], times([plan.anchor(stage)])[0]
    counted = counts.stages[stage]
    if not counted.open:
        return Waits(counted.before, (counted.reached,), (0,))
    still_open = pl.col(previous).is_not_null() & pl.col(here).is_null() & ~pl.col(RIPE)
    last_seen = journeys.select(pl.when(still_open).then(as_of - pl.col(previous))).to_series().drop_nulls().sort()
    took = journeys.select(pl.col(here) - pl.col(previous)).to_series().drop_nulls().sort()
    runs = took.search_sorted(last_seen, side="right").cast(pl.Int64).rle().struct.unnest()
    converted = runs["value"].diff().fill_null(runs["value"][0]).to_list()
    return Waits(counted.before, [*converted, took.len() - runs["value"][-1]], [*runs["len"].to_list(), 0])
