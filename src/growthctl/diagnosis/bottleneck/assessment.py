"""How each transition stands: its gap, what closing it is worth, and how sure both are."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from growthctl.diagnosis.bottleneck.capacity import Load, loads
from growthctl.diagnosis.bottleneck.posterior import Posterior
from growthctl.diagnosis.bottleneck.shortfall import finals_by_entry, leverage, shortfall_shares
from growthctl.diagnosis.transitions import Transition
from growthctl.stats.arrays import Floats

ON_PAR = 0.95
MARGINAL_CONVERSION = 0.8
LEVEL = 0.95

ConversionValue = Floats | float | None
"""Money after margin per final conversion, or draws of it; None where it is unknown."""


class Recoverable(NamedTuple):
    """Final conversions per 30 days regained at another rate: mean and 95 % interval of the draws.

    Its low end supposes that who is regained converts 20 % worse at every later transition.
    """

    mean: float
    low: float
    high: float
    value: float | None
    """The same in money; None without a value per conversion."""
    value_low: float | None = None
    value_high: float | None = None

    @classmethod
    def of(cls, draws: Floats, later: int, value_per_conversion: ConversionValue) -> Recoverable:
        """From the draws of the conversions; `later` is how many transitions follow."""
        low, high = _middle(draws)
        worse = MARGINAL_CONVERSION**later
        conversions = float(draws.mean()), low * worse, high
        if value_per_conversion is None:
            return cls(*conversions, None)
        money = draws * value_per_conversion
        low, high = _middle(money)
        # What is lost by regaining is lost in full.
        return cls(*conversions, float(money.mean()), min(low, low * worse), high)


class Assessment(NamedTuple):
    """One transition, judged. Unknown is None: everything that needs a reference or an entered entity."""

    transition: Transition
    probability_gap: float | None
    """P(rate < reference)."""
    probability_on_par: float | None
    """P(rate > 0.95 · reference)."""
    probability_widest: float | None
    """The share of draws in which no other transition recovers more."""
    recoverable: Recoverable | None
    share_of_shortfall: float | None
    """The fraction of what all gaps of the funnel cost together."""
    leverage: float | None
    """The final conversions per 30 days that a rise of 0.2 in the log-odds brings."""
    load: Load | None = None
    """How full the stage is."""
    passing: float = 0.0
    """The final conversions per 30 days of those who come to the stage, or enter an open funnel there."""


def assess(
    transitions: Sequence[Transition],
    posterior: Posterior,
    entrants_per_30_days: float,
    value_per_conversion: ConversionValue,
) -> tuple[Assessment, ...]:
    """Judge every transition; in funnel order.

    One that nobody entered yet has only its prior: it stays in the competition for the widest, so that the
    others are not called surer than they are, but nothing is claimed about it.
    """
    rates = [t.judged.rate for t in transitions]
    joining = [t.joining for t in transitions]
    references = [t.reference.rate if t.reference else None for t in transitions]
    shares = shortfall_shares(rates, references, entrants_per_30_days, joining)
    # Those who pass a transition entered before it; the stage behind it, also those who enter there.
    passing = list(accumulate(finals_by_entry([t.present.rate for t in transitions], entrants_per_30_days, joining)))
    gap = np.mean(posterior.rates < posterior.references, axis=0)
    on_par = np.mean(posterior.rates > ON_PAR * posterior.references, axis=0)
    widest = _widest(posterior.recoverable)
    result = []
    full = loads(transitions, entrants_per_30_days)
    for position, (transition, rate, share) in enumerate(zip(transitions, rates, shares, strict=True)):
        judged = rate is not None and transition.reference is not None
        result.append(
            Assessment(
                transition=transition,
                probability_gap=_probability_gap(transition, float(gap[position])) if judged else None,
                probability_on_par=float(on_par[position]) if judged else None,
                probability_widest=float(widest[position]) if judged else None,
                recoverable=Recoverable.of(
                    posterior.recoverable[:, position], len(transitions) - 1 - position, value_per_conversion
                )
                if judged
                else None,
                share_of_shortfall=share,
                leverage=None if rate is None else leverage(rate, passing[position]),
                load=full[position],
                passing=passing[min(position + 1, len(passing) - 1)],
            )
        )
    return tuple(result)


def _widest(draws: Floats) -> Floats:
    """The share of draws in which each transition has the largest recovery, if any recovers at all."""
    winners = draws.argmax(axis=1)[draws.max(axis=1) > 0]
    return np.bincount(winners, minlength=draws.shape[1]) / len(draws)


def _probability_gap(transition: Transition, below: float) -> float:
    """Of a history what its weeks foretell counts: that these differ is no gap."""
    reference = transition.reference
    return below if reference is None or reference.below is None else reference.below


def _middle(draws: Floats) -> tuple[float, float]:
    """The 95 % in the middle: what np.quantile gives, without the modules that it loads."""
    ends = np.array([1 - LEVEL, 1 + LEVEL]) / 2 * (len(draws) - 1)
    low, high = np.interp(ends, np.arange(len(draws)), np.sort(draws))
    return float(low), float(high)
