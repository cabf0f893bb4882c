"""Where the gap of a transition is: which segments hold it, and where it only came with who entered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from growthctl.diagnosis.bottleneck.verdict_rules import SUSPECT_GAP
from growthctl.diagnosis.bottleneck.widest import WidestBottleneck
from growthctl.diagnosis.segments import SegmentComparison, SegmentProportion, Split, TestedSplit, differs
from growthctl.stats.proportions import NOBODY, Proportion

MATERIAL = 0.10
MOST_NAMED = 3
MOSTLY = 0.5


class GapSegment(NamedTuple):
    """A segment that holds more of a gap than of the entrants."""

    by: tuple[str, ...]
    values: tuple[object, ...]
    share_of_entered: float
    share_of_entered_earlier: float | None
    """The same in the earlier half; None where nobody entered."""
    share_of_entered_later: float | None
    """The same in the later half."""
    share_of_gap: float
    """Those of all segments of a property sum to 1; one is above 1 where the others are above the reference, and below
    0 where the segment itself is.
    """
    rate: float
    rest_rate: float
    """The rate of all others together."""
    q: float


class GapMix(NamedTuple):
    """Properties along which entrants moved to segments that convert less, and the share of the gap that this is."""

    by: tuple[str, ...]
    share_of_gap: float


class GapLocation(NamedTuple):
    """What holds the gap, the most beyond its share of the entrants first; and what merely came with the mix."""

    segments: tuple[GapSegment, ...] = ()
    mixes: tuple[GapMix, ...] = ()


def gap_by_segment(diagnosis: WidestBottleneck, comparison: SegmentComparison) -> GapLocation:
    """Where the gap of the diagnosis's lead is; nothing, unless it has one with at least 90 % probability.

    A property counts only if its segments differ by more than chance at that transition, and unless most of the gap
    came with entrants who moved between them.
    """
    lead = diagnosis.lead
    if lead is None or lead.transition.reference is None or (lead.probability_gap or 0.0) < SUSPECT_GAP:
        return GapLocation()
    if lead.transition.usual is None and lead.transition.now is not None:
        # The segments are counted over all days, and not over these.
        return GapLocation()
    reference = lead.transition.reference.rate
    segments: list[GapSegment] = []
    mixes = []
    for compared in comparison.splits:
        if compared.split.stage != lead.transition.stage or not differs(compared.q):
            continue
        share = mix_share(compared.split, reference)
        if share is not None and share >= MOSTLY:
            mixes.append(GapMix(compared.split.by, share))
        else:
            segments += _gap_segments(compared, reference)
    segments.sort(key=lambda segment: segment.share_of_entered - segment.share_of_gap)
    return GapLocation(tuple(segments[:MOST_NAMED]), tuple(mixes))


def gap_shares(groups: Sequence[Proportion], reference: float) -> list[float] | None:
    """Each group's share of the gap: w (r − p) ÷ (r − P), w being its share of the entered; the shares sum to 1.

    None where the rate of all, P, is not below the reference r.

    >>> [round(share, 2) for share in gap_shares([Proportion(550, 160), Proportion(450, 80)], 0.35) or []]
    [0.3, 0.7]
    """
    entered, converted = sum(groups, NOBODY)
    missing = reference * entered - converted
    return [(reference * n - x) / missing for n, x in groups] if missing > 0 else None


def mix_share(split: Split, reference: float) -> float | None:
    """The share of the later half's gap that came since the earlier half because entrants moved between segments.

    The difference of the two rates is the sum of (w₀ + w₁)/2 · (p₁ − p₀), what changed inside the segments, and of the
    mix: (w₁ − w₀) · ((p₀ + p₁)/2 − (P₀ + P₁)/2); Kitagawa (1955). None where the later half has no gap, and unless the
    segments that both halves have hold most entrants of either: where one version replaces another there is no mix.
    """
    (n0, x0), (n1, x1) = _halves(split.parts)
    gap = reference * n1 - x1
    if not n0 or gap <= 0:
        return None
    both = [part for part in split.parts if part.earlier.entered and part.later.entered]
    if min(half.entered / of_all for half, of_all in zip(_halves(both), (n0, n1), strict=True)) < MOSTLY:
        return None
    inside = 0.0
    for part in both:
        (m0, y0), (m1, y1) = part.earlier, part.later
        inside += (m0 / n0 + m1 / n1) / 2 * (y1 / m1 - y0 / m0)
    mix = x1 / n1 - x0 / n0 - inside
    return -mix / (gap / n1)


def _halves(parts: Sequence[SegmentProportion]) -> tuple[Proportion, Proportion]:
    """The earlier and the later half of segments together."""
    return sum((part.earlier for part in parts), NOBODY), sum((part.later for part in parts), NOBODY)


def _gap_segments(compared: TestedSplit, reference: float) -> Iterator[GapSegment]:
    split = compared.split
    earlier, later = (half.entered for half in _halves(split.parts))
    shares = gap_shares([part.ripe for part in split.parts], reference)
    if shares is None:
        return
    for part, share, q in zip(split.parts, shares, compared.q_of_parts, strict=True):
        share_of_entered = part.ripe.entered / split.total.entered
        if q is None or not differs(q) or share - share_of_entered < MATERIAL:
            continue
        yield GapSegment(
            by=split.by,
            values=part.values,
            share_of_entered=share_of_entered,
            share_of_entered_earlier=part.earlier.entered / earlier if earlier else None,
            share_of_entered_later=part.later.entered / later if later else None,
            share_of_gap=share,
            rate=part.ripe.rate or 0.0,
            rest_rate=(split.total - part.ripe).rate or 0.0,
            q=q,
        )
