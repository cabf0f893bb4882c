"""Proportions, written as pairs of counts."""

from __future__ import annotations

from growthctl.stats.proportions import Proportion


def proportions(*counts: tuple[int, int]) -> list[Proportion]:
    """Of (entered, converted) each."""
    return [Proportion(*count) for count in counts]
