"""What calls for a lever at a stage, and how long a test of one would take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil, exp
from typing import NamedTuple, cast

from growthctl.diagnosis.bottleneck.assessment import Assessment
from growthctl.diagnosis.bottleneck.gap_by_segment import GapLocation
from growthctl.diagnosis.bottleneck.shortfall import LEVERAGE_LOGIT_STEP
from growthctl.diagnosis.health.examine import Health
from growthctl.diagnosis.health.inputs import Finding, HealthInputs
from growthctl.diagnosis.small_samples import SMALL_ENTERED
from growthctl.funnel.levers import Trigger
from growthctl.stats.power import per_group

SLOW_SHARE = 0.5
SLOW_SECONDS = 86_400
DAYS = 30
Evidence = Mapping[str, float | int | None]


class TestPlan(NamedTuple):
    """A test that splits those who come in halves, to see a rate of `to_rate` with a probability of 80 %, at the 5 %
    level.
    """

    from_rate: float
    to_rate: float
    per_group: int
    """How many in each half."""
    days: int | None
    """How long it takes; None where nobody comes."""


@dataclass(frozen=True)
class Triggers:
    """What is seen at a stage, with its numbers; the clearest first."""

    evidence: Mapping[Trigger, Evidence] = field(default_factory=dict)
    measure: TestPlan | None = None


def triggers(
    assessment: Assessment, inputs: HealthInputs, health: Health, where: GapLocation | None, entrants_per_30_days: float
) -> Triggers:
    """What is seen at the stage of an assessment: in the log, `where` its gap is, how few got there, how long it
    takes.
    """
    transition = assessment.transition
    evidence: dict[Trigger, Evidence] = {}
    for finding in health.findings:
        if finding.stage == transition.stage and _calls(finding):
            evidence.setdefault(cast(Trigger, finding.code), _numbers(finding))
    if where is not None and where.segments:
        segment = where.segments[0]
        evidence["segment"] = {"share_of_gap": segment.share_of_gap, "segment_rate": segment.rate}
    if transition.ripe.entered < SMALL_ENTERED:
        evidence["small_sample"] = {"entered": transition.ripe.entered, "dropped": transition.ripe.dropped}
    p90 = next((stage.p90_seconds_from_previous for stage in inputs.stages if stage.name == transition.stage), 0.0)
    limit = SLOW_SECONDS if inputs.give_up is None else SLOW_SHARE * inputs.give_up / 1e6
    if p90 > limit:
        evidence["slow"] = {"p90_seconds": p90}
    ripe = inputs.entered - inputs.entered_open
    per_day = entrants_per_30_days / DAYS * transition.ripe.entered / ripe if ripe else 0.0
    return Triggers(evidence, _measure(assessment, per_day))


def _calls(finding: Finding) -> bool:
    """Does it call for something now: is it in the way of the verdict, or does it last?"""
    if finding.cause == "tracking":
        return finding.material
    return finding.code == "weekday_pattern" or (finding.code == "rate_fell" and finding.until_at is None)


def _numbers(finding: Finding) -> Evidence:
    numbers = {
        "observed": finding.observed,
        "expected": finding.expected,
        "share": finding.share,
        "usual_rate": finding.usual_rate,
        "missing_conversions": finding.missing or None,
    }
    return {name: number for name, number in numbers.items() if number is not None}


def _measure(assessment: Assessment, entrants_per_day: float) -> TestPlan | None:
    rate, reference = assessment.transition.judged.rate, assessment.transition.reference
    if rate is None or rate >= 1:
        return None
    # Where nothing is to be reached, the step by which leverage is compared.
    better = rate / (rate + (1 - rate) * exp(-LEVERAGE_LOGIT_STEP))
    target = reference.rate if reference and reference.rate > rate else better
    if target <= rate:
        return None
    size = ceil(per_group(rate, target))
    return TestPlan(rate, target, size, ceil(2 * size / entrants_per_day) if entrants_per_day else None)
