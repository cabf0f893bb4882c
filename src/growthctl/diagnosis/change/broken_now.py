"""What is broken now, and what it costs: rates that fell and have not come back, stages gone silent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from growthctl.clock import LONG_AGO, Micros
from growthctl.diagnosis.bottleneck.assessment import ConversionValue, Recoverable
from growthctl.diagnosis.bottleneck.posterior import Posterior, rate_draws
from growthctl.diagnosis.bottleneck.shortfall import at_rate_of_one
from growthctl.diagnosis.change.find import RateChange
from growthctl.diagnosis.health.inputs import Finding, HealthInputs
from growthctl.diagnosis.transitions import SegmentValues, Transition
from growthctl.stats.proportions import Proportion
from growthctl.stats.spread import Spread

USUAL, NOW = 1, 2


class BrokenNow(NamedTuple):
    """A stage that is reached less often than it was, of all or of a segment."""

    transition: Transition
    segment: SegmentValues | None
    since_at: Micros | None
    """None: from the beginning of the log on."""
    usual_rate: float
    rate: float
    probability: float
    """P(the rate is below the usual one)."""
    recoverable: Recoverable
    """What as usual would bring."""
    is_silent: bool = False
    """Are there no events of the stage at all?"""


def broken_now(
    transitions: Sequence[Transition],
    changes: Sequence[RateChange],
    inputs: HealthInputs,
    findings: Sequence[Finding],
    entrants_per_30_days: float,
    value_per_conversion: ConversionValue = None,
) -> list[BrokenNow]:
    """What is broken now, the dearest first; of each stage at most a silence and a fall."""
    faults = [*_silent(transitions, inputs, findings), *_fallen(transitions, changes)]
    if not faults:
        return []
    posterior = Posterior.of(transitions, entrants_per_30_days)
    joining = [transition.joining for transition in transitions]
    flow = at_rate_of_one(posterior.present, entrants_per_30_days, joining)
    result = []
    for fault in faults:
        seeds = ((fault.place, len(transitions), kind) for kind in (USUAL, NOW))
        usual, now = (
            rate_draws(counts, fault.spread, seed) for counts, seed in zip((fault.usual, fault.now), seeds, strict=True)
        )
        lost = fault.share * flow[:, fault.place] * np.maximum(0.0, usual - now)
        result.append(
            BrokenNow(
                transition=transitions[fault.place],
                segment=fault.segment,
                since_at=fault.since_at,
                usual_rate=fault.usual.rate or 0.0,
                rate=fault.now.rate or 0.0,
                probability=float(np.mean(now < usual)),
                recoverable=Recoverable.of(lost, len(transitions) - 1 - fault.place, value_per_conversion),
                is_silent=fault.is_silent,
            )
        )
    return sorted(result, key=lambda fault: -fault.recoverable.mean)


class _Fault(NamedTuple):
    place: int
    """Of the transition."""
    segment: SegmentValues | None
    since_at: Micros | None
    usual: Proportion
    now: Proportion
    spread: Spread
    share: float
    """Of all who come to the stage before."""
    is_silent: bool


def _silent(transitions: Sequence[Transition], inputs: HealthInputs, findings: Sequence[Finding]) -> Iterator[_Fault]:
    """Stages that have gone silent; of one the first finding, which misleads most."""
    place_of = {transition.stage: place for place, transition in enumerate(transitions)}
    silent = [each for each in findings if each.code == "stage_silent" and each.until_at is None]
    for finding in {each.stage: each for each in reversed(silent)}.values():
        if finding.stage is None or not finding.upstream:
            continue
        place, upstream = place_of[finding.stage], finding.upstream
        since = inputs.everybody.between(finding.since_at or LONG_AGO, None)
        came = int(inputs.everybody.reached[place][since].sum())
        yield _Fault(
            place=place,
            segment=finding.segment,
            since_at=finding.since_at,
            usual=Proportion(upstream, min(upstream, round(finding.expected or 0.0))),
            now=Proportion(upstream, min(upstream, finding.observed or 0)),
            spread=transitions[place].spread,
            share=1.0 if finding.segment is None else min(1.0, upstream / max(1, came)),
            is_silent=True,
        )


def _fallen(transitions: Sequence[Transition], changes: Sequence[RateChange]) -> Iterator[_Fault]:
    """Stages whose rate fell and has not come back."""
    for change in changes:
        if change.lasts and change.direction == "fell":
            since_at = None if change.drift else change.since_at
            usual, now, spread = change.level
            yield _Fault(change.stage - 1, change.segment, since_at, usual, now, spread, change.share, is_silent=False)
