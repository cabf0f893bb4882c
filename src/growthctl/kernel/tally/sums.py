"""What all counts over journeys have in common: journeys of some entities are counted, and such counts add up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import reduce
from operator import add
from typing import Protocol, Self, TypeVar

from growthctl.kernel.threads import parallel_map


class Tally(Protocol):
    """Made by a class method `of(journeys, …)`, of all journeys of some entities.

    Tallies of different entities add up, in any order, to that of all of them: so chunks may be counted side by side,
    and parts of a log one after the other.
    """

    def __add__(self, other: Self) -> Self: ...


Ordered = TypeVar("Ordered", int, date)


def earliest(*values: Ordered | None) -> Ordered | None:
    """The least of those that are known."""
    return min((value for value in values if value is not None), default=None)


def latest(*values: Ordered | None) -> Ordered | None:
    """The largest of those that are known."""
    return max((value for value in values if value is not None), default=None)


Piece = TypeVar("Piece")
T = TypeVar("T", bound=Tally)


def total(count: Callable[[Piece], T], parts: Sequence[Piece]) -> T:
    """What `count` makes of each of one or more parts, on all processors, added up."""
    return reduce(add, parallel_map(count, parts))
