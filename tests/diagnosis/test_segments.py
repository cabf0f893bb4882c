"""Which segments differ."""

from __future__ import annotations

import numpy as np
import pytest

from growthctl.diagnosis.segments import SegmentProportion, Split, TestedSplit, compare_segments, differs
from growthctl.stats.contingency import homogeneity
from growthctl.stats.proportions import NOBODY, Proportion


def split(*groups: tuple[int, int], by: str = "device", stage: str = "signup") -> Split:
    parts = [SegmentProportion((f"v{k}",), Proportion(*group), NOBODY) for k, group in enumerate(groups)]
    return Split((by,), stage, tuple(parts))


def only(*groups: tuple[int, int]) -> TestedSplit:
    return compare_segments([split(*groups)]).splits[0]


def test_a_segment_differs_when_the_others_convert_otherwise_beyond_chance() -> None:
    compared = only((1_000, 100), (1_000, 105), (1_000, 180))
    assert differs(compared.q)
    assert [differs(q) for q in compared.q_of_parts] == [True, True, True]
    alike = only((1_000, 100), (1_000, 105), (1_000, 98))
    assert [differs(q) for q in (alike.q, *alike.q_of_parts)] == [False] * 4


def test_of_two_segments_one_test_is_made() -> None:
    comparison = compare_segments([split((1_000, 100), (1_000, 150))])
    assert comparison.tests == 1
    [compared] = comparison.splits
    assert [compared.q] * 2 == list(compared.q_of_parts)
    assert compared.q == homogeneity([Proportion(1_000, 100), Proportion(1_000, 150)])


def test_all_tests_of_the_run_count() -> None:
    alone = split((1_000, 100), (1_000, 130))
    nothing = [split((1_000, 100 + k), (1_000, 100), by=f"p{k}") for k in range(9)]
    comparison = compare_segments([alone, *nothing])
    assert comparison.tests == 10
    assert [differs(only(*(part.ripe for part in alone.parts)).q), differs(comparison.splits[0].q)] == [True, False]
    assert comparison.splits[0].q == pytest.approx(10 * (only((1_000, 100), (1_000, 130)).q or 0))


def test_too_few_to_tell_is_unknown_and_no_test() -> None:
    comparison = compare_segments([split((11, 2), (9, 3)), split((500, 0), (400, 0)), split((500, 50)), split()])
    assert comparison.tests == 0
    assert [(each.q, set(each.q_of_parts)) for each in comparison.splits] == [(None, {None})] * 3 + [(None, set())]
    assert differs(None) is None


def test_a_segment_that_is_too_small_stays_untold_while_the_others_are_compared() -> None:
    compared = only((1_000, 100), (1_000, 180), (20, 9))
    assert [differs(q) for q in (compared.q, *compared.q_of_parts)] == [True, True, True, None]


def test_what_is_left_over_counts_among_the_others_and_is_not_judged() -> None:
    left_over = SegmentProportion(("(other)",), Proportion(1_000, 40), NOBODY, is_value=False)
    compared = compare_segments(
        [Split(("plan",), "signup", (*split((1_000, 100), (1_000, 105)).parts, left_over))]
    ).splits[0]
    assert differs(compared.q)
    assert [differs(q) for q in compared.q_of_parts] == [True, True, None]


def test_where_nothing_differs_a_run_says_so_nineteen_times_in_twenty() -> None:
    generator = np.random.default_rng(11)
    wrong = 0
    for _ in range(400):
        entered = generator.integers(50, 2_000, (6, 5))
        converted = generator.binomial(entered, 0.2)
        pairs = [list(zip(*row, strict=True)) for row in zip(entered.tolist(), converted.tolist(), strict=True)]
        comparison = compare_segments([split(*groups, by=f"p{k}") for k, groups in enumerate(pairs)])
        found = [q for each in comparison.splits for q in (each.q, *each.q_of_parts)]
        wrong += any(differs(q) for q in found)
    assert 0.01 < wrong / 400 < 0.075
