"""The simulated verdicts, a few of them."""

from __future__ import annotations

import pytest

from bench.diagnosis import of_counts, of_logs


def test_where_nothing_is_wrong_hardly_anything_is_confirmed() -> None:
    assert of_counts(40, seed=2).wrongly_confirmed <= 0.1


@pytest.mark.parametrize("weak", range(4))
def test_a_stage_a_quarter_below_its_target_is_named_and_no_other(weak: int) -> None:
    found = of_counts(20, seed=2, weak=weak, factor=0.75)
    assert found.named >= 0.85
    assert found.wrongly_confirmed == 0


def test_open_windows_do_not_move_the_bottleneck() -> None:
    same, right = of_logs(4, seed=2)
    assert (same, right) == (1, 1)
