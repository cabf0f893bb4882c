"""Distinct representatives: which stages and events can be matched one to one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def matched(numbers: Iterable[int], sets: Sequence[int]) -> dict[int, int]:
    """Which bit set stands for which of `numbers`, one to one, each set holding its number: {index: number}.

    By augmenting paths (Berge 1957), number by number; ends before the first number for which there is none.
    """
    user: dict[int, int] = {}
    for number in numbers:
        if not _augment(number, sets, user, set()):
            break
    return user


def _augment(number: int, sets: Sequence[int], user: dict[int, int], seen: set[int]) -> bool:
    for index, bits in enumerate(sets):
        if bits >> number & 1 and index not in seen:
            seen.add(index)
            if index not in user or _augment(user[index], sets, user, seen):
                user[index] = number
                return True
    return False
