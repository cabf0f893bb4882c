"""Journeys of what is compared: how many of each side include each required stage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple, Self

import polars as pl

from growthctl.events.column_names import SIDE
from growthctl.kernel.plan import ENTRY_TIME, Plan, times
from growthctl.kernel.segment_values import MISSING
from growthctl.kernel.tally.segment_counts import MOST_SEGMENTS, NOT_REACHED, OTHER

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


def reached_by(journeys: pl.DataFrame, segments: pl.DataFrame, plan: Plan) -> SideTables:
    """What sides 0 and 1 reached by the values of properties; `segments` as from `segment_of`, row by row.

    Beyond MOST_SEGMENTS the rarer values of a property are one, OTHER.
    """
    named = named_values(segments)
    frame = journeys.select(SIDE, *times(plan.required)).hstack(common_or_other(named, common_values(named)))
    return {
        tuple(segments.columns[int(name)] for name in split): SideCounts.of(frame, plan, split).table
        for split in _splits(named.columns)
    }


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


def by_weekday(journeys: pl.DataFrame, plan: Plan, timezone: str) -> SideCounts:
    """By the weekday of the entry, from 1 for Monday."""
    local = pl.from_epoch(ENTRY_TIME, "us").dt.replace_time_zone("UTC").dt.convert_time_zone(timezone)
    return SideCounts.of(journeys.with_columns(local.dt.weekday().alias("weekday")), plan, ("weekday",))


def _splits(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    yield from ((name,) for name in names)
    yield from combinations(names, 2)
