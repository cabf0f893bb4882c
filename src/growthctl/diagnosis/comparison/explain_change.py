"""Why conversions changed: read `take_apart` first.

Two sides of one funnel: what is asked about (`this`) and what it is held against. What each stage had to do with the
change, whether chance alone would do, in which segments it sits, and what it comes from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import NamedTuple

from growthctl.diagnosis.codes import Cause, Finding
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
from growthctl.diagnosis.comparison.segment_search import Reached, Slice, Tables, Values, search, transition
from growthctl.stats.kitagawa import within
from growthctl.stats.lmdi import contributions, logarithmic_mean
from growthctl.stats.multitest import benjamini_hochberg
from growthctl.stats.proportions import Pair, log_ratio, p_value

FALSE_SHARE = 0.03
MOST_SLICES = 3


@dataclass(frozen=True)
class Sight:
    """What there is to see of both sides; all counts are of required stages, judged at the same age.

    `so_far`: counted at whatever age each entity has, None where that is the same. `scale`: how much longer this side
    is. `known_from`: the first stage before which the properties of the tables are known; at an earlier one they would
    not say who came, but what became of them. `weekdays`: the counts by weekday of entry. `earlier`: those of earlier
    periods that lie to one another as these do, None where the log has none. `in_time`: are the sides periods, so that
    their entrants can be compared?
    """

    reached: Reached
    so_far: Reached | None = None
    scale: float = 1.0
    tables: Tables = field(default_factory=dict)
    known_from: int = 1
    weekdays: Mapping[Values, Reached] = field(default_factory=dict)
    same_weekdays: bool = True
    earlier: Reached | None = None
    in_time: bool = True


class Factor(NamedTuple):
    """The entrants (stage 0), or the transition to a required stage, on both sides.

    `contribution`: what it did to the conversions of this side; with the others it sums to their change.
    `changed`: beyond chance, given how many factors were tested. `offset`: the rates inside the segments of `mix` and
    who came changed beyond chance, but against one another. `cause` is None where there is neither; `unripe` where
    only a count at unequal ages shows a fall. `mix` is what the cause `traffic` rests on.
    """

    stage: int
    pair: Pair | None
    contribution: float
    p_value: float | None
    changed: bool
    cause: Cause | None
    splits: Sequence[Decomposition] = ()
    mix: Decomposition | None = None
    offset: bool = False


class Found(NamedTuple):
    """A slice that survived, what its change did to the conversions, and what it comes from."""

    slice: Slice
    contribution: float
    cause: Cause
    mix: Decomposition | None


class Change(NamedTuple):
    """Conversions of this side and, over the same length, of the other; why they differ.

    Conversions are those who reach `last`: the last required stage that anybody reached, the final one unless all are
    too young. `slices`: at most three, the one with the largest contribution first, of those that `survived`;
    `tested_at`: how many were tested at each transition.
    """

    entered: tuple[int, int]
    last: int
    this: float
    against: float
    factors: tuple[Factor, ...]
    slices: tuple[Found, ...]
    tested_at: tuple[int, ...]
    survived: int

    @property
    def changes(self) -> tuple[Factor, ...]:
        """The factors that changed, the most important first."""
        changed = [factor for factor in self.factors if factor.changed or factor.offset]
        return tuple(sorted(changed, key=lambda factor: (-abs(factor.contribution), factor.p_value or 0.0)))

    @property
    def finding(self) -> Finding:
        """What all of this comes to."""
        if not all(self.entered):
            return "no_data"
        if self.changes:
            return "changed"
        if self.slices:
            return "changed_inside"
        return "unripe" if any(factor.cause == "unripe" for factor in self.factors) else "no_change"


def take_apart(sight: Sight) -> Change:
    """Why the conversions of the two sides differ."""
    this, against = sight.reached
    stages = len(this)
    pairs = [transition(sight.reached, stage) for stage in range(1, stages)]
    one: list[float | None] = [float(this[0]), *(pair.this.rate for pair in pairs)]
    other: list[float | None] = [against[0] * sight.scale, *(pair.against.rate for pair in pairs)]
    last = max((stage for stage in range(stages) if this[stage] or against[stage]), default=0)
    shares = [*contributions(one[: last + 1], other[: last + 1]), *[0.0] * (stages - 1 - last)]
    final = _product(one[: last + 1]), _product(other[: last + 1])
    p_values = [_entrants(sight), *(p_value(pair) for pair in pairs)]
    changed = _believed(p_values)
    unripe = _unripe(sight, changed)
    factors = [_entrants_factor(sight, shares[0], p_values[0], changed=changed[0])]
    for stage, pair in enumerate(pairs, 1):
        apart = splits(sight.tables, stage) if stage >= sight.known_from else ()
        bare = Factor(stage, pair, shares[stage], p_values[stage], changed[stage], None, apart)
        factors.append(_explained(bare, sight, unripe=unripe[stage]))
    slices = search(sight.tables, stages, sight.known_from)
    shown = sorted((_found(each, sight.tables, factors[each.stage], final) for each in slices.survivors), key=_by_size)
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


def _entrants(sight: Sight) -> float | None:
    """Other weekdays bring other numbers, so that only earlier periods could tell."""
    if not sight.in_time or not (sight.same_weekdays or sight.earlier):
        return None
    this, against = (side[0] for side in sight.reached)
    return entrants_p_value(this, against, sight.scale, _entered_by_weekday(sight))


def _entered_by_weekday(sight: Sight) -> list[tuple[int, int]]:
    if not sight.same_weekdays:
        return []
    return [(this[0], against[0]) for this, against in sight.weekdays.values()]


def _entrants_factor(sight: Sight, share: float, p: float | None, *, changed: bool) -> Factor:
    cause: Cause | None = None
    if changed:
        days = _entered_by_weekday(sight)
        now, earlier = (
            entrants_ratio(each[0][0], each[1][0], sight.scale, days) if each and each[0][0] and each[1][0] else None
            for each in (sight.reached, sight.earlier)
        )
        cause = "season" if recurs(now, earlier) else "traffic"
    return Factor(0, None, share, p, changed, cause)


def _explained(bare: Factor, sight: Sight, *, unripe: bool) -> Factor:
    assert bare.pair is not None
    if bare.changed:
        mix = dominant_mix(bare.splits)
        cause = cause_of(bare.pair, mix, seasonal=_seasonal(sight, bare.stage))
        return bare._replace(cause=cause, mix=mix if cause == "traffic" else None)
    masked = offsetting(bare.splits)
    if masked is not None:
        return bare._replace(cause="traffic", mix=masked, offset=True)
    return bare._replace(cause="unripe") if unripe else bare


def _believed(p_values: Sequence[float | None]) -> list[bool]:
    known = [p for p in p_values if p is not None]
    held = iter(benjamini_hochberg(known, FALSE_SHARE))
    return [p is not None and next(held) for p in p_values]


def _seasonal(sight: Sight, stage: int) -> bool:
    """Only another mix of weekdays, or what happens in every such period."""
    if not sight.same_weekdays:
        by_day = within({day: transition(reached, stage) for day, reached in sight.weekdays.items()})
        if by_day is not None and by_day.mix_dominated:
            return True
    if sight.earlier is None:
        return False
    return recurs(log_ratio(transition(sight.reached, stage)), log_ratio(transition(sight.earlier, stage)))


def _unripe(sight: Sight, changed: Sequence[bool]) -> list[bool]:
    """Where a count so far shows a fall, and one at the same age none."""
    if sight.so_far is None:
        return [False] * len(changed)
    pairs = [transition(sight.so_far, stage) for stage in range(1, len(changed))]
    fallen = _believed([None, *(p_value(pair) for pair in pairs)])
    below = [False, *((pair.difference or 0.0) < 0 for pair in pairs)]
    return [fell and lower and not here for fell, lower, here in zip(fallen, below, changed, strict=True)]


def _product(factors: Sequence[float | None]) -> float:
    return prod(factor or 0.0 for factor in factors)


def _found(slice_: Slice, tables: Tables, factor: Factor, final: tuple[float, float]) -> Found:
    assert factor.pair is not None
    weight = (
        slice_.pair.this.entered / factor.pair.this.entered + slice_.pair.against.entered / factor.pair.against.entered
    ) / 2
    effect = weight * (slice_.pair.difference or 0.0) * nested(factor.contribution, factor.pair, final)
    mix = dominant_mix(list(splits_inside(slice_, tables)))
    return Found(slice_, effect, cause_of(slice_.pair, mix, seasonal=False), mix)


def _by_size(found: Found) -> tuple[float, float]:
    return -abs(found.contribution), found.slice.p_value
