"""Parts side by side."""

from __future__ import annotations

import threading

import pytest

from growthctl.kernel.threads import parallel_map


def test_results_come_in_the_order_of_the_parts() -> None:
    started = threading.Event()

    def work(part: int) -> int:
        # The first part ends last.
        if part == 0:
            started.wait(timeout=10)
        started.set()
        return part * 10

    assert parallel_map(work, [0, 1, 2]) == [0, 10, 20]


def test_a_single_part_needs_no_thread() -> None:
    assert parallel_map(lambda _: threading.current_thread(), ["part"]) == [threading.main_thread()]
    assert parallel_map(lambda _: 1, []) == []


def test_what_goes_wrong_with_a_part_is_raised() -> None:
    def work(part: int) -> int:
        if part == 1:
            raise ValueError("part 1")
        return part

    with pytest.raises(ValueError, match="part 1"):
        parallel_map(work, [0, 1, 2])
