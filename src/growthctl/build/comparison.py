"""From a change taken apart to its report: ratios, times as text, nothing decided and nothing worded."""

from __future__ import annotations

from collections.abc import Sequence
from math import isinf
from typing import Literal, NamedTuple

from growthctl.build.analysis import LogFacts, data_facts, funnel_facts, warnings_of
from growthctl.build.bottleneck import plain
from growthctl.build.health import finding_facts
from growthctl.build.known_changes import changes_within, looked_at, near_facts
from growthctl.clock import LONG_AGO, NEVER, Micros, TimeRange, iso
from growthctl.diagnosis.comparison.cause import Decomposition
from growthctl.diagnosis.comparison.drivers import Drivers
from growthctl.diagnosis.comparison.explain_change import Change, ChangedSegment, ComparisonInput, Factor
from growthctl.diagnosis.comparison.sample_ratio import SampleRatio
from growthctl.diagnosis.comparison.segment_search import transition
from growthctl.diagnosis.health.inputs import Finding
from growthctl.diagnosis.known_changes import KnownChanges
from growthctl.diagnosis.transitions import SegmentValues
from growthctl.funnel.sections.model import Funnel
from growthctl.funnel.sections.stage import Stage
from growthctl.kernel.plan import plan_of
from growthctl.report import comparison
from growthctl.stats.kitagawa import RateDecomposition, SegmentEffect
from growthctl.stats.proportions import Pair, Proportion, newcombe
from growthctl.stats.spread import CHANCE, Spread

ComparisonKind = Literal["periods", "segments", "result"]


class SideFacts(NamedTuple):
    """A range of entries, without ends where these are unknown; of a segment, its property and value."""

    range: TimeRange
    by: str | None = None
    value: str | None = None


class ComparisonScope(NamedTuple):
    """What is compared."""

    question: ComparisonKind
    this: SideFacts
    against: SideFacts
    age: int | None
    """How long (µs) after its entry an entity is looked at; None is without limit."""
    ripe: bool
    """Is that the whole window?"""
    faults: tuple[tuple[int, Finding], ...] = ()
    """Where the log lacks events, on side 0 or 1."""
    weeks: int = 0
    """How many lie before both sides."""
    ratio: SampleRatio | None = None
    """How the two arms of what looks like an experiment were assigned."""


class DriverScope(NamedTuple):
    """What goes with reaching a stage."""

    stage: int
    """Its position in the funnel."""
    from_stage: int
    """That of the required stage before."""
    wait: int
    """For how long (µs) after that events are looked at."""
    still: Proportion
    """Who had not converted by then, and how many of them went on later."""
    drivers: Drivers


def build_comparison(
    funnel: Funnel,
    facts: LogFacts,
    scope: ComparisonScope,
    sight: ComparisonInput,
    change: Change,
    goes_with: DriverScope | None,
    counted_stage: comparison.CountedComparison | None = None,
) -> comparison.Comparison:
    """The comparison of two sides of one funnel."""
    stages = [stage for stage in funnel.stages if not stage.optional]
    names = [stage.name for stage in stages]
    entrants = change.factors[0]
    known, boundary = facts.known_changes, _boundary(scope)
    return comparison.Comparison(
        funnel=funnel_facts(funnel),
        data=data_facts(facts),
        question=scope.question,
        finding=change.finding,
        this=_side(scope.this, sight.reached[0]),
        against=_side(scope.against, sight.reached[1]),
        scale=sight.lengths.scale,
        age_seconds=None if scope.age is None else scope.age / 1e6,
        ripe=scope.ripe,
        ripe_at=_ripe_at(funnel, scope),
        conversions_to=names[change.last],
        conversions=change.this,
        conversions_against=change.against,
        entrants=comparison.ComparedEntrants(
            name=stages[0].name,
            label=stages[0].label,
            owner=stages[0].owner,
            this=sight.reached[0][0],
            against=sight.reached[1][0],
            against_scaled=sight.reached[1][0] * sight.lengths.scale,
            contribution=entrants.contribution,
            p_value=entrants.p_value,
            changed=entrants.changed,
            judged=entrants.judged,
            cause=entrants.cause,
            spread=_spread(entrants.spread),
        ),
        stages=[
            _stage(stages, factor, sight, tested)
            for factor, tested in zip(change.factors[1:], change.tested_at, strict=True)
        ],
        changes=[
            comparison.ChangeFacts(
                stage=names[factor.stage] if factor.stage else None,
                cause=factor.cause or "product",
                contribution=factor.contribution,
                near=near_facts(known.near_boundary(boundary, names[factor.stage])),
            )
            for factor in change.changes
        ],
        slices=[_slice(changed, names, sight, known, boundary) for changed in change.slices],
        slices_tested=sum(change.tested_at),
        slices_survived=change.survived,
        decompositions=[
            _decomposition(names[factor.stage], split) for factor in change.factors for split in factor.splits
        ],
        drivers=_drivers(goes_with, funnel) if goes_with else None,
        earlier_weeks=scope.weeks,
        weeks_known=sight.days is not None and (sight.days.is_shared or sight.days.weeks.are_enough),
        counted=counted_stage,
        faults=[
            comparison.FaultFacts(**dict(finding_facts(finding, known)), side="against" if side else "this")
            for side, finding in scope.faults
        ],
        assignment=_assignment(scope.ratio) if scope.ratio else None,
        known_changes=changes_within(
            known, looked_at(_both(scope), facts.quality.first_event_at, facts.as_of, funnel.timezone)
        ),
        warnings=warnings_of(facts.warnings),
    )


def _both(scope: ComparisonScope) -> TimeRange:
    """From the beginning of the earlier side to the end of the later one."""
    sides = scope.this.range, scope.against.range
    return TimeRange(min(side.since for side in sides), max(side.until for side in sides))


def _boundary(scope: ComparisonScope) -> Micros | None:
    """Where the later side begins: the day that what moved is dated by. Segments share their days."""
    since = scope.this.range.since
    is_later = scope.question != "segments" and LONG_AGO < scope.against.range.since < since
    return since if is_later else None


def _ripe_at(funnel: Funnel, scope: ComparisonScope) -> str | None:
    plan = plan_of(funnel)
    window = plan.give_up
    ends = [side.range.until for side in (scope.this, scope.against) if side.range.until != NEVER]
    last = max(ends, default=0)
    return None if window is None else iso(last + window + plan.settling)


def _spread(spread: Spread) -> comparison.SpreadFacts:
    return comparison.SpreadFacts(
        factor=spread.factor, degrees=None if isinf(spread.degrees) else round(spread.degrees)
    )


def _assignment(ratio: SampleRatio) -> comparison.AssignmentFacts:
    return comparison.AssignmentFacts(
        this=ratio.this,
        against=ratio.against,
        p_equal=ratio.p_equal,
        p_steady=ratio.p_steady,
        doubtful=ratio.is_doubtful,
    )


def _side(side: SideFacts, reached: Sequence[int]) -> comparison.Side:
    return comparison.Side(
        since=iso(side.range.since),
        until=iso(side.range.until),
        by=side.by,
        value=side.value,
        entered=reached[0],
        converted=reached[-1],
    )


def _stage(stages: Sequence[Stage], factor: Factor, sight: ComparisonInput, tested: int) -> comparison.ComparedStage:
    stage = stages[factor.stage]
    assert factor.pair is not None
    return comparison.ComparedStage(
        name=stage.name,
        label=stage.label,
        owner=stage.owner,
        from_stage=stages[factor.stage - 1].name,
        rate=difference(factor.pair, factor.spread),
        so_far=None if sight.so_far is None else difference(transition(sight.so_far, factor.stage), factor.spread),
        contribution=factor.contribution,
        p_value=factor.p_value,
        changed=factor.changed,
        judged=factor.judged,
        offset=factor.offset,
        cause=factor.cause,
        spread=_spread(factor.spread),
        mix=factor.mix.by if factor.mix else None,
        slices_tested=tested,
    )


def _slice(
    changed: ChangedSegment, names: Sequence[str], sight: ComparisonInput, known: KnownChanges, boundary: Micros | None
) -> comparison.SliceFacts:
    slice_ = changed.slice
    return comparison.SliceFacts(
        stage=names[slice_.stage],
        by=list(slice_.by),
        values=[plain(value) for value in slice_.values],
        rate=difference(slice_.pair, slice_.spread),
        others=difference(transition(sight.reached, slice_.stage) - slice_.pair, sight.spread(slice_.stage)),
        p_value=slice_.p_value,
        contribution=changed.contribution,
        cause=changed.cause,
        mix=changed.mix.by if changed.mix else None,
        decomposition=_decomposition(names[slice_.stage], changed.mix) if changed.mix else None,
        near=near_facts(known.near_boundary(boundary, names[slice_.stage], SegmentValues(slice_.by, slice_.values))),
    )


def _decomposition(stage: str, split: Decomposition) -> comparison.DecompositionFacts:
    parts: RateDecomposition[tuple[object, ...]] = split.effects
    return comparison.DecompositionFacts(
        stage=stage,
        by=split.by,
        difference=parts.difference,
        rate_effect=parts.rate,
        mix_effect=parts.mix,
        reversal=parts.reversal,
        mix_dominated=parts.mix_dominated,
        segments=[_part(part) for part in parts.parts],
    )


def _part(part: SegmentEffect[tuple[object, ...]]) -> comparison.SlicePart:
    return comparison.SlicePart(
        value=plain(part.segment[0]),
        this=counted(part.pair.this),
        against=counted(part.pair.against),
        rate_effect=part.rate,
        mix_effect=part.mix,
    )


def _drivers(goes_with: DriverScope, funnel: Funnel) -> comparison.DriversFacts:
    return comparison.DriversFacts(
        stage=funnel.stages[goes_with.stage].name,
        from_stage=funnel.stages[goes_with.from_stage].name,
        seconds=goes_with.wait / 1e6,
        still=counted(goes_with.still),
        tested=goes_with.drivers.tested,
        events=[
            comparison.DriverFacts(
                event=each.event,
                exposed=counted(each.pair.this),
                others=counted(each.pair.against),
                odds_ratio=each.odds_ratio,
                low=each.interval.low,
                high=each.interval.high,
                p_value=each.p_value,
            )
            for each in goes_with.drivers.events
        ],
    )


def difference(pair: Pair, spread: Spread = CHANCE) -> comparison.Difference:
    """Both rates, and how far apart they are."""
    interval = newcombe(pair, spread)
    return comparison.Difference(
        this=counted(pair.this),
        against=counted(pair.against),
        difference=pair.difference,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
    )


def counted(conversion: Proportion) -> comparison.Counted:
    """A rate with its counts."""
    return comparison.Counted(
        entered=conversion.entered, converted=conversion.converted, conversion_rate=conversion.rate
    )
