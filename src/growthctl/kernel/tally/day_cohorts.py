"""How the cohorts of each day of first entry convert at each transition: of the ripe, by the local calendar day."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple, Self

import numpy as np

from growthctl.clock import DAY, Micros
from growthctl.kernel.journeys import Journeys
from growthctl.kernel.periods import instants_of
from growthctl.kernel.ripeness import Ripeness
from growthctl.kernel.tally.sums import total
from growthctl.stats.arrays import Ints

MOST_DAYS = 20_000
_BUSIEST = 0.999


class Calendar(NamedTuple):
    """Local days that follow each other."""

    first: int
    """The first one, in days since the epoch on the local clock."""
    starts: Ints
    """(days + 1,): the instant (µs, UTC) at which each begins; last that at which the last one ends. A day that the
    clocks skip lasts no time.
    """

    @classmethod
    def of(cls, parts: Sequence[Journeys], timezone: str, end: Micros) -> Self:
        """From the day of the first entry to that of `end`; in a log that spans absurdly many days the busiest ones."""
        ends = [(int(part.first_entry.min()), int(part.first_entry.max())) for part in parts if len(part)]
        if not ends:
            return cls(0, np.zeros(1, np.int64))
        since, until = min(first for first, _ in ends), max(last for _, last in ends)
        if since < end < since + MOST_DAYS * DAY:
            until = max(until, end)
        if until - since >= MOST_DAYS * DAY:
            entries = np.concatenate([part.first_entry for part in parts])
            until = int(np.quantile(entries, _BUSIEST, method="lower"))
            since = max(since, until - MOST_DAYS * DAY)
        # The clocks of no place differ by more than a day from those of another.
        days = np.arange(since // DAY - 1, until // DAY + 3)
        starts = instants_of(days * DAY, timezone)
        first, last = (int(np.searchsorted(starts, at, side="right")) - 1 for at in (since, until))
        return cls(int(days[first]), starts[first : last + 2])

    @property
    def days(self) -> int:
        """How many."""
        return len(self.starts) - 1

    def day_of(self, time: Ints) -> Ints:
        """In which of the days, from 0, each time lies; −1 before the first, and their number after the last."""
        number: Ints = np.clip((time - self.starts[0]) // DAY, -1, self.days)
        # The guess is out by a day at most for every time that clocks were changed, and that seldom.
        bounds = np.concatenate([[np.iinfo(np.int64).min], self.starts, [np.iinfo(np.int64).max]])
        while (late := time >= bounds[number + 2]).any():
            number += late
        while (early := time < bounds[number + 1]).any():
            number -= early
        return number


class DayCohorts(NamedTuple):
    """Of the marked journeys of some entities, by transition and local day of first entry."""

    counts: Ints
    """(required stages − 1; entered, converted; days): who is ripe at the stage and reached the required one before,
    and who of them reached it.
    """

    @classmethod
    def of(cls, journeys: Journeys, ripeness: Ripeness, calendar: Calendar) -> Self:
        """The day of the journey's own entry would depend on the outcome: the deepest attempt may be a later one."""
        day = calendar.day_of(journeys.first_entry)
        # Who is not ripe, or entered on no day of the calendar, goes to a day behind the last.
        day[day < 0] = calendar.days
        days = [np.where(ripe, day, calendar.days) for ripe in journeys.ripe]

        def by_day(day: Ints) -> Ints:
            return np.bincount(day, minlength=calendar.days + 1)[:-1]

        def counted(at: int, stage: int) -> Ints:
            return by_day(journeys.of_stage(at, days[min(stage, len(days) - 1)]))

        plan, required = ripeness.plan, ripeness.plan.required
        after = [counted(stage, stage) for stage in required]
        before = [
            # Where a window decides, who is ripe at one stage is ripe at all.
            after[place] if len(days) == 1 else counted(anchor, stage)
            for place, (anchor, stage) in enumerate(pairwise(required))
        ]
        converted = after[1:]
        if plan.is_open:
            converted = [by_day(journeys.through(k, days[min(k, len(days) - 1)], plan)) for k in required[1:]]
        return cls(np.array([before, converted], np.int64).reshape(2, len(before), calendar.days).swapaxes(0, 1))

    def __add__(self, other: Self) -> Self:  # type: ignore[override]
        return type(self)(self.counts + other.counts)


class Cohorts(NamedTuple):
    """The cohorts of one transition: only days all of whose entries count and are ripe, without gaps."""

    start: Micros
    """Midnight of the first day: µs since the epoch on the local clock."""
    entered: Ints
    converted: Ints


def day_cohorts(parts: Sequence[Journeys], ripeness: Ripeness, timezone: str, until: Micros) -> list[Cohorts]:
    """Of each transition, up to the last day whose entries all lie before `until` and are ripe."""
    calendar = Calendar.of(parts, timezone, min(until, ripeness.as_of))
    tally = total(lambda part: DayCohorts.of(part, ripeness, calendar), parts)
    cohorts = []
    for stage, (entered, converted) in zip(ripeness.plan.required[1:], tally.counts, strict=True):
        ripe_until = min(until, ripeness.as_of - ripeness.up_to(stage))
        days = int(np.searchsorted(calendar.starts[1:], ripe_until, side="right"))
        cohorts.append(Cohorts(calendar.first * DAY, entered[:days], converted[:days]))
    return cohorts
