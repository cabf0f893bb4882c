"""What is odd about a log: runs the detectors; read `detect` first."""

from __future__ import annotations

from collections.abc import Iterator

from growthctl.diagnosis.health.entry_volume import entry_volume
from growthctl.diagnosis.health.inputs import Finding, HealthInputs
from growthctl.diagnosis.health.missing_events import missing_events
from growthctl.diagnosis.health.rate_drops import rate_drops

OUT_OF_ORDER_SHARE = 0.2
SKEW_SHARE = 0.05
SAME_INSTANT_SHARE = 0.2
DUPLICATE_SHARE = 0.01
OPEN_SHARE = 0.5


def detect(inputs: HealthInputs) -> list[Finding]:
    """Everything odd; what may mislead most comes first."""
    # In any order nothing tells whose events are missing when fewer get that far.
    silent = list(missing_events(inputs)) if inputs.is_ordered else []
    fell = rate_drops(inputs, silent)
    return [*silent, *_misplaced(inputs), *fell, *entry_volume(inputs), *_open(inputs), *_duplicates(inputs)]


def _misplaced(inputs: HealthInputs) -> Iterator[Finding]:
    """Stages that entities have, but not where the funnel wants them."""
    for stage in inputs.stages:
        early, astray = stage.early, stage.out_of_order
        early_share, astray_share = (count / max(1, stage.reached + count) for count in (early, astray))
        if early_share >= SKEW_SHARE:
            yield Finding(
                "clock_skew" if stage.early_seconds else "same_instant",
                "tracking",
                stage.name,
                observed=early,
                share=early_share,
                median_seconds=stage.early_seconds,
                missing=early * stage.ripe_share,
            )
        elif astray_share > OUT_OF_ORDER_SHARE:
            missing = astray * stage.ripe_share
            yield Finding("out_of_order", "tracking", stage.name, observed=astray, share=astray_share, missing=missing)
        if stage.same_instant > SAME_INSTANT_SHARE * stage.reached:
            share = stage.same_instant / stage.reached
            yield Finding("same_instant", "tracking", stage.name, observed=stage.same_instant, share=share)


def _open(inputs: HealthInputs) -> Iterator[Finding]:
    """Most of those who entered may still convert."""
    if inputs.give_up is not None and inputs.entered and inputs.entered_open > OPEN_SHARE * inputs.entered:
        share = inputs.entered_open / inputs.entered
        yield Finding("mostly_open", "unripe", inputs.stages[0].name, observed=inputs.entered_open, share=share)


def _duplicates(inputs: HealthInputs) -> Iterator[Finding]:
    for observed, of in ((inputs.duplicate_rows, inputs.rows), (inputs.repeated_events, inputs.events)):
        if observed > DUPLICATE_SHARE * of:
            yield Finding("duplicates", "tracking", observed=observed, share=observed / of)
