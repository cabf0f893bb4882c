"""The rate at which entities convert until the window closes, when some of them are still open."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log, sqrt
from typing import NamedTuple

import numpy as np

from growthctl.stats.arrays import Floats, Ints
from growthctl.stats.proportions import Interval
from growthctl.stats.spread import CHANCE, Spread


class Estimate(NamedTuple):
    """A rate, and its interval where one can be given."""

    rate: float
    interval: Interval | None


def survival_function(
    entered: int, converted: Sequence[int] | Ints, censored: Sequence[int] | Ints
) -> tuple[Floats, Floats]:
    """The share that has not converted after each time, and the Greenwood sum Σ d ÷ (n (n − d)) up to it.

    `converted` and `censored` are how many do so at each of some times, in order; who does neither stays at risk to
    the end. At one time, conversions come before censorings. Kaplan and Meier (1958), Greenwood (1926).
    """
    events, lost = np.asarray(converted, dtype=np.float64), np.asarray(censored, dtype=np.float64)
    gone = np.cumsum(events + lost)
    at_risk = entered - (gone - events - lost)
    left = at_risk - events
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(events > 0, events / (at_risk * left), 0.0)
        factors = np.where(events > 0, left / at_risk, 1.0)
    left_over: Floats = np.cumprod(factors, dtype=np.float64)
    return left_over, np.cumsum(terms)


def kaplan_meier(
    entered: int,
    converted: Sequence[int],
    censored: Sequence[int],
    spread: Spread = CHANCE,
    level: float = 0.95,
) -> Estimate | None:
    """The share that has converted at the end of what `survival` describes; None where nobody was seen to the end.

    The interval is Greenwood's, times φ and with t, on the scale of log(−log S), where it keeps between 0 and 1;
    there is none while nobody, or everybody, has converted. With nobody censored the rate is converted ÷ entered,
    exactly.
    """
    share, greenwood = survival_function(entered, converted, censored)
    left = float(share[-1])
    if not entered or (left > 0 and entered == sum(converted) + sum(censored)):
        return None
    rate = 1 - left if any(censored) else sum(converted) / entered
    if not 0 < left < 1:
        return Estimate(rate, None)
    half = spread.errors(level) * sqrt(float(greenwood[-1])) / -log(left)
    return Estimate(rate, Interval(1 - left ** exp(-half), 1 - left ** exp(half)))
