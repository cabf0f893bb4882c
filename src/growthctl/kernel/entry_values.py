"""The values of properties at an entity's first entry, found in the same pass as its time.

The time of an entry and the rank of its values among all values are packed into one number, time first: the smallest
number of an entity then holds its first entry, and of several at that instant the one with the smallest values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import polars as pl

from growthctl.events.rows import TIME
from growthctl.kernel.names import STAGES
from growthctl.kernel.segments import MISSING

_LARGEST = 2**62


@dataclass(frozen=True)
class EntryValues:
    """The different `values` of each property, in order; `since`, the first entry, from which times are counted."""

    name: str
    values: dict[str, pl.Series]
    since: int

    @classmethod
    def of(cls, name: str, events: pl.DataFrame, properties: Sequence[str]) -> EntryValues | None:
        """The values of `properties` among `events`; None where they are no texts, or too many for one number."""
        if not all(isinstance(events.schema[key], pl.Categorical) for key in properties):
            return None
        times = events.lazy().filter(pl.col(STAGES) & 1 > 0).select(pl.col(TIME).min(), last=pl.col(TIME).max())
        since, last = times.collect().row(0)
        if since is None:
            return None
        values = {key: events[key].unique().drop_nulls().cast(pl.String).sort() for key in properties}
        packed = cls(name, values, since)
        return packed if (last - since + 1) * packed._sets < _LARGEST else None

    @property
    def packed(self) -> pl.Expr:
        """Time and values of an entry as one number."""
        rank = pl.lit(0, pl.Int64)
        for key, values in self.values.items():
            rank = rank * (values.len() + 1) + pl.col(key).cast(pl.Enum(values)).to_physical().cast(pl.Int64).fill_null(
                values.len()
            )
        return (pl.col(TIME) - self.since) * self._sets + rank

    def unpacked(self, journeys: pl.DataFrame) -> pl.DataFrame:
        """The values that the column `name` of `journeys` holds, as `segments.segment_of` gives them."""
        rest, columns = pl.col(self.name) % self._sets, []
        for key, values in reversed(self.values.items()):
            with_null = values.extend_constant(None, 1).cast(pl.Categorical)
            columns.append(pl.lit(with_null).gather(rest % with_null.len()).alias(key))
            rest = rest // with_null.len()
        return journeys.select(*reversed(columns), pl.lit(value=False).alias(MISSING))

    @property
    def _sets(self) -> int:
        """How many different sets of values there can be, nulls included."""
        return prod(values.len() + 1 for values in self.values.values())
