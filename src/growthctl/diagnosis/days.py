"""Days that follow each other: how many entered a transition on each, and how many of them converted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from growthctl.clock import DAY, LONG_AGO, NEVER, Micros
from growthctl.stats.arrays import Bools, Floats, Ints
from growthctl.stats.proportions import Proportion
from growthctl.stats.spread import LEAST_DAYS_BY_WEEKDAY, Spread, spread_over_days

MOST_OF_A_WEEK, MOST_OF_THREE_WEEKS = 4, 14
_THURSDAY = 3
"""The weekday of the epoch, from 0 for Monday."""


Span = tuple[Micros | None, Micros | None]
"""[since, until), µs since the epoch: None is from the beginning on, or to the end."""


class Days(NamedTuple):
    """Counts by the local calendar day; a day on which nobody entered counts 0."""

    start: int
    """Midnight of the first day: µs since the epoch on the local clock."""
    entered: Ints
    converted: Ints
    offset: int = 0
    """How far (µs) the local clock is ahead of UTC."""

    @property
    def length(self) -> int:
        """How many days."""
        return len(self.entered)

    def at(self, day: int) -> Micros:
        """When a day begins: µs since the epoch, UTC."""
        return self.start + day * DAY - self.offset

    def until(self, instant: Micros) -> Days:
        """The days that end before an instant, or with it."""
        length = max(0, min(self.length, (instant + self.offset - self.start) // DAY))
        return self._replace(entered=self.entered[:length], converted=self.converted[:length])

    def since(self, instant: Micros) -> Days:
        """The days that begin at an instant, or after it."""
        first = max(0, min(self.length, -(-(instant + self.offset - self.start) // DAY)))
        start = self.start + first * DAY
        return self._replace(start=start, entered=self.entered[first:], converted=self.converted[first:])

    def through(self, later: Days) -> Days:
        """Who entered here and converted at a later transition, on the days of both; both begin with the same day."""
        length = min(self.length, later.length)
        return self._replace(entered=self.entered[:length], converted=later.converted[:length])

    def rates_of(self, weekdays: Ints) -> Floats:
        """The usual rate of each of some weekdays; that of all days where there are few, or none of a weekday."""
        rate = np.full(7, self.total.rate or 0.0)
        if np.count_nonzero(self.entered) >= LEAST_DAYS_BY_WEEKDAY:
            n, x = (np.bincount(self.weekdays, counts, 7) for counts in (self.entered, self.converted))
            np.divide(x, n, out=rate, where=n > 0)
        rates: Floats = rate[weekdays]
        return rates

    @property
    def weekdays(self) -> Ints:
        """The weekday of each, from 0 for Monday."""
        weekdays: Ints = (self.start // DAY + _THURSDAY + np.arange(self.length)) % 7
        return weekdays

    @property
    def total(self) -> Proportion:
        """All days together."""
        return Proportion(int(self.entered.sum()), int(self.converted.sum()))

    def of(self, which: Bools | slice) -> Proportion:
        """Some days together."""
        return Proportion(int(self.entered[which].sum()), int(self.converted[which].sum()))

    def only(self, which: Bools) -> Days:
        """The same days, with nobody on the others."""
        return self._replace(entered=np.where(which, self.entered, 0), converted=np.where(which, self.converted, 0))

    def of_spans(self, spans: Sequence[Span]) -> Ints:
        """For each day, of which of some spans (from 1) it has a part; 0 for none."""
        start = self.at(0) + np.arange(self.length) * DAY
        number = np.zeros(self.length, np.int64)
        for place, (since_at, until_at) in enumerate(spans, 1):
            end = NEVER if until_at is None else until_at
            number[(start + DAY > (LONG_AGO if since_at is None else since_at)) & (start < end)] = place
        return number

    @property
    def weeks(self) -> tuple[Proportion, ...]:
        """Seven days each, counted from the last day back, the oldest first; that one has MOST_OF_A_WEEK at least."""
        missing = -self.length % 7
        entered, converted = (
            np.pad(counts, (missing, 0)).reshape(-1, 7).sum(axis=1).tolist()
            for counts in (self.entered, self.converted)
        )
        weeks = tuple(map(Proportion, entered, converted))
        return weeks if 7 - missing >= MOST_OF_A_WEEK else weeks[1:]

    @property
    def are_three_weeks(self) -> bool:
        """On most of whose days somebody entered, or in four weeks of which somebody did: an early stray makes none."""
        busy, weeks = int(np.count_nonzero(self.entered)), sum(week.entered > 0 for week in self.weeks)
        return self.length >= 21 and (busy >= MOST_OF_THREE_WEEKS or weeks > 3)

    def spread(self, side: Ints | None = None) -> Spread:
        """How restless they are; `side` numbers stretches with a rate of their own, see `spread_over_days`."""
        return spread_over_days(self.entered, self.converted, self.weekdays, side)


NO_DAYS = Days(0, np.zeros(0, np.int64), np.zeros(0, np.int64))
