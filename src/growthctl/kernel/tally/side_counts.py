"""Journeys of what is compared: ranges of entries, or segments of one range, all judged at the same age."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations

import polars as pl

from growthctl.clock import DAY, TimeRange, on_clock
from growthctl.events.column_names import SIDE
from growthctl.kernel.plan import ENTRY_TIME, Plan, times
from growthctl.kernel.segment_values import MISSING
from growthctl.kernel.tally.segment_counts import MOST_SEGMENTS, NOT_REACHED, OTHER

Reached = tuple[int, ...]
"""How many journeys include each required stage."""
Table = dict[tuple[object, ...], tuple[Reached, Reached]]
"""What sides 0 and 1 reached, by values."""
Tables = dict[tuple[str, ...], Table]
"""By the values of each property, and of each two."""


def at_age(plan: Plan, age: int) -> Plan:
    """What the funnel would say had everybody been observed for `age` microseconds after each entry, and no longer.

    That is the funnel with its window cut to that age: later events are ignored, whoever has them. An attempt that
    is less deep by then may give way to another one, as it would have had the log ended there.
    """
    return plan if plan.give_up is not None and plan.give_up <= age else replace(plan, window=age)


def span_of(spans: Sequence[TimeRange]) -> Callable[[pl.Expr], pl.Expr]:
    """Maps a time to the position of its span, or to their number; the spans do not overlap."""

    def position(time: pl.Expr) -> pl.Expr:
        found = pl.lit(len(spans))
        for number, span in enumerate(spans):
            found = pl.when((time >= span.since) & (time < span.until)).then(number).otherwise(found)
        return found.cast(pl.Int64)

    return position


def reached_of(journeys: pl.DataFrame, plan: Plan, side: int) -> Reached:
    """How many journeys of one side include each required stage; SIDE is a column of `journeys`."""
    return journeys.filter(pl.col(SIDE) == side).select(pl.col(times(plan.required)).count()).row(0)


def reached_by(journeys: pl.DataFrame, segments: pl.DataFrame, plan: Plan) -> Tables:
    """What sides 0 and 1 reached by the values of properties; `segments` as from `segment_of`.

    Beyond MOST_SEGMENTS the rarer values of a property are one, OTHER.
    """
    names = [name for name in segments.columns if name != MISSING]
    missing = segments[MISSING]
    columns = [_named(segments[name], missing).alias(f"property_{k}") for k, name in enumerate(names)]
    frame = journeys.select(SIDE, *times(plan.required)).hstack(columns)
    splits = [*((k,) for k in range(len(names))), *combinations(range(len(names)), 2)]
    return {tuple(names[k] for k in split): _counted(frame, [f"property_{k}" for k in split], plan) for split in splits}


def reached_by_weekday(journeys: pl.DataFrame, plan: Plan, timezone: str) -> Table:
    """What sides 0 and 1 reached by the weekday of the entry, from 1 for Monday."""
    local = pl.from_epoch(ENTRY_TIME, "us").dt.replace_time_zone("UTC").dt.convert_time_zone(timezone)
    frame = journeys.select(SIDE, *times(plan.required), local.dt.weekday().alias("weekday"))
    return _counted(frame, ["weekday"], plan)


def weekday_shares(span: TimeRange, timezone: str) -> list[float]:
    """Which share of a span lies on each weekday, Monday first."""
    start, end = on_clock(span.since, timezone), on_clock(span.until, timezone)
    held = [0] * 7
    for day in range(start // DAY, -(-end // DAY)):
        # The epoch was a Thursday.
        held[(day + 3) % 7] += min(end, (day + 1) * DAY) - max(start, day * DAY)
    return [part / (end - start) for part in held]


def _named(values: pl.Series, missing: pl.Series) -> pl.Series:
    """The values of a property, few enough to compare one by one."""
    if missing.any():
        values = values.cast(pl.String).zip_with(~missing, pl.Series([NOT_REACHED]))
    if values.n_unique() <= MOST_SEGMENTS:
        return values
    common = values.value_counts().sort("count", values.name, descending=[True, False], nulls_last=True)
    kept = values.is_in(common[values.name].head(MOST_SEGMENTS).implode(), nulls_equal=True)
    return values.cast(pl.String).zip_with(kept, pl.Series([OTHER]))


def _counted(frame: pl.DataFrame, columns: Sequence[str], plan: Plan) -> Table:
    stages = times(plan.required)
    counted = (
        frame.group_by(*columns, SIDE)
        .agg(pl.col(stages).count())
        .with_columns(pl.col(pl.Categorical).cast(pl.String))
        .sort(*columns, SIDE, nulls_last=True)
    )
    nobody = (0,) * len(stages)
    found: dict[tuple[object, ...], list[Reached]] = {}
    for row in counted.iter_rows():
        values, side, reached = row[: len(columns)], row[len(columns)], row[len(columns) + 1 :]
        found.setdefault(values, [nobody, nobody])[side] = reached
    return {values: (both[0], both[1]) for values, both in found.items()}
