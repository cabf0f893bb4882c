"""Where a change sits: the segments, and pairs of segments, whose rate moved apart from that of the others.

All values of each property are tried, then those of the other properties inside the best three. Each test counts, so
that the more is tried, the stronger the evidence has to be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import log, sqrt
from typing import NamedTuple

from growthctl.diagnosis.comparison.entry_days import EntryDays
from growthctl.stats.multitest import benjamini_hochberg
from growthctl.stats.proportions import NO_PAIR, Pair, Proportion, p_value
from growthctl.stats.spread import CHANCE, Spread
from growthctl.stats.tails import two_sided

MIN_ENTERED, MIN_CONVERTED = 100, 10
FALSE_SHARE = 0.10
BEST = 3
UNCHANGED = 0.05
ALL = "everybody"

SegmentKey = tuple[object, ...]
ReachedBySide = tuple[Sequence[int], Sequence[int]]
"""How many reached each required stage: this side, then the other one."""
SegmentTable = Mapping[SegmentKey, ReachedBySide]
"""What both sides reached, by values."""
SegmentTables = Mapping[tuple[str, ...], SegmentTable]
"""For each property, and each pair of properties."""


class Slice(NamedTuple):
    """A segment (one property) or a pair of segments at a transition."""

    stage: int
    """The required stage that the transition leads to."""
    by: tuple[str, ...]
    values: SegmentKey
    pair: Pair
    """Its change."""
    others: tuple[Pair, ...]
    """That of everybody else: of a pair of segments, everybody else in the one and in the other."""
    p_value: float
    """The largest of these: that it did not change, and that it changed as those others did."""
    spread: Spread = CHANCE
    """Of its own rate."""


class SegmentSearch(NamedTuple):
    """How many slices were tested at each transition, and those that survived, the strongest evidence first."""

    tested_at: tuple[int, ...]
    survivors: tuple[Slice, ...]

    @property
    def tested(self) -> int:
        """How many in all."""
        return sum(self.tested_at)


NO_VALUES = ("(not reached)", "(other)")
"""What stands for no value, or for several; these are never found."""


def transition(reached: ReachedBySide, stage: int) -> Pair:
    """The transition to required stage `stage` (from 1) on both sides."""
    this, against = (Proportion(side[stage - 1], side[stage]) for side in reached)
    return Pair(this, against)


def segment_search(
    tables: SegmentTables, transitions: Iterable[int], stages: int, days: EntryDays | None = None
) -> SegmentSearch:
    """Test the slices of the transitions to some of `stages` required stages.

    `days` tell how much segments vary by themselves. Where the rest of a segment did not change, the segment gives way
    to the pair inside it.
    """
    tested = tuple(transitions)
    singles = [each for by in tables if len(by) == 1 for stage in tested for each in _of(by, stage, tables, days)]
    best = sorted(singles, key=_strength)[:BEST]
    inside = {(each.stage, each.by, each.values): each for parent in best for each in _inside(parent, tables, days)}
    tests = [*singles, *inside.values()]
    believed = benjamini_hochberg([test.p_value for test in tests], FALSE_SHARE)
    kept = sorted((test for test, holds in zip(tests, believed, strict=True) if holds), key=_strength)
    explained = {name for test in kept for name in _explained(test)}
    survivors: list[Slice] = []
    for test in kept:
        if (test.stage, test.by, test.values) not in explained and not any(_same(test, each) for each in survivors):
            survivors.append(test)
    tested_at = tuple(sum(test.stage == stage for test in tests) for stage in range(1, stages))
    return SegmentSearch(tested_at, tuple(survivors))


def interaction(part: Pair, others: Pair, spread: Spread = CHANCE) -> float:
    """How often chance alone would set two changes this far apart, if both rates changed by the same factor.

    The difference of the two ln ratios over its standard error; half a count is added to every number, so that zeros
    have a logarithm too (Walter 1975, Pettigrew, Gart and Thomas 1986).
    """
    (change, variance), (change_of_others, variance_of_others) = _log_ratio(part), _log_ratio(others)
    error = sqrt(spread.factor * (variance + variance_of_others))
    return two_sided((change - change_of_others) / error, spread.degrees) if error else 1.0


def _same(first: Slice, second: Slice) -> bool:
    """Do two properties say the same, such as country and language?"""
    return first.by != second.by and (first.stage, first.pair) == (second.stage, second.pair)


def _strength(slice_: Slice) -> tuple[float, int, tuple[str, ...], str]:
    return slice_.p_value, slice_.stage, slice_.by, str(slice_.values)


def _of(by: tuple[str, ...], stage: int, tables: SegmentTables, days: EntryDays | None) -> Iterator[Slice]:
    """The slices of one property, or of two, that are large enough."""
    pairs = {values: transition(reached, stage) for values, reached in tables[by].items()}
    wholes = _wholes(pairs)
    for values, pair in pairs.items():
        others = tuple(wholes[group] - pair for group in _groups(values))
        if not set(values) & set(NO_VALUES) and all(_large(each) for each in (pair, *others)):
            apart = max(interaction(pair, each) for each in others)
            slice_ = Slice(stage, by, values, pair, others, max(apart, p_value(pair) or 0.0))
            # What chance alone would do that often is not believed anyway.
            yield slice_ if days is None or slice_.p_value > FALSE_SHARE else _restless(slice_, days)


def _restless(slice_: Slice, days: EntryDays) -> Slice:
    """With the p-value that allows for how much its own days and weeks vary, and those of others."""
    counts = days.segments.get(slice_.by)
    if counts is None:
        return slice_
    part = counts.having([slice_.values])
    spread = days.spread_of(part, slice_.stage)
    p_values = [p_value(slice_.pair, spread) or 0.0]
    for group, others in zip(_groups(slice_.values), slice_.others, strict=True):
        rest = [values for values in counts.values if group in _groups(values) and values != slice_.values]
        between = days.spread_between(part, counts.having(rest), slice_.stage)
        p_values.append(interaction(slice_.pair, others, between))
    return slice_._replace(p_value=max(p_values), spread=spread)


def _groups(values: SegmentKey) -> Sequence[tuple[int, object]]:
    """What a slice is part of: everybody, for a pair of segments each of the two."""
    return [(0, ALL)] if len(values) == 1 else list(enumerate(values))


def _wholes(pairs: Mapping[SegmentKey, Pair]) -> dict[tuple[int, object], Pair]:
    wholes: dict[tuple[int, object], Pair] = {}
    for values, pair in pairs.items():
        for group in _groups(values):
            wholes[group] = wholes.get(group, NO_PAIR) + pair
    return wholes


def _inside(parent: Slice, tables: SegmentTables, days: EntryDays | None) -> Iterator[Slice]:
    """The pairs of a segment with those of every other property."""
    (name,), (value,) = parent.by, parent.values
    for by in tables:
        if len(by) > 1 and name in by:
            place = by.index(name)
            yield from (each for each in _of(by, parent.stage, tables, days) if each.values[place] == value)


def _explained(slice_: Slice) -> Iterator[tuple[int, tuple[str, ...], SegmentKey]]:
    """The segments of a pair that changed through the pair alone: the rest of them did not."""
    if len(slice_.by) > 1:
        for name, value, others in zip(slice_.by, slice_.values, slice_.others, strict=True):
            if (p_value(others) or 0.0) > UNCHANGED:
                yield slice_.stage, (name,), (value,)


def _large(pair: Pair) -> bool:
    return all(side.entered >= MIN_ENTERED or side.converted >= MIN_CONVERTED for side in (pair.this, pair.against))


def _log_ratio(pair: Pair) -> tuple[float, float]:
    """ln(rate ÷ rate) and its variance."""
    x1, n1, x0, n0 = (count + 0.5 for side in (pair.this, pair.against) for count in (side.converted, side.entered))
    return log(x1 * n0 / (n1 * x0)), 1 / x1 - 1 / n1 + 1 / x0 - 1 / n0
