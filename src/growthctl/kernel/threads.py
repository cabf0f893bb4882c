"""Work on parts of the journeys, on all processors: numpy lets go of the interpreter while it works."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def parallel_map(work: Callable[[T], R], parts: Sequence[T]) -> list[R]:
    """What `work` makes of each part, in order; it must not wait for others of the `workers` itself."""
    if len(parts) < 2:
        return [work(part) for part in parts]
    return list(workers().map(work, parts))


@cache
def workers() -> ThreadPoolExecutor:
    """A thread for each processor, for all such work: to start them takes longer than to count a small part."""
    return ThreadPoolExecutor(os.cpu_count(), "growthctl")
