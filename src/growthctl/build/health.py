"""From findings about a log to the report."""

from __future__ import annotations

from typing import get_args

from growthctl.build.bottleneck import segment_name
from growthctl.build.known_changes import near_facts
from growthctl.clock import iso
from growthctl.diagnosis.codes import Weekday
from growthctl.diagnosis.health.examine import Health
from growthctl.diagnosis.health.inputs import Finding
from growthctl.diagnosis.known_changes import KnownChanges
from growthctl.report.health import FindingFacts, HealthFacts

_WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)


def health_of(health: Health, known: KnownChanges) -> HealthFacts:
    """What is odd about the log."""
    return HealthFacts(cause=health.cause, findings=[finding_facts(finding, known) for finding in health.findings])


def finding_facts(finding: Finding, known: KnownChanges) -> FindingFacts:
    """A finding as the report has it, and what was done just before."""
    return FindingFacts(
        code=finding.code,
        cause=finding.cause,
        stage=finding.stage,
        source=finding.source,
        segment=segment_name(finding.segment),
        since_at=iso(finding.since_at),
        until_at=iso(finding.until_at),
        observed=finding.observed,
        expected=finding.expected,
        upstream=finding.upstream,
        share=finding.share,
        conversion_rate=finding.rate,
        usual_rate=finding.usual_rate,
        median_seconds=finding.median_seconds,
        weekdays=[_WEEKDAYS[day] for day in finding.weekdays],
        missing_conversions=finding.missing,
        probability=finding.probability,
        material=finding.material,
        near=near_facts(known.near_finding(finding)),
    )
