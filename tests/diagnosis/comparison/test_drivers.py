from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import Table2x2

from growthctl.diagnosis.comparison.drivers import drivers, odds_ratio
from growthctl.stats.proportions import Pair, Proportion, fisher

WHOLE = Proportion(1000, 200)


def test_the_odds_ratio_is_that_of_statsmodels_with_half_a_count_in_each_cell() -> None:
    ratio, interval, _ = odds_ratio(Pair(Proportion(100, 40), Proportion(900, 160)))
    table = Table2x2(np.array([[40, 60], [160, 740]]) + 0.5)
    assert ratio == pytest.approx(table.oddsratio)
    assert (interval.low, interval.high) == pytest.approx(table.oddsratio_confint(), rel=1e-5)


def test_an_event_that_goes_with_converting_is_found_and_one_that_does_not_is_not() -> None:
    found = drivers(WHOLE, {"training": Proportion(300, 100), "docs": Proportion(400, 81)})
    assert found.tested == 2
    assert [driver.event for driver in found.events] == ["training"]
    assert found.events[0].pair.against == Proportion(700, 100)


def test_an_event_that_goes_with_not_converting_is_found_too() -> None:
    (refund,) = drivers(WHOLE, {"refund": Proportion(200, 10)}).events
    assert refund.odds_ratio < 1


def test_few_expected_conversions_are_tested_exactly() -> None:
    (found,) = drivers(Proportion(1000, 20), {"rare": Proportion(40, 8)}).events
    assert found.p_value == pytest.approx(fisher(found.pair))


def test_ten_must_have_had_the_event_and_ten_not() -> None:
    assert drivers(WHOLE, {"rare": Proportion(9, 9), "common": Proportion(991, 191)}).tested == 0


def test_at_most_five_are_named_the_surest_first() -> None:
    many = {f"event {k}": Proportion(300, 100 + k) for k in range(8)}
    found = drivers(WHOLE, many)
    assert found.tested == 8
    assert [driver.event for driver in found.events] == [f"event {k}" for k in (7, 6, 5, 4, 3)]
