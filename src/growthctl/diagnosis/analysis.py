"""What changed, what is broken now, the bottleneck, the health of the log, and which segments hold the gap."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from growthctl.diagnosis.bottleneck.assessment import ConversionValue
from growthctl.diagnosis.bottleneck.gap_by_segment import GapLocation, gap_by_segment
from growthctl.diagnosis.bottleneck.reference import ReferenceRules, with_references
from growthctl.diagnosis.bottleneck.shortfall import final_conversions
from growthctl.diagnosis.bottleneck.widest import WidestBottleneck
from growthctl.diagnosis.change.arrivals import Arrivals, arrivals_of
from growthctl.diagnosis.change.broken_now import BrokenNow, broken_now
from growthctl.diagnosis.change.find import RateChange, find_changes, with_changes
from growthctl.diagnosis.change.findings import change_findings
from growthctl.diagnosis.health.detect import Detected, detect
from growthctl.diagnosis.health.examine import Health, examine, unblamed, with_traffic_cause
from growthctl.diagnosis.health.inputs import Finding, HealthInputs
from growthctl.diagnosis.segments import SegmentComparison
from growthctl.diagnosis.transitions import Transition
from growthctl.errors import guarded


class Diagnosis(NamedTuple):
    """What is the matter with a funnel, as far as its log can tell."""

    transitions: tuple[Transition, ...]
    """With their references, and what they do now."""
    broken_now: tuple[BrokenNow, ...]
    """The dearest first."""
    bottleneck: WidestBottleneck
    """What the health of the log allows to name."""
    health: Health
    gap: GapLocation
    """Which segments hold the gap of the bottleneck."""


def diagnose(
    transitions: Sequence[Transition],
    inputs: HealthInputs,
    segments: SegmentComparison,
    rules: ReferenceRules,
    entrants_per_30_days: float,
    value_per_conversion: ConversionValue = None,
) -> Diagnosis:
    """What is broken now; the widest bottleneck of the usual rates unless the log is to be mended first; what is odd
    about the log; and where the gap is. In any order no stage is to blame. What looks for changes, or what is broken
    now, is left out where it fails.
    """
    findings, failed = detect(inputs)
    if not inputs.is_ordered:
        final = final_conversions([transition.ripe.rate for transition in transitions], entrants_per_30_days)
        bottleneck = WidestBottleneck(None, final_conversions_per_30_days=final)
        return Diagnosis(tuple(transitions), (), bottleneck, unblamed(findings, failed), GapLocation())
    changed = guarded(
        "changes", lambda: _changed(transitions, inputs, findings), Changed(transitions, [], findings), failed
    )
    known, detected = with_references(changed.transitions, segments.splits, rules), Detected(changed.findings, failed)
    health, bottleneck = examine(inputs, known, detected, entrants_per_30_days, value_per_conversion)
    broken: list[BrokenNow] = guarded(
        "broken_now",
        lambda: broken_now(known, changed.changes, inputs, health.findings, entrants_per_30_days, value_per_conversion),
        [],
        failed,
    )
    gap = gap_by_segment(bottleneck, segments)
    health = with_traffic_cause(health, gap)._replace(failed=tuple(failed))
    return Diagnosis(tuple(known), tuple(broken), bottleneck, health, gap)


class Changed(NamedTuple):
    """What changed, and what that means for the rest."""

    transitions: Sequence[Transition]
    """With what they do now."""
    changes: Sequence[RateChange]
    findings: list[Finding]
    """What is odd about the log, the changes too."""


def _changed(transitions: Sequence[Transition], inputs: HealthInputs, findings: Sequence[Finding]) -> Changed:
    everybody = arrivals_of(inputs, inputs.everybody)
    silences = [finding for finding in findings if finding.code == "stage_silent"]
    changes = _changes(inputs, everybody, silences)
    spans = [(finding.stage or "", (finding.since_at, finding.until_at)) for finding in silences]
    now = with_changes(transitions, everybody, changes, spans)
    return Changed(now, changes, [*findings, *change_findings(changes, inputs)])


def _changes(inputs: HealthInputs, everybody: Sequence[Arrivals], silences: Sequence[Finding]) -> list[RateChange]:
    """What changed on days on which no events were missing; nothing of a stage that is silent to the end."""
    segments = [arrivals for series in inputs.segments for arrivals in arrivals_of(inputs, series)]

    def known(arrivals: Arrivals) -> Arrivals:
        name = inputs.stages[arrivals.stage].name
        own = [each for each in silences if each.stage == name and each.segment in (None, arrivals.segment)]
        return arrivals.without([(silence.since_at, silence.until_at) for silence in own])

    silent = {silence.stage for silence in silences if silence.until_at is None and silence.segment is None}
    changes = find_changes(list(map(known, everybody)), list(map(known, segments)))
    return [change for change in changes if inputs.stages[change.stage].name not in silent]
