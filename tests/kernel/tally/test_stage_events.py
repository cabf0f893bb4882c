from __future__ import annotations

import numpy as np
import polars as pl

from growthctl.clock import DAY, HOUR
from growthctl.events.column_names import ENTITY, EXCLUDED, STAGES, TIME
from growthctl.funnel.file import funnel_from_mapping
from growthctl.kernel.plan import plan_of
from growthctl.kernel.sorted_events import Order, joined
from growthctl.kernel.tally.anomalies import repeats
from growthctl.kernel.tally.stage_events import StageEvents

VISIT, CART = 1, 2
PLAN = plan_of(
    funnel_from_mapping({"stages": [{"name": "visit", "event": "visit"}, {"name": "cart", "event": "cart"}]})
)
MINUTE = HOUR // 60


def written(*rows: tuple[str, int, int]) -> StageEvents:
    schema = {ENTITY: pl.String, TIME: pl.Int64, STAGES: pl.UInt64}
    frame = pl.DataFrame(rows, schema, orient="row").with_columns(pl.lit(0, pl.UInt64).alias(EXCLUDED))
    order = Order.of(frame, PLAN)
    events = joined([order.events(*chunk) for chunk in order.chunks()])
    return StageEvents.of(events, repeats(events), PLAN)


def test_events_are_counted_by_the_hour_for_each_stage_that_they_match() -> None:
    log = written(("a", 0, VISIT), ("a", MINUTE, VISIT), ("b", HOUR, VISIT | CART), ("b", 3 * HOUR, CART))
    events, repeated = log.over_time(0, 0, 4)
    assert events.tolist() == [[2, 1, 0, 0], [0, 1, 0, 1]]
    assert not repeated.any()


def test_events_that_repeat_another_one_are_counted_beside() -> None:
    _, repeated = written(("a", 0, VISIT), ("a", 0, VISIT), ("a", 0, CART), ("b", HOUR, CART)).over_time(0, 0, 2)
    assert repeated.tolist() == [[1, 0], [0, 0]]


def test_hours_are_those_of_the_local_clock_and_others_are_left_out() -> None:
    log = written(("a", 0, VISIT), ("a", HOUR, VISIT), ("b", 5 * HOUR, VISIT))
    assert log.over_time(2 * HOUR, 2 * HOUR, 2)[0][0].tolist() == [1, 1]
    assert log.over_time(3 * HOUR, 2 * HOUR, 2)[0][0].tolist() == [1, 0]


def test_dates_without_a_time_are_midnight_of_utc_or_of_the_clocks() -> None:
    local = written(("a", DAY - 2 * HOUR, VISIT), ("a", 2 * DAY - HOUR, VISIT), ("a", 3 * DAY + 7 * MINUTE, CART))
    assert local.at_midnight({2 * HOUR, HOUR}).tolist() == [2, 0]
    assert local.at_midnight({0}).tolist() == [0, 0]
    assert written(("a", DAY, VISIT), ("a", 2 * DAY, CART)).at_midnight({2 * HOUR}).tolist() == [1, 1]


def test_a_time_that_is_far_off_does_not_fill_the_memory_and_sums_are_those_of_all() -> None:
    far = written(("a", 0, VISIT), ("a", 400 * 365 * DAY, VISIT))
    assert len(far.cells) == 2
    both = StageEvents.total([far, written(("b", 0, VISIT)), StageEvents.nothing(2)])
    assert both.over_time(0, 0, 1)[0].tolist() == [[2], [0]]
    assert np.array_equal(StageEvents.total([far]).cells, far.cells)
