from __future__ import annotations

import numpy as np
import pytest

from growthctl.diagnosis.bottleneck.reference import history_reference, segment_reference
from growthctl.diagnosis.segments import SegmentProportion, Split, compare_segments
from growthctl.diagnosis.transitions import Reference
from growthctl.stats.empirical_bayes import shrunk
from growthctl.stats.proportions import NOBODY, Proportion

UNEVEN = [Proportion(1000, converted) for converted in (100, 150, 120, 180, 90, 160, 130, 140)]
STEADY = [Proportion(100, 20)] * 8


def device(*counts: tuple[int, int], by: str = "device") -> Split:
    return Split(
        (by,),
        "signup",
        tuple(SegmentProportion((f"d{k}",), Proportion(*count), NOBODY) for k, count in enumerate(counts)),
    )


def best(*splits: Split) -> Reference | None:
    return segment_reference(compare_segments(splits).splits)


def test_history_is_the_75th_percentile_of_the_shrunk_weeks() -> None:
    found = history_reference(UNEVEN, 8)
    assert found is not None
    rates = sorted(shrunk(UNEVEN))
    # Definition 7: position 0.75 · (8 − 1) = 5.25 from 0.
    assert found.rate == pytest.approx(rates[5] + 0.25 * (rates[6] - rates[5]))
    assert found.rate == pytest.approx(np.quantile(rates, 0.75, method="linear"))
    assert found[1:] == ("history", 8, None)


def test_weeks_that_differ_by_chance_alone_give_their_common_rate() -> None:
    found = history_reference([Proportion(100, 18), Proportion(100, 22)] * 4, 8)
    assert found is not None
    assert found.rate == pytest.approx(0.2)


def test_only_the_last_weeks_count_and_of_these_only_those_with_thirty() -> None:
    early, few = [Proportion(1000, 900)] * 5, [Proportion(29, 29)] * 9
    assert history_reference([*early, *STEADY[:6], *few, *STEADY[:2]], 8) == history_reference(STEADY, 8)
    longer = history_reference([*early, *STEADY], 13)
    assert longer is not None
    assert (longer.weeks, longer.rate > 0.2) == (13, True)


@pytest.mark.parametrize(
    ("weeks", "most"),
    [(STEADY[:5], 8), ([*STEADY[:5], Proportion(29, 9)], 8), ([Proportion(100, 0)] * 8, 8), (STEADY, 0), ([], 8)],
    ids=["five weeks", "a sixth of 29", "nobody converted", "switched off", "no weeks"],
)
def test_without_six_weeks_in_which_somebody_converted_there_is_no_history(weeks: list[Proportion], most: int) -> None:
    assert history_reference(weeks, most) is None


def test_the_best_segment_is_the_reference_where_segments_really_differ() -> None:
    split = device((1000, 100), (1000, 200), (1000, 110))
    found = best(split)
    assert found is not None
    assert found.rate == pytest.approx(shrunk([Proportion(1000, 100), Proportion(1000, 200), Proportion(1000, 110)])[1])
    assert (found.source, found.segment and found.segment.by, found.segment and found.segment.values) == (
        "segment",
        ("device",),
        ("d1",),
    )


def test_segments_that_differ_by_chance_are_no_reference() -> None:
    assert best(device((1000, 100), (1000, 110), (1000, 105))) is None


def test_a_segment_of_less_than_a_tenth_or_less_than_a_hundred_is_too_small_to_follow() -> None:
    few = best(device((900, 90), (900, 270), (190, 150)))
    assert few is not None
    assert few.segment is not None
    assert few.segment.values == ("d1",)
    hundred = best(device((300, 30), (99, 50), (300, 60)))
    assert hundred is not None
    assert hundred.segment is not None
    assert hundred.segment.values == ("d2",)


def test_the_more_properties_are_tried_the_clearer_a_difference_must_be() -> None:
    doubtful, same = device((500, 50), (500, 72)), device((500, 60), (500, 61))
    assert best(doubtful) is not None
    assert best(doubtful, same) is None


def test_what_is_left_over_is_no_segment_to_follow() -> None:
    split = device((1000, 100), (1000, 110), (1000, 200))
    other = split.parts[2]._replace(values=("(other)",), is_value=False)
    found = best(split._replace(parts=(*split.parts[:2], other)))
    assert found is not None
    assert found.segment is not None
    assert found.segment.values == ("d1",)


def test_the_best_segment_of_any_property_counts() -> None:
    other = device((1500, 450), (1500, 150), by="country")
    found = best(device((1500, 400), (1500, 200)), other)
    assert found is not None
    assert found.segment is not None
    assert (found.segment.by, found.segment.values) == (("country",), ("d0",))


def test_without_segments_or_conversions_there_is_no_best_one() -> None:
    assert best() is None
    assert best(device((1000, 0), (1000, 0))) is None
