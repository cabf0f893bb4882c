"""Where the gap is."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from growthctl.diagnosis.bottleneck.gap_by_segment import GapLocation, gap_by_segment, gap_shares, mix_share
from growthctl.diagnosis.bottleneck.widest import widest_bottleneck
from growthctl.diagnosis.segments import SegmentProportion, Split, compare_segments
from growthctl.diagnosis.transitions import Reference, Transition
from growthctl.stats.proportions import Proportion

Halves = tuple[int, int, int, int]
"""Entered and converted in the earlier half, then in the later."""


def split(by: str, **segments: Halves) -> Split:
    parts = [
        SegmentProportion((name,), Proportion(n0 + n1, x0 + x1), Proportion(n1, x1))
        for name, (n0, x0, n1, x1) in segments.items()
    ]
    return Split((by,), "signup", tuple(parts))


def steady(by: str, **segments: tuple[int, int]) -> Split:
    """Segments that are alike in both halves."""
    return split(by, **{name: (n // 2, x // 2, n - n // 2, x - x // 2) for name, (n, x) in segments.items()})


def located(splits: Sequence[Split], target: float | None, stage: str = "signup") -> GapLocation:
    """What holds the gap of a funnel of one transition, whose counts are those of the first split."""
    reference = None if target is None else Reference(target, "target")
    transition = Transition(stage, "visit", None, None, splits[0].total, reference=reference)
    return gap_by_segment(widest_bottleneck([transition], 1_000.0), compare_segments(splits))


DEVICE = steady("device", mobile=(4_500, 360), desktop=(5_500, 770))


def test_a_segment_that_holds_more_of_the_gap_than_of_the_entrants_is_named_with_both() -> None:
    [mobile] = located([DEVICE], target=0.15).segments
    assert (mobile.by, mobile.values) == (("device",), ("mobile",))
    assert mobile.share_of_entered == pytest.approx(0.45)
    assert mobile.share_of_gap == pytest.approx(0.45 * (0.15 - 0.08) / (0.15 - 0.113))
    assert [mobile.rate, mobile.rest_rate] == pytest.approx([0.08, 0.14])
    assert [mobile.share_of_entered_earlier, mobile.share_of_entered_later] == pytest.approx([0.45, 0.45])


@given(st.lists(st.tuples(st.integers(0, 900), st.floats(0, 1)), min_size=1, max_size=9), st.floats(0.01, 1))
def test_the_shares_of_a_gap_sum_to_one(groups: list[tuple[int, float]], reference: float) -> None:
    counts = [Proportion(n, int(n * rate)) for n, rate in groups]
    shares = gap_shares(counts, reference)
    missing = reference * sum(n for n, _ in counts) - sum(x for _, x in counts)
    if missing <= 0:
        assert shares is None
    elif missing > 1e-6:
        assert sum(shares or []) == pytest.approx(1)


def test_segments_that_differ_by_no_more_than_chance_explain_nothing() -> None:
    alike = steady("device", mobile=(450, 45), desktop=(550, 60))
    assert located([alike], target=0.2) == GapLocation()


def test_a_segment_that_differs_a_little_is_not_worth_naming() -> None:
    near = steady("device", mobile=(45_000, 4_950), desktop=(55_000, 6_600))
    assert compare_segments([near]).splits[0].q == pytest.approx(0, abs=1e-6)
    assert located([near], target=0.3).segments == ()


@pytest.mark.parametrize("target", [None, 0.115, 0.10])
def test_without_a_gap_that_is_nearly_certain_nothing_is_explained(target: float | None) -> None:
    assert located([DEVICE], target) == GapLocation()


def test_only_the_transition_that_leads_is_explained() -> None:
    assert located([DEVICE], target=0.15, stage="demo") == GapLocation()


def test_the_one_with_the_most_beyond_its_share_comes_first_and_three_are_enough() -> None:
    splits = [steady(f"p{k}", low=(4_500, 360 - 30 * k), high=(5_500, 770 + 30 * k)) for k in range(4)]
    segments = located(splits, target=0.15).segments
    assert [segment.by for segment in segments] == [("p3",), ("p2",), ("p1",)]
    excess = [segment.share_of_gap - segment.share_of_entered for segment in segments]
    assert all(more > less for more, less in pairwise(excess))


def test_a_gap_may_be_more_than_all_in_one_segment() -> None:
    [mobile] = located([steady("device", mobile=(4_500, 360), desktop=(5_500, 935))], target=0.15).segments
    assert mobile.rest_rate > 0.15
    assert mobile.share_of_gap > 1


def test_what_is_left_over_is_never_named() -> None:
    other = SegmentProportion(("(other)",), Proportion(4_500, 360), Proportion(2_250, 180), is_value=False)
    assert located([Split(("plan",), "signup", (*DEVICE.parts[1:], other))], target=0.15).segments == ()


# The rate of each country rises from the earlier to the later half, and that of all falls: traffic moves to IN.
MOVED = split("country", DE=(1_200, 204, 560, 112), US=(1_200, 192, 600, 114), IN=(320, 19, 1_600, 115))


def test_a_gap_that_came_with_who_entered_is_no_segment_s_fault() -> None:
    found = located([MOVED], target=0.16)
    assert found.segments == ()
    [moved] = found.mixes
    assert moved.by == ("country",)
    assert moved.share_of_gap == pytest.approx(mix_share(MOVED, 0.16) or 0)
    assert moved.share_of_gap > 1


def test_the_same_segments_without_a_move_do_explain_it() -> None:
    still = steady("country", DE=(1_760, 316), US=(1_800, 306), IN=(1_920, 134))
    found = located([still], target=0.16)
    assert [segment.values for segment in found.segments] == [("IN",)]
    assert found.mixes == ()


def test_a_rate_that_falls_inside_a_segment_is_its_fault() -> None:
    broken = split("device", mobile=(2_000, 260, 2_000, 90), desktop=(2_500, 350, 2_500, 350))
    found = located([broken], target=0.14)
    assert [segment.values for segment in found.segments] == [("mobile",)]
    assert mix_share(broken, 0.14) == pytest.approx(0)


def test_the_mix_is_what_is_left_of_a_change_after_the_rates_inside() -> None:
    # From .14 to .13: the rates inside add .007 and .003, so that the mix takes .020 of a gap that ends at .05.
    moved = split("p", a=(600, 60, 800, 88), b=(400, 80, 200, 42))
    assert mix_share(moved, 0.18) == pytest.approx(0.020 / 0.05)


def test_where_there_is_no_gap_now_or_nothing_before_there_is_no_mix() -> None:
    assert mix_share(MOVED, 0.05) is None
    assert mix_share(split("p", a=(0, 0, 800, 88), b=(0, 0, 200, 42)), 0.5) is None


def test_a_version_that_replaces_another_is_no_mix() -> None:
    replaced = split("version", v1=(2_000, 400, 0, 0), v2=(0, 0, 2_000, 200))
    assert mix_share(replaced, 0.2) is None
    assert [segment.values for segment in located([replaced], target=0.2).segments] == [("v2",)]
