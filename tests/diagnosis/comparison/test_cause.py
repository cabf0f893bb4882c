from __future__ import annotations

import pytest

from growthctl.diagnosis.comparison.cause import cause_of, dominant_mix, recurs, splits, splits_inside, vanished
from growthctl.diagnosis.comparison.segment_search import SegmentTables, Slice
from growthctl.stats.proportions import Pair, Proportion

FELL = Pair(Proportion(1000, 100), Proportion(1000, 200))
# Rates stay at 30 % and 5 %; on mobile, half of the entrants become nine tenths.
MOVED: SegmentTables = {
    ("device",): {("desktop",): ((100, 30), (500, 150)), ("mobile",): ((900, 45), (500, 25))},
    ("country",): {("DE",): ((500, 37), (500, 87)), ("US",): ((500, 38), (500, 88))},
}


def test_a_change_is_taken_apart_by_each_property_alone() -> None:
    found = splits({**MOVED, ("device", "country"): {}}, 1)
    assert [split.by for split in found] == ["device", "country"]
    assert found[0].effects.rate == pytest.approx(0)
    assert found[1].effects.mix == pytest.approx(0)


def test_who_came_is_the_cause_where_the_mix_explains_the_change() -> None:
    mix = dominant_mix(splits(MOVED, 1))
    assert mix is not None
    assert mix.by == "device"
    assert cause_of(FELL, mix, seasonal=False) == "traffic"
    assert cause_of(FELL, None, seasonal=False) == "product"


def test_values_that_only_one_side_has_explain_nothing() -> None:
    dates: SegmentTables = {("week",): {("10",): ((1000, 100), (0, 0)), ("9",): ((0, 0), (1000, 200))}}
    assert dominant_mix(splits(dates, 1)) is None


def test_a_new_campaign_beside_the_old_ones_may_explain_a_change() -> None:
    campaigns: SegmentTables = {
        ("campaign",): {("search",): ((700, 140), (700, 140)), ("display",): ((500, 5), (0, 0))},
    }
    mix = dominant_mix(splits(campaigns, 1))
    assert mix is not None
    assert mix.by == "campaign"


def test_the_change_of_a_segment_is_taken_apart_by_the_other_properties() -> None:
    tables: SegmentTables = {
        ("device",): {},
        ("device", "country"): {
            ("desktop", "DE"): ((100, 30), (500, 150)),
            ("desktop", "IN"): ((900, 45), (500, 25)),
            ("mobile", "DE"): ((10, 1), (10, 1)),
        },
    }
    segment = Slice(1, ("device",), ("desktop",), FELL, (), 0.0)
    (split,) = splits_inside(segment, tables)
    assert split.by == "country"
    assert [part.segment for part in split.effects.parts] == [("DE",), ("IN",)]
    assert dominant_mix([split]) == split
    assert list(splits_inside(Slice(1, ("device", "country"), ("desktop", "DE"), FELL, (), 0.0), tables)) == []


def test_conversions_that_all_went_missing_point_at_the_tracking() -> None:
    gone = Pair(Proportion(100, 0), Proportion(1000, 150))
    assert vanished(gone)
    assert vanished(Pair(gone.against, gone.this))
    assert cause_of(gone, None, seasonal=True) == "tracking"
    assert not vanished(Pair(Proportion(50, 0), Proportion(1000, 150)))
    assert not vanished(Pair(Proportion(1000, 1), Proportion(1000, 150)))


def test_what_happens_in_every_such_period_is_the_calendar() -> None:
    assert recurs((-0.30, 0.05), (-0.25, 0.05))
    assert recurs((-0.30, 0.01), (-0.28, 0.01))
    assert not recurs((-0.30, 0.05), (-0.25, 0.08), degrees=2)
    assert cause_of(FELL, None, seasonal=True) == "season"


@pytest.mark.parametrize("earlier", [(0.25, 0.05), (-0.25, 0.20), (-0.02, 0.005), (-0.25, 0.01), (0.0, 0.01), None])
def test_another_way_by_chance_or_far_less_is_not_the_calendar(earlier: tuple[float, float] | None) -> None:
    assert not recurs((-0.30, 0.01), earlier)


def test_an_unknown_change_never_recurs() -> None:
    assert not recurs(None, (-0.3, 0.01))
