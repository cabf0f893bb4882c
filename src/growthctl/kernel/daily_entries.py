"""How many enter on each day, to be held against counts of the same days."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from growthctl.clock import DAY, LONG_AGO, NEVER, Micros, TimeRange, at_clock, on_clock
from growthctl.events.column_names import STAGES, TIME
from growthctl.kernel.journeys import Journeys
from growthctl.kernel.periods import instants_of
from growthctl.stats.arrays import Ints


def first_entry_of(events: pl.LazyFrame) -> Micros | None:
    """When somebody first entered, whatever range is asked for; None where nobody did."""
    entry = events.filter(pl.col(STAGES) & 1 > 0).select(pl.col(TIME).min())
    first: Micros | None = entry.collect(engine="streaming").item()
    return first


def days_inside(span: TimeRange, timezone: str) -> range:
    """The local days, counted from 1970, that lie in a range from their beginning to their end."""
    if span.since == LONG_AGO or span.until == NEVER:
        raise ValueError("the range has no end")
    # A day begins when clocks first show it, at one where they skip midnight.
    first, last = (on_clock(at, timezone) // DAY for at in span)
    first += at_clock(first * DAY, timezone) < span.since
    return range(first, max(first, last))


def entries_per_day(
    parts: Sequence[Journeys], days: range, timezone: str, numbers: Sequence[Ints] | None = None, segments: int = 1
) -> Ints:
    """(segments, days): how many journeys of some parts belong to an entity that first entered on each of the days.

    `numbers`: for each part the number of each journey's segment, of so many `segments`.
    """
    starts = instants_of(np.arange(days.start, days.stop + 1) * DAY, timezone)
    counts = np.zeros((segments, len(days)), np.int64)
    for place, part in enumerate(parts):
        day = np.searchsorted(starts, part.first_entry, side="right") - 1
        inside = (day >= 0) & (day < len(days))
        segment = np.zeros(len(part), np.int64) if numbers is None else numbers[place]
        cells = segment[inside] * len(days) + day[inside]
        counts += np.bincount(cells, minlength=counts.size).reshape(counts.shape)
    return counts
