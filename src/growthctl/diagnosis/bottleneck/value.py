"""What a conversion is worth on average, when that is known from the amounts of a log."""

from __future__ import annotations

from math import sqrt

import numpy as np

from growthctl.diagnosis.bottleneck.posterior import DRAWS, SEED
from growthctl.stats.arrays import Floats

MOST_WEIGHTED = 1_000
_OF_VALUE = 1 << 20
"""Sets its draws apart from those of transitions."""


def mean_draws(amounts: Floats) -> Floats:
    """(DRAWS,): what the mean of one or more amounts may really be.

    The Bayesian bootstrap (Rubin 1981): means under weights from a flat Dirichlet distribution. Of more than
    MOST_WEIGHTED amounts these are normal with the variance Σ(a − ā)² ÷ (n (n + 1)).
    """
    generator = np.random.default_rng((SEED, _OF_VALUE))
    n = len(amounts)
    if n > MOST_WEIGHTED:
        draws: Floats = generator.normal(amounts.mean(), amounts.std() / sqrt(n + 1), DRAWS)
        return draws
    weights = generator.standard_exponential((DRAWS, n))
    means: Floats = (weights * amounts).sum(axis=1) / weights.sum(axis=1)
    return means
