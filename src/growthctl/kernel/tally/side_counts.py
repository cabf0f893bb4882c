"""Journeys of what is compared: how many of each side include each required stage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise
from typing import NamedTuple, Self

import polars as pl

from growthctl.events.column_names import SIDE
from growthctl.kernel.plan import ENTRY_TIME, Plan, times
from growthctl.kernel.segment_values import MISSING
from growthctl.kernel.tally.segment_counts import MOST_SEGMENTS, NOT_REACHED, OTHER

DAY = "#day"
"""Since the epoch, on the local clock."""
Reached = tuple[int, ...]
"""How many journeys include each required stage."""
SideTable = dict[tuple[object, ...], tuple[Reached, Reached]]
"""What sides 0 and 1 reached, by values."""
SideTables = dict[tuple[str, ...], SideTable]
"""By the values of each property, and of each two."""


class SideCounts(NamedTuple):
    """How many journeys of some entities include each required stage, by side and the values of some columns."""

    frame: pl.DataFrame
    """The columns, SIDE, and a count for each required stage."""
    columns: tuple[str, ...] = ()

    @classmethod
    def of(cls, journeys: pl.DataFrame, plan: Plan, columns: Sequence[str] = ()) -> Self:
        """`journeys` have SIDE and the columns; null is a value."""
        counted = journeys.group_by(*columns, SIDE).agg(pl.col(times(plan.required)).count())
        return cls(counted.with_columns(pl.col(pl.Categorical).cast(pl.String)), tuple(columns))

    def __add__(self, other: Self) -> Self:  # type: ignore[override]
        return type(self)(
            pl.concat([self.frame, other.frame]).group_by(*self.columns, SIDE).agg(pl.all().sum()), self.columns
        )

    def reached(self, side: int) -> Reached:
        """How many journeys of a side include each required stage, whatever the values."""
        stages = self.frame.columns[len(self.columns) + 1 :]
        return self.frame.filter(pl.col(SIDE) == side).select(pl.col(stages).sum().cast(pl.Int64)).row(0)

    def over_days(self) -> Self:
        """Of sides 0 and 1, whatever the DAY."""
        columns = tuple(name for name in self.columns if name != DAY)
        compared = self.frame.filter(pl.col(SIDE) < 2).drop(DAY)
        return type(self)(compared.group_by(*columns, SIDE).agg(pl.all().sum()), columns)

    @property
    def both(self) -> tuple[Reached, Reached]:
        """How many journeys of side 0, and of side 1."""
        return self.reached(0), self.reached(1)

    @property
    def table(self) -> SideTable:
        """What sides 0 and 1 reached, in the order of the values."""
        nobody = (0,) * (self.frame.width - len(self.columns) - 1)
        table: dict[tuple[object, ...], list[Reached]] = {}
        for row in self.frame.sort(*self.columns, SIDE, nulls_last=True).iter_rows():
            values, side, reached = row[: len(self.columns)], row[len(self.columns)], row[len(self.columns) + 1 :]
            table.setdefault(values, [nobody, nobody])[side] = reached
        return {values: (both[0], both[1]) for values, both in table.items()}


def named_values(segments: pl.DataFrame) -> pl.DataFrame:
    """The values of each property, by its position; NOT_REACHED where a journey lacks the stage that gives them."""
    missing, properties = segments[MISSING], segments.drop(MISSING)
    columns = [values.alias(str(position)) for position, values in enumerate(properties.iter_columns())]
    if missing.any():
        columns = [
            values.cast(pl.String).zip_with(~missing, pl.Series([NOT_REACHED])).alias(values.name) for values in columns
        ]
    return pl.DataFrame(columns)


def common_values(named: pl.DataFrame) -> dict[str, pl.Series]:
    """Of each property that has more values than MOST_SEGMENTS, those that most journeys have."""
    return {
        values.name: values.value_counts()
        .sort("count", values.name, descending=[True, False], nulls_last=True)[values.name]
        .head(MOST_SEGMENTS)
        for values in named.iter_columns()
        if values.n_unique() > MOST_SEGMENTS
    }


def common_or_other(named: pl.DataFrame, common: Mapping[str, pl.Series]) -> pl.DataFrame:
    """The values of each property, few enough to compare one by one."""
    return named.with_columns(
        named[name].cast(pl.String).zip_with(named[name].is_in(kept.implode(), nulls_equal=True), pl.Series([OTHER]))
        for name, kept in common.items()
    )


def by_entry_day(
    journeys: pl.DataFrame, segments: pl.DataFrame, plan: Plan, timezone: str
) -> dict[tuple[str, ...], SideCounts]:
    """By the local DAY of the entry: of all, by the values of each property, and of each two.

    `segments` as from `segment_of`, row by row, without columns where there is no property. Of a property that has more
    than MOST_SEGMENTS values on sides 0 and 1, the rarer ones are together OTHER.
    """
    frame = journeys.select(SIDE, *times(plan.required), _local_day(ENTRY_TIME, timezone))
    counts: dict[tuple[str, ...], SideCounts] = {(): SideCounts.of(frame, plan, (DAY,))}
    if segments.width:
        named = named_values(segments)
        frame = frame.hstack(common_or_other(named, common_values(named.filter(journeys[SIDE] < 2))))
        for split in _splits(named.columns):
            by = tuple(segments.columns[int(name)] for name in split)
            counts[by] = SideCounts.of(frame, plan, (*split, DAY))
    return counts


def by_previous_day(journeys: pl.DataFrame, plan: Plan, timezone: str) -> list[pl.DataFrame]:
    """For each transition SIDE, the local DAY on which journeys got to the stage before, how many did, and went on."""
    stages = times(plan.required)
    return [
        journeys.filter(pl.col(before).is_not_null())
        .group_by(SIDE, _local_day(before, timezone))
        .agg(pl.len().cast(pl.Int64).alias("entered"), pl.col(stage).count().cast(pl.Int64).alias("converted"))
        .sort(SIDE, DAY)
        for before, stage in pairwise(stages)
    ]


def _local_day(time: str, timezone: str) -> pl.Expr:
    local = pl.from_epoch(time, "us").dt.replace_time_zone("UTC").dt.convert_time_zone(timezone)
    return local.dt.date().to_physical().cast(pl.Int64).alias(DAY)


def _splits(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    yield from ((name,) for name in names)
    yield from combinations(names, 2)
