"""The segments of a report: their funnels, which of them differ, and which hold the gap of the bottleneck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from growthctl.build.analysis import SegmentResults, entered_where, ripe_rate
from growthctl.build.bottleneck import plain
from growthctl.build.log_facts import ratio
from growthctl.diagnosis.analysis import Diagnosis
from growthctl.diagnosis.segments import SegmentComparison, TestedSplit, differs
from growthctl.diagnosis.transitions import Transition
from growthctl.funnel.sections.model import Funnel
from growthctl.kernel.plan import Plan
from growthctl.kernel.tally.segment_counts import SegmentCounts
from growthctl.report.segments import Differences, SegmentFacts, SegmentStage, SplitDifferences, StageDifference
from growthctl.stats.spread import CHANCE


def segmented(
    funnel: Funnel,
    plan: Plan,
    splits: Sequence[tuple[tuple[str, ...], Sequence[SegmentCounts]]],
    comparison: SegmentComparison,
    diagnosis: Diagnosis,
) -> SegmentResults:
    """`splits`: properties, and the segments that they make."""
    transition_to = {transition.stage: transition for transition in diagnosis.transitions}
    compared = {(each.split.by, each.split.stage): each for each in comparison.splits}
    return SegmentResults(
        segments=[
            _segment(funnel, plan, by, counts, place, compared, transition_to)
            for by, parts in splits
            for place, counts in enumerate(parts)
        ],
        differences=_differences(comparison),
        where=diagnosis.gap,
    )


def _segment(
    funnel: Funnel,
    plan: Plan,
    by: tuple[str, ...],
    counts: SegmentCounts,
    place: int,
    compared: Mapping[tuple[tuple[str, ...], str], TestedSplit],
    transition_to: Mapping[str, Transition],
) -> SegmentFacts:
    stages = []
    for position, stage in enumerate(funnel.stages):
        tested = compared.get((by, stage.name))
        q = tested.q_of_parts[place] if tested else None
        stages.append(_stage(stage.name, plan, counts, position, q, transition_to.get(stage.name)))
    return SegmentFacts(by=list(by), values=[plain(value) for value in counts.values], stages=stages)


def _differences(comparison: SegmentComparison) -> Differences:
    by = dict.fromkeys(each.split.by for each in comparison.splits)
    return Differences(
        tests=comparison.tests,
        splits=[
            SplitDifferences(
                by=list(properties),
                stages=[
                    StageDifference(name=each.split.stage, differs=differs(each.q), q=each.q)
                    for each in comparison.splits
                    if each.split.by == properties
                ],
            )
            for properties in by
        ],
    )


def _stage(
    name: str, plan: Plan, counts: SegmentCounts, position: int, q: float | None, transition: Transition | None
) -> SegmentStage:
    if not position:
        reached = counts.reached[0]
        where = entered_where(reached, counts.through[0], position, plan)
        return SegmentStage(name=name, reached=reached, **where, conversion_rate=None, ripe=None, differs=None, q=None)
    anchor, ripe = plan.anchor(position), counts.ripe[position]
    spread = CHANCE
    if transition is not None and transition.ripe.entered:
        spread = transition.spread.of_part(ripe.entered / transition.ripe.entered)
    return SegmentStage(
        name=name,
        reached=counts.reached[position],
        **entered_where(counts.reached[position], counts.through[position], position, plan),
        conversion_rate=ratio(counts.through[position], counts.reached[anchor]),
        ripe=ripe_rate(*ripe, spread),
        differs=differs(q),
        q=q,
    )
