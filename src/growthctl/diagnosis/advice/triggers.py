"""What calls for a lever at a stage, and how long a test of one would take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil, exp
from typing import NamedTuple, cast

from growthctl.diagnosis.bottleneck.assessment import Standing
from growthctl.diagnosis.bottleneck.gap_by_segment import Where
from growthctl.diagnosis.bottleneck.shortfall import LEVERAGE_LOGIT_STEP
from growthctl.diagnosis.health.inputs import Finding, Signs
from growthctl.diagnosis.health.material import Health
from growthctl.diagnosis.small_samples import SMALL_ENTERED
from growthctl.funnel.levers import Trigger
from growthctl.stats.power import per_group

SLOW_SHARE = 0.5
SLOW_SECONDS = 86_400
DAYS = 30
Numbers = Mapping[str, float | int | None]


class Measure(NamedTuple):
    """A test that splits those who come in halves: how large, for how long, to see a rate of `to_rate`.

    With a probability of 80 %, at the 5 % level. `days` is None where nobody comes.
    """

    from_rate: float
    to_rate: float
    per_group: int
    days: int | None


@dataclass(frozen=True)
class Occasion:
    """What is seen at a stage, with its numbers; the clearest first."""

    seen: Mapping[Trigger, Numbers] = field(default_factory=dict)
    measure: Measure | None = None


def occasion(
    standing: Standing, signs: Signs, health: Health, where: Where | None, entrants_per_30_days: float
) -> Occasion:
    """What is seen at the stage of a standing: in the log, `where` its gap is, how few got there, how long it takes."""
    transition = standing.transition
    seen: dict[Trigger, Numbers] = {}
    for finding in health.findings:
        if finding.stage == transition.stage and _calls(finding):
            seen.setdefault(cast(Trigger, finding.sign), _numbers(finding))
    if where is not None and where.holders:
        holder = where.holders[0]
        seen["segment"] = {"share_of_gap": holder.share_of_gap, "segment_rate": holder.rate}
    if transition.entered < SMALL_ENTERED:
        seen["small_sample"] = {"entered": transition.entered, "dropped": transition.dropped}
    p90 = next((stage.p90_seconds_from_previous for stage in signs.stages if stage.name == transition.stage), 0.0)
    limit = SLOW_SECONDS if signs.give_up is None else SLOW_SHARE * signs.give_up / 1e6
    if p90 > limit:
        seen["slow"] = {"p90_seconds": p90}
    ripe = signs.entered - signs.entered_open
    per_day = entrants_per_30_days / DAYS * transition.entered / ripe if ripe else 0.0
    return Occasion(seen, _measure(standing, per_day))


def _calls(finding: Finding) -> bool:
    """Does it call for something now: is it in the way of the verdict, or does it last?"""
    if finding.cause == "tracking":
        return finding.material
    return finding.sign == "weekday_pattern" or (finding.sign == "rate_fell" and finding.until_at is None)


def _numbers(finding: Finding) -> Numbers:
    numbers = {
        "observed": finding.observed,
        "expected": finding.expected,
        "share": finding.share,
        "usual_rate": finding.usual_rate,
        "missing_conversions": finding.missing or None,
    }
    return {name: number for name, number in numbers.items() if number is not None}


def _measure(standing: Standing, entrants_per_day: float) -> Measure | None:
    rate, reference = standing.transition.rate, standing.transition.reference
    if rate is None or rate >= 1:
        return None
    # Where nothing is to be reached, the step by which leverage is compared.
    better = rate / (rate + (1 - rate) * exp(-LEVERAGE_LOGIT_STEP))
    target = reference.rate if reference and reference.rate > rate else better
    if target <= rate:
        return None
    size = ceil(per_group(rate, target))
    return Measure(rate, target, size, ceil(2 * size / entrants_per_day) if entrants_per_day else None)
