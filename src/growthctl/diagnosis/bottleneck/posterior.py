"""What the rates may really be: seeded draws given counts, references and the spread between weeks.

The draws are stratified (Latin hypercube; McKay, Beckman and Conover 1979): each of DRAWS equal slices of a rate's
distribution gives one draw, in a shuffled order. Means and probabilities of one transition are then nearly free of
sampling noise. A slice is the mean of OVERSAMPLING sorted draws, which is fast and needs no inverse distribution
function (importing one takes longer than the whole diagnosis).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from growthctl.diagnosis.bottleneck.shortfall import recoverable
from growthctl.diagnosis.transitions import Transition
from growthctl.stats.arrays import Floats
from growthctl.stats.contingency import chi_square
from growthctl.stats.overdispersion import overdispersion
from growthctl.stats.proportions import NOBODY, Proportion

DRAWS = 4000
OVERSAMPLING = 25
SEED = 1
MIN_WEEKS = 6
PRIOR_COEFFICIENT = 0.4
HIGHEST_PRIOR_MEAN = 0.99


class Posterior(NamedTuple):
    """What the rates may be, in draws."""

    rates: Floats
    """(draws, transitions)."""
    references: Floats
    """(transitions,); NaN for none."""
    recoverable: Floats
    """(draws, transitions): what each could recover per 30 days; nothing without a reference."""

    @classmethod
    def of(cls, transitions: Sequence[Transition], entrants_per_30_days: float) -> Posterior:
        """Draw each transition from a generator of its own, so that no other one moves its draws."""
        columns = [_draw(transition, position) for position, transition in enumerate(transitions)]
        rates = np.stack(columns, axis=1)
        references = np.array([t.reference.rate if t.reference else np.nan for t in transitions])
        return cls(rates, references, recoverable(rates, references, entrants_per_30_days))


def prior_strength(reference_rate: float) -> float:
    """How many entities the prior belief counts for: a spread of 0.4 on the log-odds around the reference."""
    return max(2.0, 1 / (PRIOR_COEFFICIENT**2 * reference_rate * (1 - reference_rate)) - 1)


def weekly_dispersion(weeks: Sequence[Proportion]) -> float:
    """How much more weekly cohorts vary than chance alone would: Pearson's X² ÷ (weeks − 1), at least 1.

    1 with fewer than six weeks that anybody entered, and where nobody or everybody converted.
    """
    alive = [week for week in weeks if week.entered]
    if len(alive) < MIN_WEEKS or sum(alive, NOBODY).rate in (0.0, 1.0):
        return 1.0
    return overdispersion(chi_square(alive), len(alive) - 1)


def _draw(transition: Transition, position: int) -> Floats:
    """Beta(x/φ + m·r, (n − x)/φ + m·(1 − r)); without a reference Jeffreys' prior: m = 1, r = ½.

    A reference of 100 % would leave no room for doubt, so the prior's mean stops at 99 %.
    """
    if transition.reference:
        mean = min(transition.reference.rate, HIGHEST_PRIOR_MEAN)
        strength = prior_strength(mean)
    else:
        mean, strength = 0.5, 1.0
    spread = weekly_dispersion(transition.weeks)
    generator = np.random.default_rng((SEED, position))
    draws = generator.beta(
        transition.ripe.converted / spread + strength * mean,
        transition.ripe.dropped / spread + strength * (1 - mean),
        size=DRAWS * OVERSAMPLING,
    )
    return generator.permutation(np.sort(draws).reshape(DRAWS, OVERSAMPLING).mean(axis=1))
