"""Counts of journeys as arrays over time: what the looks for missing events and fallen rates work on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from growthctl.clock import DAY, WEEK
from growthctl.diagnosis.transitions import SegmentValues
from growthctl.stats.arrays import Bools, Floats, Ints

MOST_BINS = 200_000
LEAST_SLOTS = 8
"""From fewer nothing usual can be told."""
_HALF = 0.5
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
    in_time: Ints
    """Those that did within the time that nearly all take who do."""
    segment: SegmentValues | None = None
    """Whose counts these are; None is everybody."""
    is_open: bool = False
    """May who reaches a stage have entered there?"""

    @classmethod
    def of(
        cls,
        rows: Ints | Sequence[tuple[int, int, int, int, int, int]],
        stages: int,
        width: int,
        offset: int,
        segment: SegmentValues | None = None,
        as_of: int | None = None,
    ) -> CountsOverTime:
        """From (bin, stage, reached, ripe, went on, did in time), up to the bin of `as_of`; of a log that spans
        absurdly many bins the busiest part.
        """
        table = np.asarray(rows, dtype=np.int64).reshape(-1, 6)
        table = table[np.argsort(table[:, 0], kind="stable")]
        if len(table) and table[-1, 0] - table[0, 0] >= MOST_BINS:
            share = np.cumsum(table[:, 2]) / table[:, 2].sum()
            last = table[np.searchsorted(share, 0.999), 0]
            table = table[(table[:, 0] <= last) & (table[:, 0] > last - MOST_BINS)]
        first, last = (table[0, 0], table[-1, 0]) if len(table) else (0, -1)
        if as_of is not None and len(table) and (as_of + offset) // width - first < MOST_BINS:
            last = max(last, (as_of + offset) // width)
        arrays = np.zeros((4, stages, int(last - first + 1)), dtype=np.int64)
        arrays[:, table[:, 1], table[:, 0] - first] = table[:, 2:].T
        return cls(int(first) * width, width, offset, arrays[0], arrays[1], arrays[2], arrays[3], segment)

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

    @property
    def per_day(self) -> int:
        """How many bins a day has."""
        return DAY // self.width

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
        return self._with(lambda counts: counts[:, :bins])

    def daily(self) -> CountsOverTime:
        """The same by the day."""
        start = self.start // DAY * DAY
        daily = self._with(lambda counts: self._by_day(counts).sum(axis=2))
        return daily._replace(start=start, width=DAY)

    def whole_days(self, among: Bools) -> Bools:
        """The days of `daily` all of whose bins are `among` these."""
        others = self._by_day(~among[np.newaxis]).sum(axis=2)
        days: Bools = others[0] == 0
        return days

    def _with(self, change: Callable[[Ints], Ints]) -> CountsOverTime:
        """The same with every array changed."""
        reached, ripe, went_on, in_time = map(change, (self.reached, self.ripe, self.went_on, self.in_time))
        return self._replace(reached=reached, ripe=ripe, went_on=went_on, in_time=in_time)

    def _by_day(self, counts: NDArray[Any]) -> NDArray[Any]:
        """(…, bins) as (…, days, bins of a day), with zeros where the first and the last day are not whole."""
        before, per_day = self.start % DAY // self.width, DAY // self.width
        after = -(before + self.bins) % per_day
        padded = np.pad(counts, ((0, 0), (before, after)))
        return padded.reshape(len(counts), -1, per_day)


def usual_volume(counts: Ints, series: CountsOverTime, among: Bools) -> Floats:
    """The usual count of each bin of a series, going by the bins `among`, the empty ones too: what its weekday has,
    times the share of a day that its hour has.

    Zeros, that is nothing to be missed, where there are fewer than LEAST_SLOTS days to go by; and on a weekday of which
    there is less than half a day.
    """
    nothing = np.zeros(series.bins)
    hour, weekday = series.slots % series.per_day, series.slots // series.per_day
    occurrences = np.bincount(hour[among], minlength=series.per_day)
    if occurrences.min() < LEAST_SLOTS:
        return nothing
    by_hour = np.bincount(hour[among], counts[among], series.per_day) / occurrences
    if not by_hour.any():
        return nothing
    share = by_hour / by_hour.sum()
    passed = np.bincount(weekday[among], share[hour[among]], 7)
    totals = np.bincount(weekday[among], counts[among], 7)
    by_weekday = np.divide(totals, passed, out=np.zeros(7), where=passed >= _HALF)
    expected: Floats = by_weekday[weekday] * share[hour]
    return expected


def usual(counts: Ints, slots: Ints, among: Bools) -> Floats:
    """The mean count of each bin's slot of the week over the bins `among`; 0 for a slot that has none there."""
    size = int(slots.max(initial=0)) + 1
    totals = np.bincount(slots[among], weights=counts[among], minlength=size)
    occurrences = np.bincount(slots[among], minlength=size)
    means: Floats = np.divide(totals, occurrences, out=np.zeros(size), where=occurrences > 0)
    return means[slots]
