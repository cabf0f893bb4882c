"""Why the rate of one transition changed: the rates inside its segments, or how the entrants are spread over them."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import Generic, NamedTuple, TypeVar

from growthctl.stats.proportions import NO_PAIR, Pair
from growthctl.stats.spread import CHANCE, Spread

DOMINANT_SHARE = 2 / 3
RATE_LEVEL, MIX_LEVEL = 0.95, 0.999
_ROUNDING = 1e-12
K = TypeVar("K")


class SegmentEffect(NamedTuple, Generic[K]):
    """What one segment did to the rate: through its own rate, and through its share of the entrants."""

    segment: K
    pair: Pair
    rate: float
    mix: float


class RateDecomposition(NamedTuple, Generic[K]):
    """The parts of a change of rate."""

    parts: tuple[SegmentEffect[K], ...]
    difference: float
    """P₁ − P₀."""
    rate: float
    """The sum of what the rates did."""
    mix: float
    """The sum of what the mix did."""

    @property
    def pairs(self) -> list[Pair]:
        """The segments' own."""
        return [part.pair for part in self.parts]

    @property
    def overlap(self) -> float:
        """The share of the entrants whose segment has entrants on both sides; on the side where it is smaller."""
        both = sum((pair for pair in self.pairs if pair.this.entered and pair.against.entered), NO_PAIR)
        everybody = sum(self.pairs, NO_PAIR)
        return min(both.this.entered / everybody.this.entered, both.against.entered / everybody.against.entered)

    @property
    def reversal(self) -> bool:
        """Do the rates inside the segments, taken together, go the other way than the whole (Simpson's paradox)?"""
        return self.rate * self.difference < 0 and min(abs(self.rate), abs(self.difference)) > _ROUNDING

    def offset(self, spread: Spread = CHANCE, mix_spread: Spread = CHANCE) -> bool:
        """Do the rates inside the segments and the mix hide one another, both beyond what they vary by themselves?

        `spread`: of the rates; `mix_spread`: of who comes. The mix at one in a thousand, since many splits are looked
        at; the rates at one in twenty.
        """
        return (
            self.rate * self.mix < 0
            and abs(self.mix) >= DOMINANT_SHARE * abs(self.rate)
            and abs(self.rate) >= spread.errors(RATE_LEVEL) * self._rate_error
            and self.mix_moved(mix_spread, MIX_LEVEL)
        )

    def mix_moved(self, mix_spread: Spread = CHANCE, level: float = 0.95) -> bool:
        """Is the mix effect beyond what who comes varies by itself?"""
        return abs(self.mix) >= mix_spread.errors(level) * self._mix_error

    @property
    def _rate_error(self) -> float:
        everybody = sum(self.pairs, NO_PAIR)
        variance = 0.0
        for this, against in self.pairs:
            if this.rate is not None and against.rate is not None:
                weight = (this.entered / everybody.this.entered + against.entered / everybody.against.entered) / 2
                variance += weight**2 * sum(s.converted * s.dropped / s.entered**3 for s in (this, against))
        return sqrt(variance)

    @property
    def _mix_error(self) -> float:
        """Of the shares alone, as if the rates were known."""
        everybody = sum(self.pairs, NO_PAIR)
        middle = ((everybody.this.rate or 0.0) + (everybody.against.rate or 0.0)) / 2
        variance = 0.0
        for entered, counts in (
            (everybody.this.entered, [pair.this.entered for pair in self.pairs]),
            (everybody.against.entered, [pair.against.entered for pair in self.pairs]),
        ):
            distance = [_middle(pair) - middle for pair in self.pairs]
            mean = sum(n * d for n, d in zip(counts, distance, strict=True)) / entered
            square = sum(n * d * d for n, d in zip(counts, distance, strict=True)) / entered
            variance += (square - mean * mean) / entered
        return sqrt(max(variance, 0.0))

    @property
    def mix_dominated(self) -> bool:
        """Does at least two thirds of the change come from how entrants are spread over the segments?"""
        return abs(self.difference) > _ROUNDING and self.mix / self.difference >= DOMINANT_SHARE


def decompose_rate(segments: Mapping[K, Pair]) -> RateDecomposition[K] | None:
    """Take a change of rate apart, exactly (Kitagawa 1955); None where nobody entered on a side.

    rate_s = (w_s0 + w_s1)/2 · (p_s1 − p_s0), mix_s = (w_s1 − w_s0) · ((p_s0 + p_s1)/2 − (P₀ + P₁)/2), w being a
    segment's share of the entrants. A segment that is empty on one side has the other side's rate: all it does is mix.
    """
    everybody = sum(segments.values(), NO_PAIR)
    this, against = everybody.this.rate, everybody.against.rate
    if this is None or against is None:
        return None
    parts = []
    for segment, pair in segments.items():
        if pair.this.entered or pair.against.entered:
            w1, w0 = pair.this.entered / everybody.this.entered, pair.against.entered / everybody.against.entered
            rate = (w0 + w1) / 2 * (pair.difference or 0.0)
            parts.append(SegmentEffect(segment, pair, rate, (w1 - w0) * (_middle(pair) - (this + against) / 2)))
    return RateDecomposition(
        tuple(parts), this - against, sum(part.rate for part in parts), sum(part.mix for part in parts)
    )


def _middle(pair: Pair) -> float:
    """The mean of both rates; of one that is unknown, the other one."""
    known = [rate for rate in (pair.this.rate, pair.against.rate) if rate is not None]
    return sum(known) / len(known) if known else 0.0
