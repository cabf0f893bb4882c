"""Signs that the log itself is off."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from growthctl.events.column_names import ENTITY, EXCLUDED, STAGES, TIME
from growthctl.funnel.file import funnel_from_mapping
from growthctl.kernel.plan import Plan, plan_of
from growthctl.kernel.ripeness import mark_ripe, ripeness_of
from growthctl.kernel.search.entries import EntryScope
from growthctl.kernel.search.exact_search import JourneySearch, search_journeys
from growthctl.kernel.sorted_events import Events, Order, joined
from growthctl.kernel.tally.anomalies import CLOSE, out_of_order, repeats, usual_gap
from growthctl.kernel.tally.stage_counts import FunnelTally

SECOND = 1_000_000
VISIT, CART, PAY = 1, 2, 4


def plan(**changes: Any) -> Plan:
    stages = [{"name": name, "event": name} for name in ("visit", "cart", "pay")]
    return plan_of(funnel_from_mapping({"stages": stages} | changes))


def events(*rows: tuple[str, int, int]) -> pl.DataFrame:
    schema = {ENTITY: pl.String, TIME: pl.Int64, STAGES: pl.UInt64}
    return pl.DataFrame(rows, schema, orient="row").with_columns(pl.lit(0, pl.UInt64).alias(EXCLUDED))


def in_order(log: pl.DataFrame, asked: Plan) -> Events:
    order = Order.of(log, asked)
    return joined([order.events(*chunk) for chunk in order.chunks()])


def gaps(log: pl.DataFrame, asked: Plan, stage: int = 2) -> list[float]:
    """In seconds."""
    search = JourneySearch.of(in_order(log, asked), log, asked, EntryScope())
    found = search.best_attempts()
    return sorted(out_of_order(search.entity(found), found.time, search.events, asked)[1][stage] / SECOND)


def test_stages_in_one_instant_are_counted_for_the_later_one() -> None:
    log = events(("a", 0, VISIT), ("a", 0, CART), ("a", 1, PAY), ("b", 5, VISIT), ("b", 6, CART), ("c", 9, VISIT))
    journeys = search_journeys(log, plan(), EntryScope())
    ripeness = ripeness_of([journeys], plan(), 0)
    counts = FunnelTally.of(mark_ripe(journeys, ripeness), ripeness).counts(ripeness)
    assert [stage.same_instant for stage in counts.stages] == [0, 1, 0]


def test_an_event_is_repeated_when_entity_stages_and_time_are_the_same() -> None:
    log = events(("a", 0, VISIT), ("a", 0, VISIT), ("a", 0, VISIT), ("a", 0, CART), ("b", 0, VISIT), ("a", 1, VISIT))
    assert len(repeats(in_order(log, plan()))) == 2
    assert len(repeats(in_order(log.clear(), plan()))) == 0


def test_events_of_no_stage_are_not_looked_at() -> None:
    log = events(("a", 0, 0), ("a", 0, 0), ("a", 0, VISIT))
    assert len(repeats(in_order(log, plan(order="strict")))) == 0


def test_the_usual_gap_is_the_median() -> None:
    assert usual_gap(np.array([1, 2, 9]) * SECOND) == 2
    assert usual_gap(np.empty(0, np.int64)) is None


def test_who_has_a_stage_up_to_a_quarter_of_an_hour_early_has_it_shortly_before() -> None:
    def entity(name: str, gap: int) -> list[tuple[str, int, int]]:
        return [(name, 0, VISIT), (name, 2 * CLOSE, CART), (name, 2 * CLOSE - gap, PAY)]

    log = events(*entity("a", 60 * SECOND), *entity("b", CLOSE), *entity("c", CLOSE + 1), *entity("d", -5))
    assert gaps(log, plan()) == [60, 900]
    assert gaps(log, plan(), stage=1) == []


def test_the_nearest_of_several_early_events_counts() -> None:
    log = events(("a", 0, VISIT), ("a", 100 * SECOND, CART), ("a", 10 * SECOND, PAY), ("a", 70 * SECOND, PAY))
    assert gaps(log, plan()) == [30]


def test_who_lacks_the_stage_before_is_not_early() -> None:
    assert gaps(events(("a", 0, VISIT), ("a", 5, PAY)), plan()) == []


def test_the_very_instant_is_too_early_only_where_ties_are_later() -> None:
    log = events(("a", 0, VISIT), ("a", 5, CART), ("a", 5, PAY))
    assert gaps(log, plan()) == []
    assert gaps(log, plan(ties="later")) == [0]


def test_a_journey_is_early_by_the_clock_whoever_else_is_out_of_order() -> None:
    far = [("a", 1_000 * SECOND, VISIT), ("a", 1_030 * SECOND, CART), ("a", 600 * SECOND, PAY)]
    near = [("b", 0, VISIT), ("b", 50 * SECOND, CART), ("b", 20 * SECOND, PAY)]
    assert gaps(events(*far), plan(window="1m")) == []
    assert gaps(events(*far, *near), plan(window="1m")) == [30]
