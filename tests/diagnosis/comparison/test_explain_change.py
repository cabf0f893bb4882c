from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from growthctl.diagnosis.comparison.entrants import Lengths
from growthctl.diagnosis.comparison.entry_days import EntryDays
from growthctl.diagnosis.comparison.explain_change import Change, ComparisonInput, explain_change, nested
from growthctl.stats.proportions import Pair, Proportion

BEFORE = (2000, 1600, 240, 60)
FELL = (2000, 1600, 120, 30)


def changed(this: tuple[int, ...], against: tuple[int, ...] = BEFORE, **more: Any) -> Change:
    return explain_change(ComparisonInput((this, against), **more))


def causes(change: Change) -> list[tuple[int, str | None]]:
    return [(factor.stage, factor.cause) for factor in change.changes]


def test_the_stage_that_fell_is_named_and_the_contributions_sum_to_the_change() -> None:
    found = changed(FELL)
    assert (found.this, found.against) == pytest.approx((30, 60))
    assert causes(found) == [(2, "product")]
    assert [factor.contribution for factor in found.factors] == pytest.approx([0, 0, -30, 0])
    assert found.finding == "changed"


def test_the_largest_contribution_comes_first() -> None:
    found = changed((1500, 1200, 90, 22))
    assert causes(found) == [(2, "product"), (0, "traffic")]
    assert sum(factor.contribution for factor in found.factors) == pytest.approx(22 - 60)


def test_where_nothing_changed_nothing_is_named() -> None:
    found = changed((2010, 1590, 250, 57))
    assert (found.finding, found.changes, found.slices) == ("no_change", (), ())
    assert [factor.cause for factor in found.factors] == [None] * 4


def test_ranges_of_another_length_are_compared_for_equal_lengths() -> None:
    found = changed((500, 400, 60, 15), lengths=Lengths(0.25, 1.0, 1.0))
    assert (found.this, found.against) == pytest.approx((15, 15))
    assert found.finding == "no_change"


def test_nobody_on_a_side_is_no_data() -> None:
    assert changed((0, 0, 0, 0)).finding == "no_data"
    assert changed(BEFORE, (0, 0, 0, 0)).finding == "no_data"


def test_while_all_are_too_young_conversions_are_those_to_the_last_stage_that_anybody_reached() -> None:
    found = changed((2000, 1600, 120, 0), (2000, 1600, 240, 0))
    assert found.last == 2
    assert (found.this, found.against) == pytest.approx((120, 240))
    assert [factor.contribution for factor in found.factors] == pytest.approx([0, 0, -120, 0])


def test_entrants_that_are_no_periods_are_not_tested() -> None:
    assert changed((500, 400, 60, 15), in_time=False).factors[0].p_value is None
    assert changed((500, 400, 60, 15)).factors[0].changed


def test_entrants_of_other_weekdays_are_only_judged_by_earlier_periods() -> None:
    monday_against_sunday = (2000, 1600, 240, 60), (1000, 800, 120, 30)
    alone = changed(*monday_against_sunday, same_weekdays=False)
    assert (alone.factors[0].p_value, alone.finding) == (None, "no_change")
    usual = changed(*monday_against_sunday, same_weekdays=False, earlier=((8100, 0, 0, 0), (3900, 0, 0, 0)))
    assert causes(usual) == [(0, "season")]
    new = changed(*monday_against_sunday, same_weekdays=False, earlier=((4000, 0, 0, 0), (4010, 0, 0, 0)))
    assert causes(new) == [(0, "traffic")]


def test_a_rate_that_falls_in_every_such_period_is_the_calendar_if_the_weekdays_differ() -> None:
    earlier = ((8000, 6400, 480, 120), (8000, 6400, 960, 240))
    assert causes(changed(FELL, earlier=earlier, same_weekdays=False)) == [(2, "season")]
    assert causes(changed(FELL, earlier=(earlier[1], earlier[1]), same_weekdays=False)) == [(2, "product")]
    assert causes(changed(FELL, earlier=earlier)) == [(2, "product")]


def test_days_that_swing_as_far_are_no_change() -> None:
    assert causes(changed(FELL, days=entry_days(0.15, 0.07))) == [(2, "product")]
    restless = changed(FELL, days=entry_days(0.15, 0.15, swing=0.9))
    assert restless.changes == ()
    assert restless.factors[2].spread.factor > 10


def test_weeks_that_swing_as_far_are_no_change_though_their_days_agree() -> None:
    restless = changed(FELL, days=entry_days(0.15, 0.07, 0.07, 0.15, 0.2, 0.09, 0.16))
    assert restless.changes == ()
    assert restless.factors[2].spread.degrees == 4


def test_what_the_log_lacks_events_of_is_not_judged() -> None:
    found = changed(FELL, faulty=frozenset({2}), tables=DEVICES)
    assert (found.changes, found.slices, found.finding) == ((), (), "no_change")
    assert (found.factors[2].judged, found.factors[2].p_value) == (False, None)
    assert [factor.judged for factor in found.factors] == [True, True, False, True]
    entrants = changed((500, 400, 60, 15), faulty=frozenset({0}))
    assert (entrants.factors[0].judged, entrants.finding) == (False, "no_change")


def test_a_stage_without_any_conversion_is_the_tracking_also_where_the_log_is_said_to_be_silent() -> None:
    assert causes(changed((2000, 1600, 0, 0), faulty=frozenset({2}))) == [(2, "tracking")]


DEVICES = {
    ("device",): {
        ("desktop",): ((1000, 800, 100, 25), (1000, 800, 120, 30)),
        ("mobile",): ((1000, 800, 20, 5), (1000, 800, 120, 30)),
    }
}


def entry_days(*rates: float, swing: float = 0.0) -> EntryDays:
    """This week, the one before, then earlier ones: signup at a rate that swings from day to day."""
    weeks = len(rates)
    side, number = np.repeat(np.arange(weeks), 7), np.tile(np.arange(7), weeks)
    day = 20_517 - 7 * side + number
    signups = 230 * np.repeat(rates, 7) * (1 + swing * (-1.0) ** number)
    reached = np.stack([np.full(7 * weeks, n) for n in (285, 230)] + [signups, signups / 4])
    return EntryDays(side, day, reached.round().astype(np.int64), {})


def test_who_came_is_named_with_the_property_that_shows_it() -> None:
    tables = {
        ("device",): {
            ("desktop",): ((400, 400, 120), (1600, 1600, 480)),
            ("mobile",): ((1600, 1600, 80), (400, 400, 20)),
        }
    }
    found = changed((2000, 2000, 200), (2000, 2000, 500), tables=tables)
    (factor,) = found.changes
    assert (factor.cause, factor.mix and factor.mix.by) == ("traffic", "device")
    assert found.slices == ()


def test_two_changes_that_hide_one_another_are_named_though_the_rate_stayed() -> None:
    tables = {
        ("device",): {("desktop",): ((1200, 240), (2400, 320)), ("mobile",): ((2400, 120), (1200, 40))},
    }
    found = changed((3600, 360), (3600, 360), tables=tables)
    (factor,) = found.changes
    assert (factor.changed, factor.offset, factor.cause) == (False, True, "traffic")
    assert found.finding == "changed"


def test_a_fall_that_only_a_count_at_unequal_ages_shows_is_unripe() -> None:
    same_age = (2000, 1600, 240, 20), (2000, 1600, 240, 20)
    found = explain_change(ComparisonInput(same_age, so_far=((2000, 1600, 240, 20), (2000, 1600, 240, 70))))
    assert found.finding == "unripe"
    assert [factor.cause for factor in found.factors] == [None, None, None, "unripe"]
    assert explain_change(ComparisonInput(same_age, so_far=same_age)).finding == "no_change"


def test_a_segment_that_changed_alone_is_found_though_its_stage_did_not() -> None:
    tables = {("device",): {("desktop",): ((1000, 260), (1000, 200)), ("mobile",): ((1000, 140), (1000, 200))}}
    found = changed((2000, 400), (2000, 400), tables=tables)
    assert found.finding == "changed_inside"
    assert {each.slice.values for each in found.slices} == {("desktop",), ("mobile",)}


def test_what_a_segment_did_is_part_of_what_its_stage_did() -> None:
    tables = {
        ("device",): {
            ("desktop",): ((1000, 800, 160, 40), (1000, 800, 160, 40)),
            ("mobile",): ((1000, 800, 40, 10), (1000, 800, 80, 20)),
        }
    }
    found = changed((2000, 1600, 200, 50), BEFORE, tables=tables)
    (mobile,) = found.slices
    assert mobile.slice.values == ("mobile",)
    assert mobile.cause == "product"
    assert mobile.contribution == pytest.approx(found.factors[2].contribution)


def test_at_most_three_segments_are_named_and_all_are_counted() -> None:
    values = {(f"v{k}",): ((1000, 100 if k < 4 else 300), (1000, 200 if k < 4 else 300)) for k in range(12)}
    found = changed((12000, 2800), (12000, 3200), tables={("campaign",): values})
    assert len(found.slices) == 3
    assert (found.tested_at, found.survived) == ((12,), 4)


def test_a_rate_becomes_conversions_also_where_it_did_not_change() -> None:
    same = Pair(Proportion(100, 20), Proportion(100, 20))
    assert nested(0.0, same, (10.0, 10.0)) == pytest.approx(50)
    assert nested(-3.0, same._replace(this=Proportion(100, 10)), (7.0, 10.0)) == pytest.approx(30)


def test_a_funnel_without_transitions_has_entrants_only() -> None:
    found = changed((500,), (1000,))
    assert [factor.stage for factor in found.factors] == [0]
    assert (found.this, found.against) == (500, 1000)
