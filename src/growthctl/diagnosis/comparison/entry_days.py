"""Both sides day by day, and the weeks before them: how much a rate, a segment or who comes varies by itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from growthctl.stats.arrays import Floats, Ints
from growthctl.stats.proportions import Pair, Proportion, log_ratio
from growthctl.stats.spread import (
    CHANCE,
    LEAST_WEEKS,
    Spread,
    larger,
    spread_between_groups,
    spread_of_days,
    spread_of_shares,
    spread_of_volume,
    spread_of_weeks,
)

EARLIER = 2
"""The first number of a side that is an earlier week."""
SUPPOSED_SD = 0.1


class SegmentDays(NamedTuple):
    """Counts by the values of one property or two and the day, of which most are 0: a row for each that is not."""

    values: Mapping[tuple[object, ...], int]
    """Their numbers."""
    number: Ints
    """(rows,): of the values."""
    at: Ints
    """(rows,): the position of the day."""
    reached: Ints
    """(required stages, rows)."""
    days: int

    def having(self, chosen: Collection[tuple[object, ...]]) -> Ints:
        """(required stages, days): of some values together."""
        numbers = [number for values, number in self.values.items() if values in chosen]
        rows = np.isin(self.number, numbers)
        at = self.at[rows]
        return np.stack([np.bincount(at, counts[rows], self.days).astype(np.int64) for counts in self.reached])

    def entrants(self, stage: int, chosen: Collection[tuple[object, ...]]) -> Ints:
        """(values, days): who enters the transition to a stage, apart."""
        table = np.zeros((len(self.values), self.days), np.int64)
        table[self.number, self.at] = self.reached[stage - 1]
        return table[[number for values, number in self.values.items() if values in chosen]]


class TransitionDays(NamedTuple):
    """Those who enter a transition, by the day on which they do, which may be later than that of their entry."""

    side: Ints
    """(days,)."""
    day: Ints
    entered: Ints
    converted: Ints


class Weeks(NamedTuple):
    """Whole weeks of parts that did not change: those before both sides, and those inside of a side of several."""

    place: Ints
    """(weeks, 7): the positions of their days."""
    part: Ints
    """(weeks,): 0 is `this`, 1 `against`, EARLIER before both."""
    at: Floats
    """(weeks,): when, in weeks since the epoch."""

    def sums(self, counts: Ints) -> Ints:
        """(…, days) as (…, weeks)."""
        sums: Ints = counts[..., self.place].sum(axis=-1)
        return sums

    @property
    def are_enough(self) -> bool:
        """Do they tell how much weeks vary? Three before both do."""
        return len(self.part) - len(np.unique(self.part)) >= LEAST_WEEKS - 1


class EntryDays(NamedTuple):
    """Days of entry: those of both sides, and of whole weeks before them, each of which is a side of its own."""

    side: Ints
    """(days,): 0 is `this`, 1 `against`, from EARLIER on earlier weeks, the last one first."""
    day: Ints
    """(days,): since the epoch, on the local clock."""
    reached: Ints
    """(required stages, days)."""
    segments: Mapping[tuple[str, ...], SegmentDays]
    """The same by the values of each property, and of each two."""
    is_shared: bool = False
    """Do both sides share their days?"""
    transitions: Sequence[TransitionDays] = ()
    """To each stage after the first."""

    @property
    def weeks(self) -> Weeks:
        """Seven days each, counted back from the last day of a side; one that is alone in its part tells nothing."""
        parts, rows = [], []
        for side in np.unique(self.side):
            days = np.flatnonzero(self.side == side)[::-1]
            blocks = [days[start : start + 7] for start in range(0, len(days) - 6, 7)]
            rows += blocks
            parts += [min(int(side), EARLIER)] * len(blocks)
        part = np.array(parts, np.int64)
        telling = [row for row, number in enumerate(part) if np.count_nonzero(part == number) > 1]
        place = np.array([rows[row] for row in telling], np.int64).reshape(-1, 7)
        return Weeks(place, part[telling], self.day[place].max(axis=1, initial=0) / 7)

    def spread_of(self, reached: Ints, stage: int) -> Spread:
        """φ of the rate of a transition, of `reached` (required stages, days): of its days, or of the earlier weeks.

        Where both sides share their days, of what is left between the sides.
        """
        entered, converted = reached[stage - 1], reached[stage]
        if self.is_shared:
            return spread_between_groups(self._by_side(entered), self._by_side(converted))
        days, weeks = spread_of_days(entered, converted, weekday_of(self.day), self.side), self.weeks
        if not weeks.are_enough:
            return larger(days, self._supposed(entered, converted))
        return larger(days, spread_of_weeks(weeks.sums(entered), weeks.sums(converted), weeks.part))

    def _supposed(self, entered: Ints, converted: Ints) -> Spread:
        """φ if weeks wobbled by SUPPOSED_SD of the rate: where too few are known, none of it can be ruled out.

        Of sides that last n weeks ln(rate ÷ rate) varies by SUPPOSED_SD² · (1/n + 1/n) more than by chance.
        """
        sides = [
            Proportion(int(entered[at].sum()), int(converted[at].sum())) for at in (self.side == 0, self.side == 1)
        ]
        ratio = log_ratio(Pair(*sides))
        if ratio is None or not ratio[1]:
            return CHANCE
        weeks = (max(1.0, np.count_nonzero(self.side == side) / 7) for side in (0, 1))
        return Spread(1 + SUPPOSED_SD**2 * sum(1 / n for n in weeks) / ratio[1] ** 2)

    def spread_of_days(self, stage: int) -> Spread:
        """φ of the rate of a transition of everybody, of its days alone."""
        return spread_of_days(self.reached[stage - 1], self.reached[stage], weekday_of(self.day), self.side)

    def spread_of_transition(self, stage: int) -> Spread:
        """φ of the rate of a transition of everybody.

        Days on which a stage works better than on others are those of its own entrants: by their entry they are spread
        over several days, which then look more alike than they are independent.
        """
        spread = self.spread_of(self.reached, stage)
        if self.is_shared or not self.transitions:
            return spread
        side, day, entered, converted = self.transitions[stage - 1]
        return larger(spread, spread_of_days(entered, converted, weekday_of(day), side))

    def spread_between(self, part: Ints, others: Ints, stage: int) -> Spread:
        """φ of how differently a segment and others convert; both (required stages, days)."""
        if self.is_shared:
            return larger(self.spread_of(part, stage), self.spread_of(others, stage))
        entered, converted = (np.stack([part[k], others[k]]) for k in (stage - 1, stage))
        days = spread_between_groups(entered, converted, self.side)
        weeks = self.weeks
        return larger(days, spread_between_groups(weeks.sums(entered), weeks.sums(converted), weeks.part))

    def spread_of_mix(self, entered: Ints) -> Spread:
        """φ of how those who enter a transition are spread over segments; (segments, days)."""
        days = spread_of_shares(entered, self.side)
        weeks = self.weeks
        return larger(days, spread_of_shares(weeks.sums(entered), weeks.part))

    @property
    def spread_of_entrants(self) -> Spread:
        """φ of how many enter a day."""
        return spread_of_volume(self.reached[0], weekday_of(self.day), self.side)

    def _by_side(self, counts: Ints) -> Ints:
        """(days,) as (sides, days)."""
        days, at = np.unique(self.day, return_inverse=True)
        table = np.zeros((2, len(days)), np.int64)
        table[self.side, at] = counts
        return table


def weekday_of(day: Ints) -> Ints:
    """From 0 for Monday; the epoch was a Thursday."""
    return (day + 3) % 7
