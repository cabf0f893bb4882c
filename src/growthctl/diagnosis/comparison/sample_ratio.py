"""Are two arms as large as a random assignment makes them, and on every day alike?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from growthctl.diagnosis.comparison.entry_days import EntryDays
from growthctl.stats.contingency import comparable, homogeneity
from growthctl.stats.proportions import Proportion
from growthctl.stats.tails import chi_square_tail

DOUBTFUL = 0.001
_NAMES = re.compile(r"(^|[^a-z])(ab|arms?|bucket|experiment|treatment|variants?|variation)([^a-z]|$)")
_VALUES = {"a", "b", "control", "treatment", "variant", "baseline", "test", "holdout"}


class SampleRatio(NamedTuple):
    """How many were assigned to each arm, and how often a random assignment would do that."""

    this: int
    against: int
    p_equal: float
    """If each arm was to get half."""
    p_steady: float
    """If each arm was to get the same share on every day."""

    @property
    def is_doubtful(self) -> bool:
        """Is either too rare to be believed (Fabijan et al. 2019)?"""
        return min(self.p_equal, self.p_steady) < DOUBTFUL


def looks_assigned(name: str, values: Sequence[str]) -> bool:
    """Do the property and both its values read like an experiment? Devices and campaigns are nobody's to assign."""
    arms = {value.lower() for value in values}
    return len(values) == 2 and (bool(_NAMES.search(name.lower())) or arms <= _VALUES)


def sample_ratio(days: EntryDays) -> SampleRatio | None:
    """Of the entrants of two sides that share their days; None where nobody entered on one of them."""
    entered = [days.reached[0][days.side == side] for side in (0, 1)]
    this, against = (int(counts.sum()) for counts in entered)
    if not this or not against:
        return None
    daily = [Proportion(int(n), int(x)) for n, x in zip(np.add(*entered), entered[0], strict=True)]
    groups = comparable(daily)
    return SampleRatio(
        this,
        against,
        p_equal=chi_square_tail((this - against) ** 2 / (this + against), 1),
        p_steady=homogeneity(groups) if len(groups) > 1 else 1.0,
    )
