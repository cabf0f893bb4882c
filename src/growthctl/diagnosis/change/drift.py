"""Rates that sink, week after week."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log, sqrt
from typing import NamedTuple

import numpy as np

from growthctl.diagnosis.days import Days
from growthctl.stats.arrays import Floats
from growthctl.stats.multitest import benjamini_hochberg
from growthctl.stats.tails import two_sided

LEAST_WEEKS = 6
FALSE_SHARE = 0.01
LARGEST_RATIO = 0.8


class Drift(NamedTuple):
    """A straight line through the log-odds of the weeks."""

    weeks: int
    from_rate: float
    """Of the first week, by the line."""
    to_rate: float
    """Of the last one."""
    spread: float
    """φ around the line: how restless the weeks are besides, at least 1."""
    probability: float
    """Of a slope as far from 0 by chance, either way."""


def drift_of(days: Days) -> Drift | None:
    """The line through the weeks of a transition; None for fewer than LEAST_WEEKS, where none can be drawn, and where a
    step from one level to another describes them better.

    Weighted least squares of ln((x + ½) ÷ (n − x + ½)), weights n·p·(1 − p) of the line itself; t of weeks − 2 from the
    residuals. Cox (1970), The Analysis of Binary Data, 3.2, for the empirical logit.
    """
    weeks = np.array([week for week in days.weeks if week.entered], dtype=float).reshape(-1, 2)
    if len(weeks) < LEAST_WEEKS or weeks[:, 1].sum() in (0, weeks[:, 0].sum()):
        return None
    n, x = weeks.T
    at = np.arange(len(n), dtype=float)
    logit = np.log((x + 0.5) / (n - x + 0.5))
    line = np.full(len(n), log(x.sum() / (n - x).sum()))
    for _ in range(3):
        rate = 1 / (1 + np.exp(-line))
        weight = n * rate * (1 - rate)
        centre = (weight * at).sum() / weight.sum()
        width = (weight * (at - centre) ** 2).sum()
        slope = (weight * (at - centre) * logit).sum() / width
        line = (weight * logit).sum() / weight.sum() + slope * (at - centre)
    squares = float((weight * (logit - line) ** 2).sum())
    spread = max(1.0, squares / (len(n) - 2))
    if _squares_of_step(logit, weight) < squares:
        return None
    probability = two_sided(float(slope) / sqrt(spread / float(width)), len(n) - 2)
    first, last = (1 / (1 + exp(-float(line[end]))) for end in (0, -1))
    return Drift(len(n), first, last, spread, probability)


def _squares_of_step(logit: Floats, weight: Floats) -> float:
    """What is left around the two levels of the best step, two weeks or more each."""
    squares = []
    for at in range(2, len(logit) - 1):
        sides = (slice(at), slice(at, None))
        levels = [(weight[side] * logit[side]).sum() / weight[side].sum() for side in sides]
        squares.append(
            sum((weight[side] * (logit[side] - level) ** 2).sum() for side, level in zip(sides, levels, strict=True))
        )
    return float(min(squares))


def sinking(drifts: Sequence[Drift | None]) -> list[bool]:
    """Which of the stages' rates sink: by LARGEST_RATIO from end to end, and more than by chance, all tests counted."""
    tested = [drift for drift in drifts if drift is not None]
    believed = iter(benjamini_hochberg([drift.probability for drift in tested], FALSE_SHARE))
    return [
        drift is not None and next(believed) and drift.to_rate <= LARGEST_RATIO * drift.from_rate for drift in drifts
    ]
