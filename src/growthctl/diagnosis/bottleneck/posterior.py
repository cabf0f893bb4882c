"""What the rates may really be: seeded draws given counts, references and how restless days and weeks are.

The draws are stratified (Latin hypercube; McKay, Beckman and Conover 1979): each of DRAWS equal slices of a rate's
distribution gives one draw, in a shuffled order. Means and probabilities of one transition are then nearly free of
sampling noise. A slice is the mean of OVERSAMPLING sorted draws, which is fast and needs no inverse distribution
function (importing one takes longer than the whole diagnosis).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from growthctl.diagnosis.bottleneck.shortfall import recoverable
from growthctl.diagnosis.transitions import Transition
from growthctl.stats.arrays import Floats
from growthctl.stats.proportions import Proportion
from growthctl.stats.spread import Spread

DRAWS = 4000
OVERSAMPLING = 25
SEED = 1
PRIOR_COEFFICIENT = 0.4
HIGHEST_PRIOR_MEAN = 0.99


class Posterior(NamedTuple):
    """What the rates may be, in draws."""

    rates: Floats
    """(draws, transitions): what is held against the references."""
    present: Floats
    """(draws, transitions): of what they do now."""
    references: Floats
    """(transitions,); NaN for none."""
    recoverable: Floats
    """(draws, transitions): what each could recover per 30 days; nothing without a reference."""

    @classmethod
    def of(cls, transitions: Sequence[Transition], entrants_per_30_days: float) -> Posterior:
        """Draw each transition from a generator of its own, so that no other one moves its draws."""
        rates = np.stack([_judged(transition, place) for place, transition in enumerate(transitions)], axis=1)
        present = rates.copy()
        for place, transition in enumerate(transitions):
            if transition.usual is not None:
                present[:, place] = rate_draws(transition.present, transition.spread, (place, len(transitions)))
        references = np.array([t.reference.rate if t.reference else np.nan for t in transitions])
        joining = [transition.joining for transition in transitions]
        worth = recoverable(rates, present, references, entrants_per_30_days, joining)
        for place, transition in enumerate(transitions):
            # What the weeks before foretell is no gap, though it be below their 75th percentile.
            if transition.reference is not None and transition.reference.below is not None:
                worth[:, place] *= transition.reference.below
        return cls(rates, present, references, worth)


def prior_strength(reference_rate: float) -> float:
    """How many entities the prior belief counts for: a spread of 0.4 on the log-odds around the reference."""
    return max(2.0, 1 / (PRIOR_COEFFICIENT**2 * reference_rate * (1 - reference_rate)) - 1)


@lru_cache(maxsize=256)
def rate_draws(
    counts: Proportion, spread: Spread, seed: tuple[int, ...], mean: float = 0.5, strength: float = 1.0
) -> Floats:
    """(DRAWS,) from Beta(x/φ + m·r, (n − x)/φ + m·(1 − r)), with m = `strength` and r = `mean`; by default Jeffreys'.

    `seed` says whose draws they are. They are kept, for a verdict is found again without each finding about the log.
    """
    generator = np.random.default_rng((SEED, *seed))
    draws = generator.beta(
        counts.converted / spread.of_draws + strength * mean,
        counts.dropped / spread.of_draws + strength * (1 - mean),
        size=DRAWS * OVERSAMPLING,
    )
    kept = generator.permutation(np.sort(draws).reshape(DRAWS, OVERSAMPLING).mean(axis=1))
    kept.flags.writeable = False
    return kept


def _judged(transition: Transition, place: int) -> Floats:
    """Around the reference; one of 100 % would leave no room for doubt, so the prior's mean stops at 99 %."""
    if transition.reference is None:
        return rate_draws(transition.judged, transition.spread, (place,))
    mean = min(transition.reference.rate, HIGHEST_PRIOR_MEAN)
    return rate_draws(transition.judged, transition.spread, (place,), mean, prior_strength(mean))
