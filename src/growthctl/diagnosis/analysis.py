"""Finds the bottleneck, examines the health of the log, and says in which segments the gap is: all three, together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from growthctl.diagnosis.bottleneck.gap_by_segment import GapLocation, gap_by_segment
from growthctl.diagnosis.bottleneck.widest import WidestBottleneck
from growthctl.diagnosis.health.examine import Health, examine, with_traffic_cause
from growthctl.diagnosis.health.inputs import HealthInputs
from growthctl.diagnosis.segments import SegmentComparison
from growthctl.diagnosis.transitions import Transition


class Diagnosis(NamedTuple):
    """What is the matter with a funnel, as far as its log can tell."""

    bottleneck: WidestBottleneck
    """What the health of the log allows to name."""
    health: Health
    gap: GapLocation
    """Which segments hold the gap of the bottleneck."""


def diagnose(
    transitions: Sequence[Transition],
    inputs: HealthInputs,
    segments: SegmentComparison,
    entrants_per_30_days: float,
    value_per_conversion: float | None = None,
) -> Diagnosis:
    """The widest bottleneck unless the log is to be mended first, what is odd about the log, and where the gap is.

    `value_per_conversion` is money after margin, None where it is unknown.
    """
    health, bottleneck = examine(inputs, transitions, entrants_per_30_days, value_per_conversion)
    gap = gap_by_segment(bottleneck, segments)
    return Diagnosis(bottleneck, with_traffic_cause(health, gap), gap)
