"""What a change comes from, as far as the counts can say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from growthctl.diagnosis.codes import Cause
from growthctl.diagnosis.comparison.segment_search import SegmentKey, SegmentTables, Slice, transition
from growthctl.stats.kitagawa import RateDecomposition, decompose_rate
from growthctl.stats.proportions import Pair

VANISHED = 10
MIN_OVERLAP = 0.5
Z = 1.96


class Decomposition(NamedTuple):
    """A change taken apart by one property."""

    by: str
    effects: RateDecomposition[SegmentKey]


def splits(tables: SegmentTables, stage: int) -> list[Decomposition]:
    """The change of a transition, by each property."""
    decompositions = []
    for by in tables:
        if len(by) == 1:
            parts = decompose_rate({values: transition(reached, stage) for values, reached in tables[by].items()})
            if parts is not None:
                decompositions.append(Decomposition(by[0], parts))
    return decompositions


def splits_inside(slice_: Slice, tables: SegmentTables) -> Iterator[Decomposition]:
    """The change inside a segment, by every other property; of a pair of segments none is known."""
    if len(slice_.by) > 1:
        return
    for by in tables:
        if len(by) == 2 and slice_.by[0] in by:
            place = by.index(slice_.by[0])
            inside: dict[SegmentKey, Pair] = {
                (values[1 - place],): transition(reached, slice_.stage)
                for values, reached in tables[by].items()
                if values[place] == slice_.values[0]
            }
            parts = decompose_rate(inside)
            if parts is not None:
                yield Decomposition(by[1 - place], parts)


def dominant_mix(splits: Sequence[Decomposition]) -> Decomposition | None:
    """The split that explains most, if its mix effect is what explains the change, and not its rate effect.

    Only where both sides have the same segments for the most part: values that are new on one side, such as dates,
    would explain everything.
    """
    return _largest_mix(split for split in splits if split.effects.mix_dominated)


def offsetting(splits: Sequence[Decomposition]) -> Decomposition | None:
    """The split, if any, whose mix effect hides its rate effect; of several the one with the largest mix."""
    return _largest_mix(split for split in splits if split.effects.offset)


def _largest_mix(splits: Iterable[Decomposition]) -> Decomposition | None:
    alike = (split for split in splits if split.effects.overlap >= MIN_OVERLAP)
    return max(alike, key=lambda split: abs(split.effects.mix), default=None)


def vanished(pair: Pair) -> bool:
    """Has one side no conversions, though at the other side's rate ten or more were to be expected?"""
    this, against = pair.this, pair.against
    if not this.converted and against.rate:
        return this.entered * against.rate >= VANISHED
    if not against.converted and this.rate:
        return against.entered * this.rate >= VANISHED
    return False


def recurs(now: tuple[float, float] | None, earlier: tuple[float, float] | None) -> bool:
    """Did comparable earlier periods change likewise? Both are (ln ratio, its standard error).

    Earlier the same way beyond chance, and now not further from it than chance, or half of the change, would be.
    """
    if now is None or earlier is None or not earlier[1]:
        return False
    (change, error), (usual, its_error) = now, earlier
    same_way = change * usual > 0 and abs(usual) >= Z * its_error
    return same_way and abs(change - usual) <= max(Z * (error**2 + its_error**2) ** 0.5, abs(change) / 2)


def cause_of(pair: Pair, mix: Decomposition | None, *, seasonal: bool) -> Cause:
    """Of a transition whose rate did change."""
    if vanished(pair):
        return "tracking"
    if seasonal:
        return "season"
    return "traffic" if mix else "product"
