"""Many tests at once: how far to trust the best of them."""

from __future__ import annotations

from collections.abc import Sequence


def benjamini_hochberg(p_values: Sequence[float], q: float) -> list[bool]:
    """Which of the tests to believe, so that at most a share `q` of those believed is expected to be chance.

    Benjamini and Hochberg (1995): all p-values up to the largest one that is at most q · rank ÷ tests.
    """
    ranked = sorted(p_values)
    bounds = [p for rank, p in enumerate(ranked, 1) if p <= q * rank / len(ranked)]
    return [bool(bounds) and p <= bounds[-1] for p in p_values]
