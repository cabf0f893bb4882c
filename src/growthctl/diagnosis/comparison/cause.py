"""What a change comes from, as far as the counts can say."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from math import inf, sqrt
from typing import NamedTuple

from growthctl.diagnosis.codes import Cause
from growthctl.diagnosis.comparison.entry_days import EntryDays
from growthctl.diagnosis.comparison.segment_search import SegmentKey, SegmentTables, Slice, transition
from growthctl.stats.kitagawa import RateDecomposition, decompose_rate
from growthctl.stats.proportions import Pair
from growthctl.stats.spread import CHANCE, Spread
from growthctl.stats.tails import t_of

VANISHED = 10
MIN_OVERLAP = 0.5


class Decomposition(NamedTuple):
    """A change taken apart by one property."""

    by: str
    effects: RateDecomposition[SegmentKey]
    mix_spread: Spread = CHANCE
    """How much who comes varies by itself."""


def splits(tables: SegmentTables, stage: int, days: EntryDays | None = None) -> list[Decomposition]:
    """The change of a transition, by each property."""
    decompositions = []
    for by in tables:
        if len(by) == 1:
            parts = decompose_rate({values: transition(reached, stage) for values, reached in tables[by].items()})
            if parts is not None:
                decompositions.append(Decomposition(by[0], parts, _mix_spread(days, by, tables[by], stage)))
    return decompositions


def splits_inside(slice_: Slice, tables: SegmentTables, days: EntryDays | None = None) -> Iterator[Decomposition]:
    """The change inside a segment, by every other property; of a pair of segments none is known."""
    if len(slice_.by) > 1:
        return
    for by in tables:
        if len(by) == 2 and slice_.by[0] in by:
            place = by.index(slice_.by[0])
            part = {values: reached for values, reached in tables[by].items() if values[place] == slice_.values[0]}
            inside: dict[SegmentKey, Pair] = {
                (values[1 - place],): transition(reached, slice_.stage) for values, reached in part.items()
            }
            parts = decompose_rate(inside)
            if parts is not None:
                yield Decomposition(by[1 - place], parts, _mix_spread(days, by, part, slice_.stage))


def _mix_spread(days: EntryDays | None, by: tuple[str, ...], segments: Collection[SegmentKey], stage: int) -> Spread:
    known = days and days.segments.get(by)
    return days.spread_of_mix(known.entrants(stage, segments)) if days and known else CHANCE


def dominant_mix(splits: Sequence[Decomposition]) -> Decomposition | None:
    """The split that explains most, if its mix effect is what explains the change, and not its rate effect.

    Only beyond what who comes varies by itself, and where both sides have the same segments for the most part: values
    that are new on one side, such as dates, would explain everything.
    """
    return _largest_mix(
        split for split in splits if split.effects.mix_dominated and split.effects.mix_moved(split.mix_spread)
    )


def offsetting(splits: Sequence[Decomposition], spread: Spread = CHANCE) -> Decomposition | None:
    """The split, if any, whose mix effect hides its rate effect; of several the one with the largest mix."""
    return _largest_mix(split for split in splits if split.effects.offset(spread, split.mix_spread))


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


def recurs(change: tuple[float, float] | None, usual: tuple[float, float] | None, degrees: float = inf) -> bool:
    """Did comparable earlier periods change likewise? Both are (ln ratio, its standard error), of so many degrees.

    Earlier the same way beyond chance (5 %), and now not further from it than chance (1 %) would be.
    """
    if change is None or usual is None:
        return False
    (size, error), (usual_size, usual_error) = change, usual
    same_way = size * usual_size > 0 and abs(usual_size) >= t_of(0.95, degrees) * usual_error
    return same_way and abs(size - usual_size) <= t_of(0.99, degrees) * sqrt(error**2 + usual_error**2)


def cause_of(pair: Pair, mix: Decomposition | None, *, seasonal: bool) -> Cause:
    """Of a transition whose rate did change."""
    if vanished(pair):
        return "tracking"
    if seasonal:
        return "season"
    return "traffic" if mix else "product"
