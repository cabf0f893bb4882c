"""Why conversions changed: read `explain_change` first.

Two sides of one funnel: what is asked about (`this`) and what it is held against. What each stage had to do with the
change, whether chance alone would do, in which segments it sits, and what it comes from.
"""

from __future__ import annotations

from collections.abc import Sequence
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
    vanished,
)
from growthctl.diagnosis.comparison.entrants import EQUAL, Lengths, entrants_p_value, entrants_ratio, weekly_growth
from growthctl.diagnosis.comparison.entry_days import EntryDays
from growthctl.diagnosis.comparison.segment_search import (
    ReachedBySide,
    SegmentTables,
    Slice,
    segment_search,
    transition,
)
from growthctl.stats.lmdi import contributions, logarithmic_mean
from growthctl.stats.multitest import benjamini_hochberg
from growthctl.stats.proportions import Pair, log_ratio, p_value
from growthctl.stats.spread import CHANCE, Spread

FALSE_SHARE = 0.03
MOST_SLICES = 3


@dataclass(frozen=True)
class ComparisonInput:
    """What there is to see of both sides; all counts are of required stages, judged at the same age."""

    reached: ReachedBySide
    so_far: ReachedBySide | None = None
    """Counted at whatever age each entity has; None where that is the same."""
    lengths: Lengths = EQUAL
    """Of the ranges."""
    tables: SegmentTables = field(default_factory=dict)
    known_from: int = 1
    """The first stage before which the properties of the tables are known; at an earlier one they would not say who
    came, but what became of them.
    """
    days: EntryDays | None = None
    """The same by the day of entry, which tells how much all of it varies by itself; None: as chance has it."""
    same_weekdays: bool = True
    earlier: ReachedBySide | None = None
    """Of sides with other weekdays, those of earlier periods that lie to one another as these do; None where the log
    has none.
    """
    in_time: bool = True
    """Are the sides periods, so that their entrants can be compared?"""
    faulty: frozenset[int] = frozenset()
    """The required stages of which the log lacks events on a side: 0 is the entrants."""

    def spread(self, stage: int) -> Spread:
        """φ of the transition to a required stage, or with 0 of the entrants."""
        if self.days is None:
            return CHANCE
        return self.days.spread_of_transition(stage) if stage else self.days.spread_of_entrants


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
    spread: Spread = CHANCE
    """How much more than by chance it varies by itself."""
    judged: bool = True
    """False where the log lacks events of it on a side, so that nobody is credited or blamed."""


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
    factors_against: list[float | None] = [
        against[0] * comparison.lengths.scale,
        *(pair.against.rate for pair in pairs),
    ]
    last = max((stage for stage in range(stages) if this[stage] or against[stage]), default=0)
    shares = [*contributions(factors_this[: last + 1], factors_against[: last + 1]), *[0.0] * (stages - 1 - last)]
    final = _product(factors_this[: last + 1]), _product(factors_against[: last + 1])
    spreads = [comparison.spread(stage) for stage in range(stages)]
    judged = [stage not in comparison.faulty or (stage > 0 and vanished(pairs[stage - 1])) for stage in range(stages)]
    tests = [_entrants(comparison, spreads[0]), *map(p_value, pairs, spreads[1:])]
    p_values = [p if fair else None for p, fair in zip(tests, judged, strict=True)]
    changed = _believed(p_values)
    unripe = _unripe(comparison, changed, spreads)
    entrants = Factor(0, None, shares[0], p_values[0], changed[0], None, spread=spreads[0], judged=judged[0])
    factors = [_entrants_explained(entrants, comparison)]
    for stage, pair in enumerate(pairs, 1):
        apart = splits(comparison.tables, stage, comparison.days) if stage >= comparison.known_from else ()
        bare = Factor(
            stage,
            pair,
            shares[stage],
            p_values[stage],
            changed[stage],
            None,
            apart,
            spread=spreads[stage],
            judged=judged[stage],
        )
        factors.append(_explained(bare, comparison, unripe=unripe[stage]) if judged[stage] else bare)
    searched = (stage for stage in range(max(1, comparison.known_from), stages) if judged[stage])
    slices = segment_search(comparison.tables, searched, stages, comparison.days)
    shown = sorted(
        (_changed_segment(each, comparison, factors[each.stage], final) for each in slices.survivors),
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


def _entrants(comparison: ComparisonInput, spread: Spread) -> float | None:
    """Other weekdays bring other numbers, so that only earlier periods could tell."""
    if not comparison.in_time or not (comparison.same_weekdays or comparison.earlier):
        return None
    (this, *_), (against, *_), days = *comparison.reached, comparison.days
    growth = None
    if days is not None:
        weeks = days.weeks
        growth = weekly_growth(weeks.sums(days.reached[0]), weeks.at, weeks.part)
    return entrants_p_value(this, against, comparison.lengths, spread, growth)


def _entrants_explained(bare: Factor, comparison: ComparisonInput) -> Factor:
    if not bare.changed:
        return bare
    now, earlier = (
        both and entrants_ratio(both[0][0], both[1][0], comparison.lengths.scale, bare.spread)
        for both in (comparison.reached, comparison.earlier)
    )
    seasonal = not comparison.same_weekdays and recurs(now, earlier, bare.spread.degrees)
    return bare._replace(cause="season" if seasonal else "traffic")


def _explained(bare: Factor, comparison: ComparisonInput, *, unripe: bool) -> Factor:
    assert bare.pair is not None
    if bare.changed:
        mix = dominant_mix(bare.splits)
        cause = cause_of(bare.pair, mix, seasonal=_seasonal(comparison, bare))
        return bare._replace(cause=cause, mix=mix if cause == "traffic" else None)
    # That they hide one another rests on who came; the rates inside only have to be more than restless days.
    masked = offsetting(bare.splits, comparison.days.spread_of_days(bare.stage) if comparison.days else CHANCE)
    if masked is not None:
        return bare._replace(cause="traffic", mix=masked, offset=True)
    return bare._replace(cause="unripe") if unripe else bare


def _believed(p_values: Sequence[float | None]) -> list[bool]:
    known = [p for p in p_values if p is not None]
    held = iter(benjamini_hochberg(known, FALSE_SHARE))
    return [p is not None and next(held) for p in p_values]


def _seasonal(comparison: ComparisonInput, factor: Factor) -> bool:
    """Do other weekdays always change it so?"""
    if comparison.same_weekdays or comparison.earlier is None:
        return False
    now, earlier = (
        log_ratio(transition(both, factor.stage), factor.spread) for both in (comparison.reached, comparison.earlier)
    )
    return recurs(now, earlier, factor.spread.degrees)


def _unripe(comparison: ComparisonInput, changed: Sequence[bool], spreads: Sequence[Spread]) -> list[bool]:
    """Where a count so far shows a fall, and one at the same age none."""
    if comparison.so_far is None:
        return [False] * len(changed)
    pairs = [transition(comparison.so_far, stage) for stage in range(1, len(changed))]
    fallen = _believed([None, *map(p_value, pairs, spreads[1:])])
    below = [False, *((pair.difference or 0.0) < 0 for pair in pairs)]
    return [fell and lower and not too for fell, lower, too in zip(fallen, below, changed, strict=True)]


def _product(factors: Sequence[float | None]) -> float:
    return prod(factor or 0.0 for factor in factors)


def _changed_segment(
    slice_: Slice, comparison: ComparisonInput, factor: Factor, final: tuple[float, float]
) -> ChangedSegment:
    assert factor.pair is not None
    weight = (
        slice_.pair.this.entered / factor.pair.this.entered + slice_.pair.against.entered / factor.pair.against.entered
    ) / 2
    effect = weight * (slice_.pair.difference or 0.0) * nested(factor.contribution, factor.pair, final)
    mix = dominant_mix(list(splits_inside(slice_, comparison.tables, comparison.days)))
    return ChangedSegment(slice_, effect, cause_of(slice_.pair, mix, seasonal=False), mix)


def _by_size(changed: ChangedSegment) -> tuple[float, float]:
    return -abs(changed.contribution), changed.slice.p_value
