"""Distinct representatives: which stages and events can be matched one to one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def distinct_representatives(numbers: Iterable[int], sets: Sequence[int]) -> dict[int, int]:
    """Which bit set stands for which of `numbers`, one to one, each set holding its number: {index: number}.

    By augmenting paths (Berge 1957), number by number; ends before the first number for which there is none.
    """
    assigned: dict[int, int] = {}
    for number in numbers:
        if not _augment(number, sets, assigned, set()):
            break
    return assigned


def filled_stages(events: Sequence[int], stages: int) -> dict[int, int]:
    """Which event (bit set of the stages that it matches) fills which stage, as many as can be: {index: stage}.

    Of several choices of so many stages the one declared earliest: a stage that has an event keeps one.
    """
    assigned: dict[int, int] = {}
    for stage in range(stages):
        _augment(stage, events, assigned, set())
    return assigned


def _augment(number: int, sets: Sequence[int], assigned: dict[int, int], tried: set[int]) -> bool:
    for index, bits in enumerate(sets):
        if bits >> number & 1 and index not in tried:
            tried.add(index)
            if index not in assigned or _augment(assigned[index], sets, assigned, tried):
                assigned[index] = number
                return True
    return False
