from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from growthctl.clock import WEEK
from growthctl.diagnosis.bottleneck.reference import ReferenceRules, prediction, segment_reference, with_references
from growthctl.diagnosis.segments import SegmentProportion, Split, compare_segments
from growthctl.diagnosis.transitions import Present, Reference, Transition
from growthctl.stats.empirical_bayes import shrunk
from growthctl.stats.proportions import NOBODY, Proportion
from tests.diagnosis.example import weeks_of

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


def test_history_is_the_75th_percentile_of_the_shrunk_weeks_before_the_last_two() -> None:
    lately = [Proportion(1000, 400), Proportion(1000, 500)]
    held = prediction([*UNEVEN, *lately], 8)
    assert held is not None
    rates = sorted(shrunk(UNEVEN))
    # Definition 7: position 0.75 · (8 − 1) = 5.25 from 0.
    assert held.rate == pytest.approx(rates[5] + 0.25 * (rates[6] - rates[5]))
    assert held.rate == pytest.approx(np.quantile(rates, 0.75, method="linear"))
    assert (held.weeks, held.last) == (8, Proportion(2000, 900))


def test_weeks_that_differ_by_chance_alone_give_their_common_rate() -> None:
    held = prediction([Proportion(100, 18), Proportion(100, 22)] * 5, 8)
    assert held is not None
    assert held.rate == pytest.approx(0.2)


def test_only_the_last_weeks_count_and_of_these_only_those_with_thirty() -> None:
    early, few, lately = [Proportion(1000, 900)] * 5, [Proportion(29, 29)] * 9, [Proportion(100, 20)] * 2
    assert prediction([*early, *STEADY[:6], *few, *STEADY[:2], *lately], 8) == prediction([*STEADY, *lately], 8)
    longer = prediction([*early, *STEADY, *lately], 13)
    assert longer is not None
    assert (longer.weeks, longer.rate > 0.2) == (13, True)


@pytest.mark.parametrize(
    ("weeks", "most"),
    [
        (STEADY + STEADY[:1], 8),
        ([*STEADY[:7], Proportion(29, 9), *STEADY[:2]], 8),
        ([Proportion(100, 0)] * 10, 8),
        (STEADY * 2, 0),
        ([], 8),
    ],
    ids=["nine weeks", "an eighth of 29", "nobody converted", "switched off", "no weeks"],
)
def test_without_ten_weeks_in_which_somebody_converted_there_is_no_history(weeks: list[Proportion], most: int) -> None:
    assert prediction(weeks, most) is None


def test_how_low_the_last_weeks_are_is_told_by_the_t_prediction_interval() -> None:
    # The interval of Higgins, Thompson and Spiegelhalter (2009) for weeks without noise of their own: t of k − 2, and
    # the variance of the weeks times 1 + 1/k.
    rates = np.array([0.18, 0.22, 0.19, 0.21, 0.2, 0.23, 0.17, 0.2])
    many = 10**9
    weeks = [Proportion(many, round(many * rate)) for rate in rates]
    logits = np.log(rates / (1 - rates))
    for lately in (0.15, 0.19, 0.25):
        held = prediction([*weeks, *[Proportion(many, round(many * lately))] * 2], 8)
        t = (np.log(lately / (1 - lately)) - logits.mean()) / (logits.std(ddof=1) * np.sqrt(1 + 1 / 8))
        assert held is not None
        assert held.probability == pytest.approx(stats.t.cdf(t, 6), rel=0.05)


def test_of_steady_weeks_few_are_called_low_and_of_such_that_fell_nearly_all() -> None:
    random, low, fell = np.random.default_rng(20261129), 0, 0
    for _ in range(200):
        rates = 0.3 * (1 + 0.1 * random.standard_normal(10))
        weeks = [Proportion(1000, int(random.binomial(1000, rate))) for rate in rates]
        low += (prediction(weeks, 8) or pytest.fail()).probability <= 0.05
        weeks[-2:] = [Proportion(1000, int(random.binomial(1000, 0.18))) for _ in range(2)]
        fell += (prediction(weeks, 8) or pytest.fail()).probability <= 0.05
    assert low <= 16
    assert fell >= 180


def transition(**more: Any) -> Transition:
    return Transition("signup", "visit", None, None, Proportion(1000, 200), **more)


def test_a_target_comes_before_history_and_history_before_the_best_segment() -> None:
    days = weeks_of(*UNEVEN, *STEADY[:2])
    split = compare_segments([device((1000, 100), (1000, 200))]).splits
    [target, history, segment, nothing] = (
        with_references([each], split, rules)[0]
        for each, rules in (
            (transition(target=0.3, cohorts=days), ReferenceRules()),
            (transition(cohorts=days), ReferenceRules()),
            (transition(), ReferenceRules()),
            (transition(), ReferenceRules(segment=False)),
        )
    )
    assert [each.reference and each.reference.source for each in (target, history, segment, nothing)] == [
        "target",
        "history",
        "segment",
        None,
    ]
    assert (target.now, target.judged) == (None, Proportion(1000, 200))


def test_held_against_history_the_last_two_weeks_are_judged_and_all_stages_count_as_tests() -> None:
    days = weeks_of(*STEADY, Proportion(100, 9), Proportion(100, 11))
    alone = with_references([transition(cohorts=days)], (), ReferenceRules())[0]
    among = with_references(
        [transition(cohorts=days), *[transition(cohorts=weeks_of(*STEADY, *STEADY[:2]))] * 3], (), ReferenceRules()
    )
    assert alone.judged == Proportion(200, 20)
    assert alone.now is not None
    assert alone.now.since_at == 8 * WEEK
    assert alone.reference is not None
    assert among[0].reference is not None
    assert alone.reference.below is not None
    assert among[0].reference.below is not None
    assert 1 - among[0].reference.below == pytest.approx(4 * (1 - alone.reference.below))


def test_a_rate_that_changed_for_good_is_held_against_what_it_was_before_unless_it_has_a_target() -> None:
    days = weeks_of(*STEADY, *STEADY[:2], *[Proportion(100, 5)] * 3)
    changed = transition(cohorts=days, usual=Proportion(1000, 200), now=Present(10 * WEEK, Proportion(300, 15)))
    promised = changed._replace(target=0.2)
    [held, kept] = with_references([changed, promised], (), ReferenceRules())
    assert held.reference == Reference(0.2, "history")
    assert held.judged == held.present == Proportion(300, 15)
    assert kept.reference == Reference(0.2, "target")
    assert (kept.judged, kept.present) == (Proportion(1000, 200), Proportion(300, 15))


def test_a_target_that_all_history_speaks_against_is_doubted() -> None:
    days = weeks_of(*[Proportion(1000, 100)] * 8)
    doubted, ambitious = (
        with_references([transition(target=rate, cohorts=days)], (), ReferenceRules())[0].reference
        for rate in (0.65, 0.15)
    )
    assert doubted is not None
    assert ambitious is not None
    assert (doubted.doubted, doubted.is_promise) == (True, False)
    assert (ambitious.doubted, ambitious.is_promise) == (False, True)


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
