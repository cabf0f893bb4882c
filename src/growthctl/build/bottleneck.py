"""From a diagnosis to the report: the bottleneck, the ranking, what to try."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from growthctl.diagnosis.advice.recommend import Recommendation
from growthctl.diagnosis.bottleneck.assessment import Assessment, Recoverable
from growthctl.diagnosis.bottleneck.gap_by_segment import GapLocation, GapSegment
from growthctl.diagnosis.bottleneck.widest import WidestBottleneck
from growthctl.diagnosis.transitions import SegmentValues
from growthctl.funnel.sections.model import Funnel
from growthctl.report.advice import RecommendationFacts, TestPlanFacts
from growthctl.report.bottleneck import (
    Bottleneck,
    Explained,
    ExplainedByMix,
    Interview,
    Ranked,
    RecoverableFacts,
    ReferenceFacts,
)
from growthctl.report.segments import SegmentName


def plain(value: object) -> str | int | float | None:
    """A value that JSON has; of dates and of numbers that are none, the text."""
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    return value if isinstance(value, str | int | float | None) else str(value)


def bottleneck(
    funnel: Funnel,
    diagnosis: WidestBottleneck,
    first_ripe_at: str | None,
    dropped: Sequence[str] | None,
    where: GapLocation,
) -> Bottleneck:
    """The verdict; `dropped` are those lost at the lead, where they are few enough to be asked, `where` is its gap."""
    lead = diagnosis.lead
    transition = lead.transition if lead else None
    return Bottleneck(
        verdict=diagnosis.verdict,
        stage=transition.stage if transition else None,
        from_stage=transition.from_stage if transition else None,
        owner=transition.owner if transition else None,
        contenders=[assessment.transition.stage for assessment in diagnosis.contenders],
        reference=_reference(lead) if lead else None,
        probability_gap=lead.probability_gap if lead else None,
        probability_widest=lead.probability_widest if lead else None,
        recoverable=recoverable(lead.recoverable, funnel) if lead and lead.recoverable else None,
        explained_by=[_explained(holder) for holder in where.segments],
        explained_by_mix=[ExplainedByMix(by=list(moved.by), share_of_gap=moved.share_of_gap) for moved in where.mixes],
        more_entrants_needed=diagnosis.more_entrants_needed,
        days_needed=diagnosis.days_needed,
        unresolvable=diagnosis.unresolvable,
        largest_drop=diagnosis.largest_drop,
        lowest_rate=diagnosis.lowest_rate,
        leader_if_marginal_converts_worse=diagnosis.leader_if_marginal_entrants_convert_worse,
        conversions_per_30_days=diagnosis.final_conversions_per_30_days,
        first_ripe_at=first_ripe_at,
        queue=diagnosis.queue,
        interview=Interview(stage=transition.stage, owner=transition.owner, entities=list(dropped))
        if transition and dropped
        else None,
    )


def _explained(holder: GapSegment) -> Explained:
    return Explained(
        by=list(holder.by),
        values=[plain(value) for value in holder.values],
        share_of_entered=holder.share_of_entered,
        share_of_entered_earlier=holder.share_of_entered_earlier,
        share_of_entered_later=holder.share_of_entered_later,
        share_of_gap=holder.share_of_gap,
        conversion_rate=holder.rate,
        rest_conversion_rate=holder.rest_rate,
        q=holder.q,
    )


def ranked(assessment: Assessment, funnel: Funnel) -> Ranked:
    """One transition among the others."""
    return Ranked(
        stage=assessment.transition.stage,
        conversion_rate=assessment.transition.judged.rate,
        reference=_reference(assessment),
        probability_gap=assessment.probability_gap,
        probability_widest=assessment.probability_widest,
        recoverable=recoverable(assessment.recoverable, funnel) if assessment.recoverable else None,
        share_of_shortfall=assessment.share_of_shortfall,
        leverage=assessment.leverage,
    )


def _reference(assessment: Assessment) -> ReferenceFacts | None:
    reference = assessment.transition.reference
    if reference is None:
        return None
    return ReferenceFacts(
        rate=reference.rate,
        source=reference.source,
        weeks=reference.weeks,
        segment=segment_name(reference.segment),
        doubted=reference.doubted,
    )


def segment_name(segment: SegmentValues | None) -> SegmentName | None:
    """Which segment."""
    if segment is None:
        return None
    return SegmentName(by=list(segment.by), values=[plain(value) for value in segment.values])


def recoverable(worth: Recoverable, funnel: Funnel) -> RecoverableFacts:
    """What another rate would bring."""
    return RecoverableFacts(
        conversions_per_30_days=worth.mean,
        low=worth.low,
        high=worth.high,
        value=worth.value,
        value_low=worth.value_low,
        value_high=worth.value_high,
        currency=funnel.value.currency if funnel.value else None,
    )


def recommendation(item: Recommendation, funnel: Funnel) -> RecommendationFacts:
    """What to try."""
    return RecommendationFacts(
        stage=item.stage,
        owner=item.owner,
        kind=item.kind,
        lever=item.lever,
        action=item.text,
        short=item.short,
        trigger=item.trigger,
        evidence=dict(item.evidence),
        worth=recoverable(item.worth, funnel) if item.worth else None,
        next_test=item.next_test,
        measure=TestPlanFacts(**item.measure._asdict()) if item.measure else None,
    )
