"""Distinct representatives: which stages and events can be matched one to one."""

from __future__ import annotations

from collections.abc import Sequence


def longest_match(first: int, end: int, sets: Sequence[int]) -> int:
    """How many of the numbers first, first + 1 … (below `end`) can be matched one to one with bit sets that hold them.

    By augmenting paths (Berge 1957); the first number for which there is none ends the run.
    """
    user: dict[int, int] = {}
    number = first
    while number < end and _augment(number, sets, user, set()):
        number += 1
    return number - first


def _augment(number: int, sets: Sequence[int], user: dict[int, int], seen: set[int]) -> bool:
    for index, bits in enumerate(sets):
        if bits >> number & 1 and index not in seen:
            seen.add(index)
            if index not in user or _augment(user[index], sets, user, seen):
                user[index] = number
                return True
    return False
