"""Stages that entities have, but not where the funnel wants them, and the clocks and dates that make it so."""

from __future__ import annotations

from collections.abc import Iterator

from growthctl.diagnosis.health.inputs import Finding, HealthInputs, StageInputs

OUT_OF_ORDER_SHARE = 0.2
SKEW_SHARE = 0.05
SAME_INSTANT_SHARE = 0.2
LEAST_DATED = 20
DATED_SHARE = 0.95
TIMED_SHARE = 0.5


def misplaced(inputs: HealthInputs) -> Iterator[Finding]:
    """Stages out of order: by another clock, by dates beside times, in one instant, or otherwise.

    Both another clock and another order may be true of a stage: who is early by a clock is not counted again. What has
    only dates comes before all that happened on its day, so that a smaller share is enough there.
    """
    dated = [each.stage for each in mixed_granularity(inputs)]
    for stage in inputs.stages:
        early_share = stage.early / max(1, stage.reached + stage.early)
        by_clock = early_share >= SKEW_SHARE
        if by_clock:
            yield Finding(
                "clock_skew" if stage.early_seconds else "same_instant",
                "tracking",
                stage.name,
                observed=stage.early,
                share=early_share,
                median_seconds=stage.early_seconds,
                missing=stage.early * stage.ripe_share,
            )
        astray = max(0, stage.out_of_order - (stage.early if by_clock else 0))
        share = astray / max(1, stage.reached + stage.out_of_order)
        if share > (SKEW_SHARE if stage.name in dated else OUT_OF_ORDER_SHARE):
            missing = astray * stage.ripe_share
            yield Finding("out_of_order", "tracking", stage.name, observed=astray, share=share, missing=missing)
        if stage.same_instant > SAME_INSTANT_SHARE * stage.reached:
            share = stage.same_instant / stage.reached
            yield Finding("same_instant", "tracking", stage.name, observed=stage.same_instant, share=share)


def mixed_granularity(inputs: HealthInputs) -> Iterator[Finding]:
    """Stages whose events have only dates, at 00:00:00, while those of another stage have times of the day."""
    if any(stage.events >= LEAST_DATED and _dated(stage) <= TIMED_SHARE for stage in inputs.stages):
        for stage in inputs.stages:
            share = _dated(stage)
            if stage.events >= LEAST_DATED and share >= DATED_SHARE:
                name = stage.declared or stage.name
                yield Finding("mixed_granularity", "tracking", name, observed=stage.at_midnight, share=share)


def _dated(stage: StageInputs) -> float:
    return stage.at_midnight / max(1, stage.events)
