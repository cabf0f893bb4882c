"""How each transition stands: its gap, what closing it is worth, and how sure both are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from growthctl.diagnosis.bottleneck.capacity import Load, loads
from growthctl.diagnosis.bottleneck.posterior import Posterior
from growthctl.diagnosis.bottleneck.shortfall import final_conversions, leverage, shortfall_shares
from growthctl.diagnosis.transitions import Transition
from growthctl.stats.arrays import Floats

ON_PAR = 0.95


class Recoverable(NamedTuple):
    """Final conversions per 30 days regained at the reference rate: mean and 90 % interval of the draws."""

    mean: float
    low: float
    high: float
    value: float | None
    """The same in money; None without a value per conversion."""
    value_low: float | None = None
    value_high: float | None = None


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


def assess(
    transitions: Sequence[Transition],
    posterior: Posterior,
    entrants_per_30_days: float,
    value_per_conversion: float | None,
) -> tuple[Assessment, ...]:
    """Judge every transition; in funnel order.

    One that nobody entered yet has only its prior: it stays in the competition for the widest, so that the
    others are not called surer than they are, but nothing is claimed about it.
    """
    rates = [t.ripe.rate for t in transitions]
    shares = shortfall_shares(rates, [t.reference.rate if t.reference else None for t in transitions])
    final = final_conversions(rates, entrants_per_30_days)
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
                probability_gap=float(gap[position]) if judged else None,
                probability_on_par=float(on_par[position]) if judged else None,
                probability_widest=float(widest[position]) if judged else None,
                recoverable=_recoverable(posterior.recoverable[:, position], value_per_conversion) if judged else None,
                share_of_shortfall=share,
                leverage=None if rate is None else leverage(rate, final),
                load=full[position],
            )
        )
    return tuple(result)


def _widest(draws: Floats) -> Floats:
    """The share of draws in which each transition has the largest recovery, if any recovers at all."""
    winners = draws.argmax(axis=1)[draws.max(axis=1) > 0]
    return np.bincount(winners, minlength=draws.shape[1]) / len(draws)


def _recoverable(draws: Floats, value_per_conversion: float | None) -> Recoverable:
    # What np.quantile gives, without the modules that it loads.
    low, high = np.interp(np.array([0.05, 0.95]) * (len(draws) - 1), np.arange(len(draws)), np.sort(draws))
    conversions = float(draws.mean()), float(low), float(high)
    if value_per_conversion is None:
        return Recoverable(*conversions, None)
    return Recoverable(*conversions, *(each * value_per_conversion for each in conversions))
