"""Many tests at once: how far to trust the best of them."""

from __future__ import annotations

from collections.abc import Sequence


def q_values(p_values: Sequence[float]) -> list[float]:
    """For each test, its p-value, adjusted: the share of false findings to expect among it and all that are as strong.

    Benjamini and Hochberg (1995), as the adjusted p-values of Yekutieli and Benjamini (1999): the smallest
    p · tests ÷ rank among this rank and those after it.

    >>> [round(q, 4) for q in q_values([0.01, 0.04, 0.03])]
    [0.03, 0.04, 0.04]
    """
    tests = len(p_values)
    result = [1.0] * tests
    least = 1.0
    for rank, place in zip(range(tests, 0, -1), sorted(range(tests), key=lambda k: -p_values[k]), strict=True):
        least = min(least, p_values[place] * tests / rank)
        result[place] = least
    return result


def benjamini_hochberg(p_values: Sequence[float], q: float) -> list[bool]:
    """Which of the tests to believe, so that at most a share `q` of those believed is expected to be chance."""
    return [value <= q for value in q_values(p_values)]
