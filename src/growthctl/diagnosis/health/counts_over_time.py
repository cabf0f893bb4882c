"""Counts of journeys as arrays over time: what the looks for missing events and fallen rates work on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from growthctl.clock import DAY, WEEK
from growthctl.diagnosis.transitions import SegmentValues
from growthctl.stats.arrays import Bools, Floats, Ints

MOST_BINS = 200_000
_MONDAY = 4 * DAY
"""1970-01-05, the first Monday."""


class CountsOverTime(NamedTuple):
    """Journeys by the hour or day, as arrays of shape (required stages, bins)."""

    start: int
    """Where bin 0 starts: µs since the epoch on the local clock."""
    width: int
    """Of a bin (µs)."""
    offset: int
    """How far (µs) the local clock is ahead of UTC."""
    reached: Ints
    """Those that reached a stage in a bin."""
    ripe: Ints
    """The ripe ones of them."""
    went_on: Ints
    """Those of them that reached the next required stage."""
    segment: SegmentValues | None = None
    """Whose counts these are; None is everybody."""

    @classmethod
    def of(
        cls,
        rows: Ints | Sequence[tuple[int, int, int, int, int]],
        stages: int,
        width: int,
        offset: int,
        segment: SegmentValues | None = None,
        as_of: int | None = None,
    ) -> CountsOverTime:
        """From (bin, stage, reached, ripe, went on), up to the bin of `as_of`; of a log that spans absurdly many bins
        the busiest part.
        """
        table = np.asarray(rows, dtype=np.int64).reshape(-1, 5)
        table = table[np.argsort(table[:, 0], kind="stable")]
        if len(table) and table[-1, 0] - table[0, 0] >= MOST_BINS:
            share = np.cumsum(table[:, 2]) / table[:, 2].sum()
            last = table[np.searchsorted(share, 0.999), 0]
            table = table[(table[:, 0] <= last) & (table[:, 0] > last - MOST_BINS)]
        first, last = (table[0, 0], table[-1, 0]) if len(table) else (0, -1)
        if as_of is not None and len(table) and (as_of + offset) // width - first < MOST_BINS:
            last = max(last, (as_of + offset) // width)
        arrays = np.zeros((3, stages, int(last - first + 1)), dtype=np.int64)
        arrays[:, table[:, 1], table[:, 0] - first] = table[:, 2:].T
        return cls(int(first) * width, width, offset, arrays[0], arrays[1], arrays[2], segment)

    @property
    def bins(self) -> int:
        """How many."""
        return int(self.reached.shape[1])

    @property
    def slots(self) -> Ints:
        """Which hour, or day, of the week each bin is: from Monday on."""
        starts = self.start - _MONDAY + np.arange(self.bins, dtype=np.int64) * self.width
        slots: Ints = starts % WEEK // self.width
        return slots

    def at(self, position: int) -> int:
        """The instant at which a bin starts, in microseconds since the epoch, UTC."""
        return self.start + position * self.width - self.offset

    def between(self, since: int, until: int | None) -> Bools:
        """The bins that start at or after an instant and before another one."""
        starts = self.start - self.offset + np.arange(self.bins, dtype=np.int64) * self.width
        mask: Bools = (starts >= since) & (starts < until) if until is not None else starts >= since
        return mask

    def until(self, instant: int) -> CountsOverTime:
        """The bins that lie wholly before an instant."""
        bins = max(0, min(self.bins, (instant + self.offset - self.start) // self.width))
        return self._replace(reached=self.reached[:, :bins], ripe=self.ripe[:, :bins], went_on=self.went_on[:, :bins])

    def daily(self) -> CountsOverTime:
        """The same by the day."""
        start = self.start // DAY * DAY
        reached, ripe, went_on = (
            self._by_day(counts).sum(axis=2) for counts in (self.reached, self.ripe, self.went_on)
        )
        return self._replace(start=start, width=DAY, reached=reached, ripe=ripe, went_on=went_on)

    def whole_days(self, among: Bools) -> Bools:
        """The days of `daily` all of whose bins are `among` these."""
        others = self._by_day(~among[np.newaxis]).sum(axis=2)
        days: Bools = others[0] == 0
        return days

    def _by_day(self, counts: NDArray[Any]) -> NDArray[Any]:
        """(…, bins) as (…, days, bins of a day), with zeros where the first and the last day are not whole."""
        before, per_day = self.start % DAY // self.width, DAY // self.width
        after = -(before + self.bins) % per_day
        padded = np.pad(counts, ((0, 0), (before, after)))
        return padded.reshape(len(counts), -1, per_day)


def usual(counts: Ints, slots: Ints, among: Bools) -> Floats:
    """The mean count of each bin's slot of the week over the bins `among`; 0 for a slot that has none there."""
    size = int(slots.max(initial=0)) + 1
    totals = np.bincount(slots[among], weights=counts[among], minlength=size)
    occurrences = np.bincount(slots[among], minlength=size)
    means: Floats = np.divide(totals, occurrences, out=np.zeros(size), where=occurrences > 0)
    return means[slots]
