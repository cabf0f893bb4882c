"""The value of a property for each journey: the segment that it belongs to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import NamedTuple

import numpy as np
import polars as pl

from growthctl.clock import NEVER
from growthctl.events.column_names import ENTITY, SESSION, STAGES, TIME
from growthctl.kernel.event_times import EventTimes
from growthctl.kernel.plan import Plan, times
from growthctl.kernel.sorted_events import Events
from growthctl.stats.arrays import Bools, Ints

ENTRY = "entry"
"""The attribution to the event with which a journey starts, at whichever stage that is."""
MISSING = "#missing"
NOWHERE = -1
"""The row of a stage that a journey lacks."""
_JOURNEY = "#journey"
_MANY = 1 << 20
"""As many different values as may be counted in a table."""


class Segments(NamedTuple):
    """The segments of journeys, the largest first."""

    numbers: list[Ints]
    """For each part of the journeys the number of each one's segment."""
    values: list[tuple[object, ...]]
    """By number."""
    lacking: list[bool]
    """By number: is there no value, because the journeys lack the stage that gives it?"""
    sizes: Ints
    """By number."""
    properties: int
    """How many values a segment has."""

    @classmethod
    def of(cls, parts: Sequence[pl.DataFrame]) -> Segments:
        """From what `segment_of` gives for each part."""
        rows_of_all = pl.concat(parts)
        number, example = _distinct_rows(rows_of_all)
        sizes = np.bincount(number, minlength=len(example))
        table = rows_of_all[example]
        names = [f"property_{position}" for position in range(rows_of_all.width - 1)]
        table.columns = [*names, MISSING]
        ranked = table.with_row_index("at").with_columns(pl.Series("size", -sizes))
        order = ranked.sort("size", *names, MISSING, nulls_last=True)["at"].to_numpy()
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        rows = table[order]
        numbers = np.split(place[number], np.cumsum([part.height for part in parts])[:-1])
        return cls(numbers, rows.drop(MISSING).rows(), rows[MISSING].to_list(), sizes[order], len(names))


def _distinct_rows(frame: pl.DataFrame) -> tuple[Ints, Ints]:
    """A number for each row, the same for equal rows, without gaps from 0; and for each number a row that has it."""
    code, size = np.zeros(frame.height, np.int64), 1
    for column in frame.iter_columns():
        codes = _codes(column)
        different = int(codes.max(initial=0)) + 1
        code, size = (codes if size == 1 else code * different + codes), size * different
        if size > _MANY:
            code = np.unique(code, return_inverse=True)[1]
            size = int(code.max(initial=0)) + 1
    example = np.full(size, -1)
    example[code[::-1]] = np.arange(frame.height)[::-1]
    used = example >= 0
    return (np.cumsum(used) - 1)[code], example[used]


def _codes(column: pl.Series) -> Ints:
    """A number for each value, and 0 or more for null."""
    if isinstance(column.dtype, pl.Categorical | pl.Enum):
        return (column.to_physical().cast(pl.Int64) + 1).fill_null(0).to_numpy()
    if column.dtype == pl.Boolean and not column.null_count():
        return column.to_numpy().astype(np.int64)
    groups = pl.DataFrame([column.alias("value")]).with_row_index("row").group_by("value").agg("row")
    code = np.empty(len(column), np.int64)
    numbers = np.repeat(np.arange(groups.height), groups["row"].list.len().to_numpy())
    code[groups["row"].explode().to_numpy()] = numbers
    return code


def segment_of(
    journeys: pl.DataFrame, events: pl.DataFrame, plan: Plan, properties: Sequence[str], attribution: str | int
) -> pl.DataFrame:
    """The value of each of `properties` for each of `journeys`, in their order; and MISSING.

    `attribution`: ENTRY, `first` or `last` (non-null along the journey), or a stage; MISSING where a journey lacks
    that.
    """
    names = list(properties)
    if isinstance(attribution, str):
        looked_at = _only_entries(journeys, plan) if attribution == ENTRY else journeys
        values = _along(looked_at, events, plan, names, latest=attribution == "last")
        return values.with_columns(pl.lit(value=False).alias(MISSING))
    values = values_at(journeys, events, plan, names, attribution)
    return values.with_columns(journeys[times([attribution])[0]].is_null().alias(MISSING))


def segment_of_rows(
    source: pl.DataFrame, row: Mapping[int, Ints], properties: Sequence[str], attribution: str | int
) -> pl.DataFrame:
    """The same for journeys of which it is known which `row` of `source` fills each stage; NOWHERE where none does."""
    names = list(properties)
    if isinstance(attribution, str):
        rows = [row[stage] for stage in sorted(row, reverse=attribution == "last")]
        if attribution == ENTRY:
            # The first that there is, whatever its value.
            rows = [reduce(lambda entry, later: np.where(entry == NOWHERE, later, entry), rows)]
        values = _first_known([of_rows(source, at, names) for at in rows], names)
        return values.with_columns(pl.lit(value=False).alias(MISSING))
    missing = pl.Series(MISSING, row[attribution] == NOWHERE)
    return of_rows(source, row[attribution], names).with_columns(missing)


def rows_at(
    events: Events, entity: Ints, time: Ints, stages: Sequence[int], plan: Plan
) -> tuple[dict[int, Ints], Bools]:
    """For journeys of entities, with their `time` (stages, journeys): the row at each of some stages, else NOWHERE; and
    where there may be several, so that more must decide (see `values_at`).
    """
    rows = {stage: np.full(len(entity), NOWHERE) for stage in stages}
    crowded = np.zeros(len(entity), np.bool_)
    for stage in stages:
        at = np.flatnonzero(events.stages if plan.order == "any" else events.stages & (1 << stage))
        event_times = EventTimes(events.time[at], np.searchsorted(at, events.start))
        having = np.flatnonzero(time[stage] != NEVER)
        last = event_times.passed(entity[having], time[stage, having]) - 1
        rows[stage][having] = events.row[at[last]]
        before = np.maximum(last - 1, event_times.start[entity[having]])
        crowded[having] |= (before < last) & (event_times.time[before] == event_times.time[last])
    return rows, crowded


def of_rows(source: pl.DataFrame, row: Ints, properties: Sequence[str]) -> pl.DataFrame:
    """`properties` of some rows; null for NOWHERE."""
    index = pl.Series(row)
    if bool((row == NOWHERE).any()):
        index = index.replace(NOWHERE, None)
    return pl.DataFrame([source[name].gather(index) for name in properties])


def values_at(
    journeys: pl.DataFrame, events: pl.DataFrame, plan: Plan, properties: Sequence[str], stage: int
) -> pl.DataFrame:
    """`properties` of the event at a stage for each of `journeys`, in their order; null where there is none.

    Of several events at the stage's instant that match it, the one with the smallest values: whichever row the log
    happens to hold first must not decide.
    """
    matching = pl.col(STAGES) > 0 if plan.order == "any" else pl.col(STAGES) & (1 << stage) > 0
    # A session by gap has no column of its own: an entity has one session at a time.
    keys = [name for name in (ENTITY, SESSION) if name in events.columns]
    held = [pl.col(name).alias(f"{name} held") for name in plan.hold]
    wanted = journeys.with_row_index(_JOURNEY).select(_JOURNEY, *keys, *held, pl.col(times([stage])[0]).alias(TIME))
    filling = events.filter(matching).select(*keys, *held, TIME, *properties)
    values = (
        wanted.join(filling, on=wanted.columns[1:])
        .sort(_JOURNEY, *properties, nulls_last=True)
        .unique(_JOURNEY, keep="first", maintain_order=True)
        .select(_JOURNEY, *properties)
    )
    return wanted.select(_JOURNEY).join(values, on=_JOURNEY, how="left", maintain_order="left").drop(_JOURNEY)


def _along(
    journeys: pl.DataFrame, events: pl.DataFrame, plan: Plan, properties: Sequence[str], *, latest: bool
) -> pl.DataFrame:
    order = range(plan.stages - 1, -1, -1) if latest else range(plan.stages)
    return _first_known([values_at(journeys, events, plan, properties, stage) for stage in order], properties)


def _only_entries(journeys: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """`journeys` with the times of no stages but those where they start."""
    names = times(range(plan.stages))
    later = [
        pl.when(pl.all_horizontal(pl.col(names[:stage]).is_null())).then(pl.col(names[stage])).alias(names[stage])
        for stage in range(1, plan.stages)
    ]
    return journeys.with_columns(later)


def _first_known(values: Sequence[pl.DataFrame], properties: Sequence[str]) -> pl.DataFrame:
    """Of several values for each journey the first that is not null."""
    together = [pl.coalesce(pl.Series(name, frame[name]) for frame in values).alias(name) for name in properties]
    return pl.select(together)
