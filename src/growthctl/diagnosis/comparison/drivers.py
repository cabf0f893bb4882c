"""What goes with converting: events after which more, or fewer, went on. Nothing here says that they are the cause."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, log, sqrt
from typing import NamedTuple

from growthctl.stats.multitest import benjamini_hochberg
from growthctl.stats.normal import two_sided
from growthctl.stats.proportions import Interval, Pair, Proportion, fisher, is_sparse

FALSE_SHARE = 0.10
MIN_GROUP = 10
MOST = 5
Z = 1.959964


class Driver(NamedTuple):
    """An event that goes with converting."""

    event: str
    pair: Pair
    """`this` are those who had it, `against` those who had not."""
    odds_ratio: float
    interval: Interval
    p_value: float


class Drivers(NamedTuple):
    """How many events were tested, and at most five of those that stand out, the strongest evidence first."""

    tested: int
    events: tuple[Driver, ...]


def drivers(everybody: Proportion, after: Mapping[str, Proportion]) -> Drivers:
    """Which of the events in `after` (those who had it) set them apart from everybody else in the whole.

    Only events that at least ten had and ten had not.
    """
    candidates = []
    for event, exposed in after.items():
        others = everybody - exposed
        if min(exposed.entered, others.entered) >= MIN_GROUP:
            candidates.append(_driver(event, Pair(exposed, others)))
    believed = benjamini_hochberg([driver.p_value for driver in candidates], FALSE_SHARE)
    kept = [driver for driver, holds in zip(candidates, believed, strict=True) if holds]
    return Drivers(len(candidates), tuple(sorted(kept, key=lambda driver: (driver.p_value, driver.event))[:MOST]))


def odds_ratio(pair: Pair) -> tuple[float, Interval, float]:
    """The ratio of the odds, its 95 % interval, and z: half a count added to each cell (Haldane 1956, Woolf 1955)."""
    a, b, c, d = (n + 0.5 for side in (pair.this, pair.against) for n in (side.converted, side.dropped))
    ratio, error = log(a * d / (b * c)), sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    return exp(ratio), Interval(exp(ratio - Z * error), exp(ratio + Z * error)), ratio / error


def _driver(event: str, pair: Pair) -> Driver:
    ratio, interval, z = odds_ratio(pair)
    return Driver(event, pair, ratio, interval, fisher(pair) if is_sparse(pair) else two_sided(z))
