"""Why conversions changed: read `explain_change` first.

Two sides of one funnel: what is asked about (`this`) and what it is held against. What each stage had to do with the
change, whether chance alone would do, in which segments it sits, and what it comes from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import NamedTuple

from growthctl.diagnosis.codes import Cause, ComparisonFinding
from growthctl.diagnosis.comparison.cause import (
    Decomposition,
    cause_of,
    dominant_mix,
    offsetting,
    recurs,
    splits,
    splits_inside,
)
from growthctl.diagnosis.comparison.entrants import entrants_p_value, entrants_ratio
from growthctl.diagnosis.comparison.segment_search import (
    ReachedBySide,
    SegmentKey,
    SegmentTables,
    Slice,
    segment_search,
    transition,
)
from growthctl.stats.kitagawa import decompose_rate
from growthctl.stats.lmdi import contributions, logarithmic_mean
from growthctl.stats.multitest import benjamini_hochberg
from growthctl.stats.proportions import Pair, log_ratio, p_value

FALSE_SHARE = 0.03
MOST_SLICES = 3


@dataclass(frozen=True)
class ComparisonInput:
    """What there is to see of both sides; all counts are of required stages, judged at the same age."""

    reached: ReachedBySide
    so_far: ReachedBySide | None = None
    """Counted at whatever age each entity has; None where that is the same."""
    scale: float = 1.0
    """How much longer this side is."""
    tables: SegmentTables = field(default_factory=dict)
    known_from: int = 1
    """The first stage before which the properties of the tables are known; at an earlier one they would not say who
    came, but what became of them.
    """
    weekdays: Mapping[SegmentKey, ReachedBySide] = field(default_factory=dict)
    """The counts by weekday of entry."""
    same_weekdays: bool = True
    earlier: ReachedBySide | None = None
    """Those of earlier periods that lie to one another as these do; None where the log has none."""
    in_time: bool = True
    """Are the sides periods, so that their entrants can be compared?"""


class Factor(NamedTuple):
    """The entrants, or the transition to a required stage, on both sides."""

    stage: int
    """0 is the entrants."""
    pair: Pair | None
    contribution: float
    """What it did to the conversions of this side; with the others it sums to their change."""
    p_value: float | None
    changed: bool
    """Beyond chance, given how many factors were tested."""
    cause: Cause | None
    """None where it neither changed nor is offset; `unripe` where only a count at unequal ages shows a fall."""
    splits: Sequence[Decomposition] = ()
    mix: Decomposition | None = None
    """What the cause `traffic` rests on."""
    offset: bool = False
    """Did the rates inside the segments of `mix`, and who came, change beyond chance, but against one another?"""


class ChangedSegment(NamedTuple):
    """A slice that survived, what its change did to the conversions, and what it comes from."""

    slice: Slice
    contribution: float
    cause: Cause
    mix: Decomposition | None


class Change(NamedTuple):
    """Conversions of this side and, over the same length, of the other; why they differ."""

    entered: tuple[int, int]
    """On this side, and on the other."""
    last: int
    """Conversions are those who reach this stage: the last required one that anybody reached, the final one unless all
    are too young.
    """
    this: float
    against: float
    factors: tuple[Factor, ...]
    slices: tuple[ChangedSegment, ...]
    """At most three of those that `survived`, the one with the largest contribution first."""
    tested_at: tuple[int, ...]
    """How many were tested at each transition."""
    survived: int

    @property
    def changes(self) -> tuple[Factor, ...]:
        """The factors that changed, the most important first."""
        changed = [factor for factor in self.factors if factor.changed or factor.offset]
        return tuple(sorted(changed, key=lambda factor: (-abs(factor.contribution), factor.p_value or 0.0)))

    @property
    def finding(self) -> ComparisonFinding:
        """What all of this comes to."""
        if not all(self.entered):
            return "no_data"
        if self.changes:
            return "changed"
        if self.slices:
            return "changed_inside"
        return "unripe" if any(factor.cause == "unripe" for factor in self.factors) else "no_change"


def explain_change(comparison: ComparisonInput) -> Change:
    """Why the conversions of the two sides differ."""
    this, against = comparison.reached
    stages = len(this)
    pairs = [transition(comparison.reached, stage) for stage in range(1, stages)]
    factors_this: list[float | None] = [float(this[0]), *(pair.this.rate for pair in pairs)]
    factors_against: list[float | None] = [against[0] * comparison.scale, *(pair.against.rate for pair in pairs)]
    last = max((stage for stage in range(stages) if this[stage] or against[stage]), default=0)
    shares = [*contributions(factors_this[: last + 1], factors_against[: last + 1]), *[0.0] * (stages - 1 - last)]
    final = _product(factors_this[: last + 1]), _product(factors_against[: last + 1])
    p_values = [_entrants(comparison), *(p_value(pair) for pair in pairs)]
    changed = _believed(p_values)
    unripe = _unripe(comparison, changed)
    factors = [_entrants_factor(comparison, shares[0], p_values[0], changed=changed[0])]
    for stage, pair in enumerate(pairs, 1):
        apart = splits(comparison.tables, stage) if stage >= comparison.known_from else ()
        bare = Factor(stage, pair, shares[stage], p_values[stage], changed[stage], None, apart)
        factors.append(_explained(bare, comparison, unripe=unripe[stage]))
    slices = segment_search(comparison.tables, stages, comparison.known_from)
    shown = sorted(
        (_changed_segment(each, comparison.tables, factors[each.stage], final) for each in slices.survivors),
        key=_by_size,
    )
    return Change(
        entered=(this[0], against[0]),
        last=last,
        this=final[0],
        against=final[1],
        factors=tuple(factors),
        slices=tuple(shown[:MOST_SLICES]),
        tested_at=slices.tested_at,
        survived=len(slices.survivors),
    )


def nested(contribution: float, pair: Pair, final: tuple[float, float]) -> float:
    """Conversions per unit of a transition's rate: L(F₁, F₀) / L(P₁, P₀).

    What turns the parts of a change of rate into parts of the transition's `contribution`.
    """
    difference = pair.difference
    if difference:
        return contribution / difference
    rate = pair.this.rate
    return logarithmic_mean(*final) / rate if rate else 0.0


def _entrants(comparison: ComparisonInput) -> float | None:
    """Other weekdays bring other numbers, so that only earlier periods could tell."""
    if not comparison.in_time or not (comparison.same_weekdays or comparison.earlier):
        return None
    this, against = (side[0] for side in comparison.reached)
    return entrants_p_value(this, against, comparison.scale, _entered_by_weekday(comparison))


def _entered_by_weekday(comparison: ComparisonInput) -> list[tuple[int, int]]:
    if not comparison.same_weekdays:
        return []
    return [(this[0], against[0]) for this, against in comparison.weekdays.values()]


def _entrants_factor(comparison: ComparisonInput, share: float, p: float | None, *, changed: bool) -> Factor:
    cause: Cause | None = None
    if changed:
        days = _entered_by_weekday(comparison)
        now, earlier = (
            entrants_ratio(each[0][0], each[1][0], comparison.scale, days)
            if each and each[0][0] and each[1][0]
            else None
            for each in (comparison.reached, comparison.earlier)
        )
        cause = "season" if recurs(now, earlier) else "traffic"
    return Factor(0, None, share, p, changed, cause)


def _explained(bare: Factor, comparison: ComparisonInput, *, unripe: bool) -> Factor:
    assert bare.pair is not None
    if bare.changed:
        mix = dominant_mix(bare.splits)
        cause = cause_of(bare.pair, mix, seasonal=_seasonal(comparison, bare.stage))
        return bare._replace(cause=cause, mix=mix if cause == "traffic" else None)
    masked = offsetting(bare.splits)
    if masked is not None:
        return bare._replace(cause="traffic", mix=masked, offset=True)
    return bare._replace(cause="unripe") if unripe else bare


def _believed(p_values: Sequence[float | None]) -> list[bool]:
    known = [p for p in p_values if p is not None]
    held = iter(benjamini_hochberg(known, FALSE_SHARE))
    return [p is not None and next(held) for p in p_values]


def _seasonal(comparison: ComparisonInput, stage: int) -> bool:
    """Only another mix of weekdays, or what happens in every such period."""
    if not comparison.same_weekdays:
        by_day = decompose_rate({day: transition(reached, stage) for day, reached in comparison.weekdays.items()})
        if by_day is not None and by_day.mix_dominated:
            return True
    if comparison.earlier is None:
        return False
    return recurs(log_ratio(transition(comparison.reached, stage)), log_ratio(transition(comparison.earlier, stage)))


def _unripe(comparison: ComparisonInput, changed: Sequence[bool]) -> list[bool]:
    """Where a count so far shows a fall, and one at the same age none."""
    if comparison.so_far is None:
        return [False] * len(changed)
    pairs = [transition(comparison.so_far, stage) for stage in range(1, len(changed))]
    fallen = _believed([None, *(p_value(pair) for pair in pairs)])
    below = [False, *((pair.difference or 0.0) < 0 for pair in pairs)]
    return [fell and lower and not too for fell, lower, too in zip(fallen, below, changed, strict=True)]


def _product(factors: Sequence[float | None]) -> float:
    return prod(factor or 0.0 for factor in factors)


def _changed_segment(
    slice_: Slice, tables: SegmentTables, factor: Factor, final: tuple[float, float]
) -> ChangedSegment:
    assert factor.pair is not None
    weight = (
        slice_.pair.this.entered / factor.pair.this.entered + slice_.pair.against.entered / factor.pair.against.entered
    ) / 2
    effect = weight * (slice_.pair.difference or 0.0) * nested(factor.contribution, factor.pair, final)
    mix = dominant_mix(list(splits_inside(slice_, tables)))
    return ChangedSegment(slice_, effect, cause_of(slice_.pair, mix, seasonal=False), mix)


def _by_size(changed: ChangedSegment) -> tuple[float, float]:
    return -abs(changed.contribution), changed.slice.p_value
