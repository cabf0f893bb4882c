from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest
from scipy.stats import chi2_contingency

from growthctl.diagnosis.reference import Split, heterogeneity, history_reference, segment_reference
from growthctl.diagnosis.shrink import shrunk

UNEVEN = [(1000, converted) for converted in (100, 150, 120, 180, 90, 160, 130, 140)]
STEADY = [(100, 20)] * 8


def device(*counts: tuple[int, int]) -> Split:
    return Split(("device",), [((f"d{k}",), n, x) for k, (n, x) in enumerate(counts)])


def test_history_is_the_75th_percentile_of_the_shrunk_weeks() -> None:
    found = history_reference(UNEVEN, 8)
    assert found is not None
    rates = sorted(shrunk(UNEVEN))
    # Definition 7: position 0.75 · (8 − 1) = 5.25 from 0.
    assert found.rate == pytest.approx(rates[5] + 0.25 * (rates[6] - rates[5]))
    assert found.rate == pytest.approx(np.quantile(rates, 0.75, method="linear"))
    assert astuple(found)[1:] == ("history", 8, None)


def test_weeks_that_differ_by_chance_alone_give_their_common_rate() -> None:
    found = history_reference([(100, 18), (100, 22)] * 4, 8)
    assert found is not None
    assert found.rate == pytest.approx(0.2)


def test_only_the_last_weeks_count_and_of_these_only_those_with_thirty() -> None:
    early, few = [(1000, 900)] * 5, [(29, 29)] * 9
    assert history_reference([*early, *STEADY[:6], *few, *STEADY[:2]], 8) == history_reference(STEADY, 8)
    longer = history_reference([*early, *STEADY], 13)
    assert longer is not None
    assert (longer.weeks, longer.rate > 0.2) == (13, True)


@pytest.mark.parametrize(
    ("weeks", "most"),
    [(STEADY[:5], 8), ([*STEADY[:5], (29, 9)], 8), ([(100, 0)] * 8, 8), (STEADY, 0), ([], 8)],
    ids=["five weeks", "a sixth of 29", "nobody converted", "switched off", "no weeks"],
)
def test_without_six_weeks_in_which_somebody_converted_there_is_no_history(
    weeks: list[tuple[int, int]], most: int
) -> None:
    assert history_reference(weeks, most) is None


def test_segments_differ_by_chance_as_often_as_the_chi_square_test_says() -> None:
    groups = [(400, 60), (300, 70), (200, 30)]
    table = [[x for _, x in groups], [n - x for n, x in groups]]
    assert heterogeneity(groups) == pytest.approx(chi2_contingency(table, correction=False).pvalue)


def test_groups_too_small_for_the_test_are_counted_together() -> None:
    # At a rate of 0.2, five conversions are expected of 25.
    large, small = [(400, 60), (300, 90)], [(10, 2), (12, 3), (8, 3)]
    assert heterogeneity([*large, *small]) == pytest.approx(heterogeneity([*large, (30, 8)]))
    assert heterogeneity([*large, (10, 5)]) == pytest.approx(heterogeneity(large))


@pytest.mark.parametrize("groups", [[], [(100, 20)], [(100, 0), (50, 0)], [(100, 100), (50, 50)], [(9, 3), (8, 1)]])
def test_what_cannot_be_tested_does_not_differ(groups: list[tuple[int, int]]) -> None:
    assert heterogeneity(groups) == 1


def test_the_best_segment_is_the_reference_where_segments_really_differ() -> None:
    split = device((1000, 100), (1000, 200), (1000, 110))
    found = segment_reference([split])
    assert found is not None
    assert found.rate == pytest.approx(shrunk([(1000, 100), (1000, 200), (1000, 110)])[1])
    assert (found.source, found.segment and found.segment.by, found.segment and found.segment.values) == (
        "segment",
        ("device",),
        ("d1",),
    )


def test_segments_that_differ_by_chance_are_no_reference() -> None:
    assert segment_reference([device((1000, 100), (1000, 110), (1000, 105))]) is None


def test_a_segment_of_less_than_a_tenth_or_less_than_a_hundred_is_too_small_to_follow() -> None:
    few = segment_reference([device((900, 90), (900, 270), (190, 150))])
    assert few is not None
    assert few.segment is not None
    assert few.segment.values == ("d1",)
    hundred = segment_reference([device((300, 30), (99, 50), (300, 60))])
    assert hundred is not None
    assert hundred.segment is not None
    assert hundred.segment.values == ("d2",)


def test_the_more_properties_are_tried_the_clearer_a_difference_must_be() -> None:
    doubtful, same = device((500, 50), (500, 72)), device((500, 60), (500, 61))
    assert 0.025 < heterogeneity(doubtful.counts) < 0.05
    assert segment_reference([doubtful]) is not None
    assert segment_reference([doubtful, same]) is None


def test_the_best_segment_of_any_property_counts() -> None:
    other = Split(("country",), [(("DE",), 1500, 450), (("US",), 1500, 150)])
    found = segment_reference([device((1500, 400), (1500, 200)), other])
    assert found is not None
    assert found.segment is not None
    assert (found.segment.by, found.segment.values) == (("country",), ("DE",))


def test_without_segments_or_conversions_there_is_no_best_one() -> None:
    assert segment_reference([]) is None
    assert segment_reference([device((1000, 0), (1000, 0))]) is None
