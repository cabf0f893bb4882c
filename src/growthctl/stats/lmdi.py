"""What each stage had to do with a change of the final conversions: shares that sum to the change exactly.

Final conversions are F = N · p₁ · … · p_K: entrants times the rate of every transition, the factors f.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import factorial, isclose, log, prod


def contributions(this: Sequence[float | None], against: Sequence[float | None]) -> tuple[float, ...]:
    """What each factor did to F₁ − F₀; `this` and `against` are the factors f₁ and f₀ in the order of the funnel.

    L(F₁, F₀) · ln(f₁/f₀) with the logarithmic mean L (LMDI; Ang 2004). Where a factor is zero, which has no logarithm,
    the Shapley value: its effect averaged over all orders in which the factors may change. A rate is unknown (None)
    where nobody came so far; it is taken to be what it is on the other side.
    """
    pairs = [_known(one, other) for one, other in zip(this, against, strict=True)]
    now, before = prod(one for one, _ in pairs), prod(other for _, other in pairs)
    if any(one == 0 or other == 0 for one, other in pairs):
        return tuple(_shapley(pairs, position) for position in range(len(pairs)))
    mean = logarithmic_mean(now, before)
    return tuple(mean * log(one / other) for one, other in pairs)


def logarithmic_mean(a: float, b: float) -> float:
    """L(a, b) = (a − b) / ln(a/b) of positive numbers, L(a, a) = a; 0 where one is 0."""
    if a <= 0 or b <= 0:
        return 0.0
    return (a + b) / 2 if isclose(a, b, rel_tol=1e-9) else (a - b) / log(a / b)


def _known(this: float | None, against: float | None) -> tuple[float, float]:
    if this is None and against is None:
        return 1.0, 1.0
    f1 = against if this is None else this
    f0 = this if against is None else against
    assert f1 is not None and f0 is not None
    return f1, f0


def _shapley(pairs: Sequence[tuple[float, float]], position: int) -> float:
    """(f₁ − f₀) times the mean, over all sets S of the other factors, of Π_{S} f₁ · Π_{not S} f₀.

    A set of s of m others comes first in s! (m − s)! of (m + 1)! orders. The products of all sets of one size are the
    coefficients of Π (f₀ + f₁ t), so that the number of sets does not matter.
    """
    this, against = pairs[position]
    by_size = [1.0]
    for f1, f0 in (pair for place, pair in enumerate(pairs) if place != position):
        by_size = [
            (by_size[size] * f0 if size < len(by_size) else 0.0) + (by_size[size - 1] * f1 if size else 0.0)
            for size in range(len(by_size) + 1)
        ]
    m = len(pairs) - 1
    weights = (factorial(size) * factorial(m - size) / factorial(m + 1) for size in range(m + 1))
    return (this - against) * sum(weight * product for weight, product in zip(weights, by_size, strict=True))
