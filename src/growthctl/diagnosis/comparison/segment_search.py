"""Where a change sits: the segments, and pairs of segments, whose rate moved apart from that of the others.

All values of each property are tried, then those of the other properties inside the best three. Each test counts, so
that the more is tried, the stronger the evidence has to be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import log, sqrt
from typing import NamedTuple

from growthctl.stats.multitest import benjamini_hochberg
from growthctl.stats.normal import two_sided
from growthctl.stats.proportions import NO_PAIR, Pair, Proportion, p_value

MIN_ENTERED, MIN_CONVERTED = 100, 10
FALSE_SHARE = 0.10
BEST = 3
CHANCE = 0.05
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


def segment_search(tables: SegmentTables, stages: int, first: int = 1) -> SegmentSearch:
    """Test the slices of the transitions to required stages from `first` to before `stages`.

    Where the rest of a segment did not change, the segment gives way to the pair inside it.
    """
    singles = [
        each for by in tables if len(by) == 1 for stage in range(first, stages) for each in _of(by, stage, tables)
    ]
    best = sorted(singles, key=_strength)[:BEST]
    inside = {(each.stage, each.by, each.values): each for parent in best for each in _inside(parent, tables)}
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


def interaction(part: Pair, others: Pair) -> float:
    """How often chance alone would set two changes this far apart, if both rates changed by the same factor.

    The difference of the two ln ratios over its standard error; half a count is added to every number, so that zeros
    have a logarithm too (Walter 1975, Pettigrew, Gart and Thomas 1986).
    """
    (change, variance), (change_of_others, variance_of_others) = _log_ratio(part), _log_ratio(others)
    error = sqrt(variance + variance_of_others)
    return two_sided((change - change_of_others) / error) if error else 1.0


def _same(first: Slice, second: Slice) -> bool:
    """Do two properties say the same, such as country and language?"""
    return first.by != second.by and (first.stage, first.pair) == (second.stage, second.pair)


def _strength(slice_: Slice) -> tuple[float, int, tuple[str, ...], str]:
    return slice_.p_value, slice_.stage, slice_.by, str(slice_.values)


def _of(by: tuple[str, ...], stage: int, tables: SegmentTables) -> Iterator[Slice]:
    """The slices of one property, or of two, that are large enough."""
    pairs = {values: transition(reached, stage) for values, reached in tables[by].items()}
    wholes = _wholes(pairs)
    for values, pair in pairs.items():
        others = tuple(wholes[group] - pair for group in _groups(values))
        if not set(values) & set(NO_VALUES) and all(_large(each) for each in (pair, *others)):
            apart = max(interaction(pair, each) for each in others)
            yield Slice(stage, by, values, pair, others, max(apart, p_value(pair) or 0.0))


def _groups(values: SegmentKey) -> Sequence[tuple[int, object]]:
    """What a slice is part of: everybody, for a pair of segments each of the two."""
    return [(0, ALL)] if len(values) == 1 else list(enumerate(values))


def _wholes(pairs: Mapping[SegmentKey, Pair]) -> dict[tuple[int, object], Pair]:
    wholes: dict[tuple[int, object], Pair] = {}
    for values, pair in pairs.items():
        for group in _groups(values):
            wholes[group] = wholes.get(group, NO_PAIR) + pair
    return wholes


def _inside(parent: Slice, tables: SegmentTables) -> Iterator[Slice]:
    """The pairs of a segment with those of every other property."""
    (name,), (value,) = parent.by, parent.values
    for by in tables:
        if len(by) > 1 and name in by:
            place = by.index(name)
            yield from (each for each in _of(by, parent.stage, tables) if each.values[place] == value)


def _explained(slice_: Slice) -> Iterator[tuple[int, tuple[str, ...], SegmentKey]]:
    """The segments of a pair that changed through the pair alone: the rest of them did not."""
    if len(slice_.by) > 1:
        for name, value, others in zip(slice_.by, slice_.values, slice_.others, strict=True):
            if (p_value(others) or 0.0) > CHANCE:
                yield slice_.stage, (name,), (value,)


def _large(pair: Pair) -> bool:
    return all(side.entered >= MIN_ENTERED or side.converted >= MIN_CONVERTED for side in (pair.this, pair.against))


def _log_ratio(pair: Pair) -> tuple[float, float]:
    """ln(rate ÷ rate) and its variance."""
    x1, n1, x0, n0 = (count + 0.5 for side in (pair.this, pair.against) for count in (side.converted, side.entered))
    return log(x1 * n0 / (n1 * x0)), 1 / x1 - 1 / n1 + 1 / x0 - 1 / n0
