"""When there are too few for a percentage."""

from __future__ import annotations

SMALL_ENTERED = 30
SMALL_CONVERTED = 5


def small_sample(converted: int, entered: int) -> bool:
    """Whether a percentage would claim more than the counts know."""
    return entered < SMALL_ENTERED or converted < SMALL_CONVERTED
