"""What is broken now, and what to think of each transition."""

from __future__ import annotations

from growthctl.build.bottleneck import recoverable, segment_name
from growthctl.build.known_changes import near_facts
from growthctl.clock import iso
from growthctl.diagnosis.analysis import Diagnosis
from growthctl.diagnosis.bottleneck.judgement import judgement
from growthctl.diagnosis.change.broken_now import BrokenNow
from growthctl.diagnosis.codes import Judgement
from growthctl.diagnosis.known_changes import KnownChanges
from growthctl.diagnosis.transitions import Transition
from growthctl.funnel.sections.model import Funnel
from growthctl.report.bottleneck import BrokenNowFacts
from growthctl.report.stages import Now


def broken_now_facts(fault: BrokenNow, funnel: Funnel, known: KnownChanges) -> BrokenNowFacts:
    """One fault, and what was done just before."""
    transition = fault.transition
    near = near_facts(known.near(fault.since_at, transition.stage, fault.segment))
    return BrokenNowFacts(
        stage=transition.stage,
        from_stage=transition.from_stage,
        owner=transition.owner,
        segment=segment_name(fault.segment),
        since_at=iso(fault.since_at),
        silent=fault.is_silent,
        usual_rate=fault.usual_rate,
        rate=fault.rate,
        probability=fault.probability,
        recoverable=recoverable(fault.recoverable, funnel),
        change=near[0] if near else None,
        near=near,
    )


def judgement_of(stage: str, diagnosis: Diagnosis) -> Judgement | None:
    """What to think of the transition to a stage; None for one that is none."""
    assessment = next((each for each in diagnosis.bottleneck.ranking if each.transition.stage == stage), None)
    if any(
        fault.is_silent and fault.segment is None for fault in diagnosis.broken_now if fault.transition.stage == stage
    ):
        return "silent"
    codes = {finding.code for finding in diagnosis.health.findings if finding.stage == stage and not finding.until_at}
    if codes & {"rate_fell", "drift"}:
        return "fell"
    if "rate_rose" in codes:
        return "rose"
    return None if assessment is None else judgement(assessment)


def now_of(transition: Transition) -> Now:
    """What it does of late; where nothing changed, over the whole range."""
    counts = transition.present
    interval = counts.wilson(transition.spread)
    return Now(
        since_at=iso(transition.now.since_at) if transition.now else None,
        entered=counts.entered,
        converted=counts.converted,
        conversion_rate=counts.rate,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
    )
