"""How much more than by chance counts vary, and how surprising few events are then: beta-binomial and negative binomial
probabilities.
"""

from __future__ import annotations

from math import exp, inf, lgamma

import numpy as np

from growthctl.stats.arrays import Floats

LEAST_EXPECTED = 9.21
"""With so many expected, none at all has a probability of 1e-4 (−ln 1e-4 = 9.21), if they come independently."""

ALL_OR_NOTHING = 1e-9
"""A beta distribution this weak has next to nothing between 0 and 1."""


def overdispersion(chi_square: float, degrees: int, least: float = 1.0) -> float:
    """How many times as much as by chance alone counts vary: φ = X² ÷ degrees of freedom, at least `least`.

    `chi_square` is Pearson's, around what was expected of each count. 1 where there is no degree of freedom. McCullagh
    and Nelder, Generalized Linear Models (1989), 4.5.
    """
    return max(least, chi_square / degrees) if degrees > 0 else 1.0


def beta_binomial_cdf(observed: int, entered: int, rate: float, strength: float = inf) -> float:
    """P(Y ≤ observed) of Y conversions among `entered`, whose rate is a draw from Beta(rate · s, (1 − rate) · s).

    The beta-binomial distribution (Skellam 1948); an infinite `strength` s is the binomial. As s goes to 0 a cohort
    goes on as one: all of it with the probability `rate`, else nobody.

    >>> f"{beta_binomial_cdf(10, 200, 0.12, 200):.5f} {beta_binomial_cdf(40, 100, 0.8, 200):.1e}"
    '0.00893 4.8e-12'
    """
    if observed >= entered or rate <= 0:
        return 1.0
    if rate >= 1:
        return 0.0
    if strength < ALL_OR_NOTHING:
        return 1 - rate
    k = np.arange(observed)
    choices = np.log(entered - k) - np.log(k + 1)
    if strength == inf:
        first = entered * float(np.log1p(-rate))
        steps = choices + np.log(rate) - np.log1p(-rate)
    else:
        alpha, beta = rate * strength, (1 - rate) * strength
        first = lgamma(beta + entered) - lgamma(beta) - lgamma(strength + entered) + lgamma(strength)
        steps = choices + np.log(k + alpha) - np.log(entered - k - 1 + beta)
    return _summed(first, steps)


def negative_binomial_cdf(observed: int, mean: float, size: float = inf) -> float:
    """P(Y ≤ observed) of a count with that mean and the variance mean + mean² ÷ size.

    The negative binomial distribution; an infinite `size` is Poisson's.

    >>> f"{negative_binomial_cdf(200, 480, 25):.2e}"
    '1.53e-04'
    """
    if mean <= 0:
        return 1.0
    k = np.arange(observed)
    if size == inf:
        return _summed(-mean, np.log(mean) - np.log(k + 1))
    steps = np.log(size + k) - np.log(k + 1) + np.log(mean / (size + mean))
    return _summed(-size * float(np.log1p(mean / size)), steps)


def fit_concentration(entered: Floats, converted: Floats, expected: Floats, fitted: int = 1) -> float:
    """How alike the rates of cohorts are: s of their beta distribution, ∞ where they vary no more than by chance, 0
    where each goes on as one.

    Of n entered, a beta-binomial count varies 1 + (n − 1) ÷ (s + 1) times as much as a binomial one. That factor is
    Pearson's X² ÷ (cohorts − `fitted`, the rates that make up `expected`), and n their mean, in which larger cohorts
    weigh more (Williams 1982).
    """
    varying = (expected > 0) & (expected < entered)
    n, x, mean = entered[varying], converted[varying], expected[varying]
    factor = overdispersion(float(((x - mean) ** 2 / (mean * (1 - mean / n))).sum()), len(n) - fitted)
    return max(0.0, ((n**2).sum() / n.sum() - 1) / (factor - 1) - 1) if factor > 1 else inf


def fit_size(counts: Floats, expected: Floats, fitted: int = 1) -> float:
    """How steady volumes are: the size of their negative binomial distribution, ∞ where chance is enough.

    `fitted` is how many means make up `expected`.
    """
    known = expected > 0
    squares = (counts[known] - expected[known]) ** 2 / expected[known]
    factor = overdispersion(float(squares.sum()), len(squares) - fitted)
    return float(expected[known].mean()) / (factor - 1) if factor > 1 else inf


def _summed(first: float, steps: Floats) -> float:
    """The sum of probabilities, of which the logarithms of the first and of the ratios of neighbours are known."""
    terms = first + np.concatenate([[0.0], np.cumsum(steps)])
    largest = float(terms.max())
    return min(1.0, exp(largest) * float(np.exp(terms - largest).sum()))
