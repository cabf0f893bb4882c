"""Empirical Bayes: rates of several groups, each drawn towards the rate of all as far as chance explains it."""

from __future__ import annotations

from collections.abc import Sequence

from growthctl.stats.proportions import NOBODY, Proportion


def shrunk(groups: Sequence[Proportion]) -> list[float]:
    """The rate of each group, as from a beta-binomial whose spread is fitted by moments.

    With p = Σx/Σn, Q = Σ n_s(p_s − p)², D = N − Σn_s²/N and S groups, the variance between groups is
    τ² = (Q − (S − 1)p(1 − p)) ÷ (D − (S − 1)); with s = p(1 − p)/τ² − 1 a rate becomes (x_s + s·p) ÷ (n_s + s).
    Where groups differ no more than chance makes them (τ² ≤ 0), each becomes p. Kleinman (1973), weights n_s.
    Raises ValueError when nobody entered any group.

    >>> [round(rate, 3) for rate in shrunk([Proportion(1000, 100), Proportion(1000, 200), Proportion(40, 20)])]
    [0.101, 0.199, 0.413]
    """
    entered, converted = sum(groups, NOBODY)
    if not entered:
        raise ValueError("nobody entered any of the groups")
    rate = converted / entered
    weight = _weight([group for group in groups if group.entered], entered, rate)
    if weight is None:
        return [rate] * len(groups)
    return [(x + weight * rate) / (n + weight) if n + weight else rate for n, x in groups]


def _weight(groups: Sequence[Proportion], entered: int, rate: float) -> float | None:
    """How many entities the rate of all counts for in each group; None for infinitely many."""
    others = len(groups) - 1
    chance = rate * (1 - rate)
    observed = sum(n * (x / n - rate) ** 2 for n, x in groups)
    spread = entered - sum(n * n for n, _ in groups) / entered - others
    if spread <= 0 or observed <= others * chance:
        return None
    variance = (observed - others * chance) / spread
    return max(0.0, chance / variance - 1)
