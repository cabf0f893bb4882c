"""What a gap between a rate and its reference costs in final conversions, and how the cost is shared out.

Final conversions are F = A · Π p: entrants per 30 days times the rate of every transition. In an open funnel people
join on the way: those who enter at one stage are a funnel of their own, F_s = A_s · Π_{j>s} p_j, and F is the sum of
these. What depends on that takes `joining`: A_s for the stage after each transition, nothing where nobody joins.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log, prod

import numpy as np

from growthctl.stats.arrays import Floats

LEVERAGE_LOGIT_STEP = 0.2


def finals_by_entry(
    rates: Sequence[float | None], entrants_per_30_days: float, joining: Sequence[float] = ()
) -> list[float]:
    """F_s: the final conversions per 30 days of those who enter at the first stage, and after each transition.

    An unknown rate means that nobody came so far, hence that nobody converted.
    """
    entering = [entrants_per_30_days, *joining[: len(rates)]]
    return [entered * prod(rate or 0.0 for rate in rates[place:]) for place, entered in enumerate(entering)]


def final_conversions(
    rates: Sequence[float | None], entrants_per_30_days: float, joining: Sequence[float] = ()
) -> float:
    """F, the sum of all F_s; see `finals_by_entry`."""
    return sum(finals_by_entry(rates, entrants_per_30_days, joining))


def recoverable(
    rates: Floats, present: Floats, references: Floats, entrants_per_30_days: float, joining: Sequence[float] = ()
) -> Floats:
    """Final conversions per 30 days regained if only one transition rose to its reference, for each of them.

    R_k = A · Π_{j<k} p_j · max(0, r_k − p_k) · Π_{j>k} p_j, where p_k is what is held against the reference (`rates`)
    and the other p_j are the present ones. Both have shape (…, transitions), `references` (transitions,) with NaN for
    none, which recovers nothing.
    """
    result: Floats = at_rate_of_one(present, entrants_per_30_days, joining) * np.fmax(0.0, references - rates)
    return result


def at_rate_of_one(rates: Floats, entrants_per_30_days: float, joining: Sequence[float] = ()) -> Floats:
    """For each transition the final conversions per 30 days of those who come to the stage before it, did all of them
    go on: how many come, times the rates behind it. Of the same shape as the rates (…, transitions).
    """
    result: Floats = entrants_per_30_days * others(rates)
    for place, entered in enumerate(joining, 1):
        if entered:
            result[..., place:] += entered * others(rates[..., place:])
    return result


def others(rates: Floats) -> Floats:
    """For each transition the product of the rates of all others; of the same shape."""
    ones = np.ones_like(rates[..., :1])
    before = np.concatenate([ones, np.cumprod(rates[..., :-1], axis=-1)], axis=-1)
    after = np.concatenate([ones, np.cumprod(rates[..., :0:-1], axis=-1)], axis=-1)[..., ::-1]
    product: Floats = before * after
    return product


def shortfall(
    rates: Sequence[float | None],
    references: Sequence[float | None],
    entrants_per_30_days: float,
    joining: Sequence[float] = (),
) -> float | None:
    """F* − F: what all transitions below their reference cost together, per 30 days.

    None without any reference, and while a rate is unknown.
    """
    known = [rate for rate in rates if rate is not None]
    if len(known) < len(rates) or all(reference is None for reference in references):
        return None
    raised = [max(rate, reference or 0.0) for rate, reference in zip(known, references, strict=True)]
    return final_conversions(raised, entrants_per_30_days, joining) - final_conversions(
        known, entrants_per_30_days, joining
    )


def shortfall_shares(
    rates: Sequence[float | None],
    references: Sequence[float | None],
    entrants_per_30_days: float = 1.0,
    joining: Sequence[float] = (),
) -> tuple[float | None, ...]:
    """The fraction of F* − F that each transition with a reference answers for; the fractions sum to 1.

    In an open funnel those of the funnels of which it is the sum, by their parts of F* − F. None without a reference;
    None everywhere while a rate is unknown or where there is no shortfall.
    """
    if not any(joining):
        return _shares_of_one_entry(rates, references)
    shares = [0.0] * len(rates)
    for place, entered in enumerate([entrants_per_30_days, *joining[:-1]]):
        own = slice(place, None)
        part = shortfall(rates[own], references[own], entered) or 0.0
        for later, share in enumerate(_shares_of_one_entry(rates[own], references[own]), place):
            shares[later] += part * (share or 0.0)
    total = sum(shares)
    if not total:
        return (None,) * len(rates)
    return tuple(
        None if reference is None else share / total for share, reference in zip(shares, references, strict=True)
    )


def _shares_of_one_entry(rates: Sequence[float | None], references: Sequence[float | None]) -> tuple[float | None, ...]:
    """The fraction of F* − F that each transition with a reference answers for; the fractions sum to 1.

    L(F*, F) · ln(max(r_k, p_k) / p_k) with the logarithmic mean L sums to F* − F, so that L cancels in the
    fraction. A rate of zero takes all of the shortfall (the limit), several share it equally.
    None without a reference; None everywhere while a rate is unknown or where there is no shortfall.
    """
    nothing = (None,) * len(rates)
    if any(rate is None for rate in rates):
        return nothing
    pairs = [(rate or 0.0, reference) for rate, reference in zip(rates, references, strict=True)]
    if any(rate == 0.0 and reference is not None for rate, reference in pairs):
        weights = [None if reference is None else float(rate == 0.0) for rate, reference in pairs]
    else:
        weights = [None if reference is None else log(max(reference / rate, 1.0)) for rate, reference in pairs]
    total = sum(weight or 0.0 for weight in weights)
    return tuple(weight if weight is None else weight / total for weight in weights) if total else nothing


def leverage(rate: float, final: float) -> float:
    """Final conversions gained when the log-odds of one rate rise by 0.2: what an equal effort is worth.

    G = F · (expit(logit p + δ) / p − 1) with F = `final`, written so that rates of 0 and 1 are no special
    cases. It falls as the rate rises, so that it ranks transitions by lowest rate.
    """
    return final * (1 / (rate + (1 - rate) * exp(-LEVERAGE_LOGIT_STEP)) - 1)
