"""Changes as findings about the log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from growthctl.diagnosis.change.find import RateChange
from growthctl.diagnosis.health.blame import blamed
from growthctl.diagnosis.health.inputs import Finding, HealthInputs


def change_findings(changes: Sequence[RateChange], inputs: HealthInputs) -> Iterator[Finding]:
    """What fell, rose or sinks.

    They miss nothing of the rates that the verdict rests on: it judges the usual ones.
    """
    for change in changes:
        stage = inputs.stages[change.stage]
        finding = Finding(
            "drift" if change.drift else "rate_fell" if change.direction == "fell" else "rate_rose",
            "unknown",
            stage.name,
            segment=change.segment,
            since_at=None if change.drift else change.since_at,
            until_at=change.until_at,
            observed=change.converted,
            expected=change.expected,
            upstream=change.entered,
            rate=change.converted / change.entered,
            usual_rate=min(1.0, change.expected / change.entered),
            probability=change.probability,
        )
        if change.drift is not None:
            finding = finding._replace(rate=change.drift.to_rate, usual_rate=change.drift.from_rate)
        yield blamed(finding, change.stage, inputs)
