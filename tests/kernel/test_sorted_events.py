"""Events in the order of entity and time."""

from __future__ import annotations

import random
from typing import Any

import polars as pl
import pytest

from growthctl.events.column_names import CHECK, ENTITY, EXCLUDED, NAMED, ORDER, SESSION, STAGES, TIME
from growthctl.funnel.file import funnel_from_mapping
from growthctl.kernel import sorted_events as ordered
from growthctl.kernel.plan import Plan, plan_of
from growthctl.kernel.sorted_events import Events, Order, SharedNumberError, completed, joined

MINUTE = 60_000_000


def plan(**changes: Any) -> Plan:
    stages = [{"name": name, "event": name} for name in ("visit", "cart")]
    return plan_of(funnel_from_mapping({"stages": stages} | changes))


def frame(*rows: tuple[str | int, int, int]) -> pl.DataFrame:
    schema = {ENTITY: pl.String if isinstance(rows[0][0], str) else pl.UInt64, TIME: pl.Int64, STAGES: pl.UInt8}
    return pl.DataFrame(rows, schema, orient="row").with_columns(pl.lit(0, pl.UInt8).alias(EXCLUDED))


def all_events(order: Order) -> Events:
    return joined([order.events(*chunk) for chunk in order.chunks()])


def test_rows_come_by_the_name_of_the_entity_and_by_time() -> None:
    events = all_events(Order.of(frame(("b", 3, 1), ("a", 9, 1), ("b", 1, 2), ("a", 2, 2)), plan()))
    assert events.row.tolist() == [3, 1, 2, 0]
    assert events.entity.tolist() == [0, 0, 1, 1]
    assert events.time.tolist() == [2, 9, 1, 3]
    assert events.stages.tolist() == [2, 1, 2, 1]
    assert events.start.tolist() == [0, 2, 4]


def test_tied_events_stay_in_the_order_of_the_log() -> None:
    rows = frame(("a", 5, 1), ("a", 5, 2), ("a", 5, 1)).with_columns(pl.Series(ORDER, [2, 0, 1]))
    assert all_events(Order.of(rows, plan(order="strict"))).row.tolist() == [1, 2, 0]


def test_no_chunk_cuts_an_entity_in_two(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(1)
    rows = frame(*((rng.randrange(1, 9), rng.randrange(50), 1) for _ in range(60)))
    whole = all_events(Order.of(rows, plan()))
    monkeypatch.setattr(ordered, "EVENTS_PER_CHUNK", 7)
    order = Order.of(rows, plan())
    assert len(list(order.chunks())) > 4
    assert all_events(order).row.tolist() == whole.row.tolist()
    assert all_events(order).entity.tolist() == whole.entity.tolist()


def test_numbers_that_only_differ_in_their_lower_bits_are_two_entities() -> None:
    entities = [5, 6, 5, 6, 2**40]
    rows = frame(*((entity, time, 1) for time, entity in enumerate(entities)))
    events = all_events(Order.of(rows.with_columns(pl.Series(CHECK, entities, pl.UInt64)), plan()))
    assert [entities[row] for row in events.row] == [5, 5, 6, 6, 2**40]
    assert events.entity.tolist() == [0, 0, 1, 1, 2]


def test_two_entities_with_one_number_are_noticed() -> None:
    rows = frame((5, 0, 1), (5, 1, 1)).with_columns(pl.Series(CHECK, [1, 2], pl.UInt64))
    with pytest.raises(SharedNumberError):
        all_events(Order.of(rows, plan()))


def test_a_session_of_the_log_makes_an_entity_of_its_own() -> None:
    rows = frame(("a", 0, 1), ("a", 1, 1), ("b", 2, 1)).with_columns(pl.Series(SESSION, ["y", "x", "x"]))
    assert all_events(Order.of(rows, plan())).row.tolist() == [1, 0, 2]


def test_more_than_the_gap_without_an_event_starts_a_session() -> None:
    asked = plan(count="sessions", session_gap="10m")
    times = [("a", 0), ("b", 0), ("a", 21), ("a", 10), ("a", 31)]
    events = all_events(Order.of(frame(*((name, minute * MINUTE, 1) for name, minute in times)), asked))
    assert events.row.tolist() == [0, 3, 2, 4, 1]
    assert events.entity.tolist() == [0, 0, 1, 1, 2]
    assert events.session is not None
    assert events.session.tolist() == [1, 2, 1]
    assert events.people == 2


def test_events_between_stages_carry_a_session_on_and_are_then_left_out() -> None:
    asked = plan(count="sessions", session_gap="10m")
    events = all_events(Order.of(frame(("a", 0, 1), ("a", 9 * MINUTE, 0), ("a", 18 * MINUTE, 2)), asked))
    assert events.row.tolist() == [0, 2]
    assert events.entity.tolist() == [0, 0]


def test_only_the_first_event_of_a_name_may_fill_a_stage_that_says_so() -> None:
    stages = [{"name": "visit", "event": "visit"}, {"name": "cart", "event": "cart", "first_ever": True}]
    rows = frame(("a", 3, 2), ("a", 1, 0), ("b", 4, 2), ("b", 4, 2), ("b", 5, 3))
    rows = rows.with_columns(pl.Series(NAMED, [2, 2, 2, 2, 3], pl.UInt8))
    asked = plan(stages=stages)
    assert completed(rows, asked)[STAGES].to_list() == [0, 0, 2, 2, 1]
    assert all_events(Order.of(rows, asked)).stages.tolist() == [2, 2, 1]


def test_rows_keep_their_place_when_they_are_completed() -> None:
    rows = frame(("b", 0, 1), ("a", 30 * MINUTE, 1), ("a", 0, 1), ("a", 1, 0))
    found = completed(rows, plan(count="sessions", session_gap="10m"))
    assert found[SESSION].to_list() == [1, 2, 1, 1]
    assert found.drop(SESSION).equals(rows)


def test_some_entities_are_numbered_anew() -> None:
    events = all_events(Order.of(frame(("a", 0, 1), ("b", 1, 1), ("b", 2, 2), ("c", 3, 1)), plan()))
    some = events.of(events.start[:-1] != 1)
    assert some.row.tolist() == [0, 3]
    assert some.entity.tolist() == [0, 1]
    assert some.start.tolist() == [0, 1, 2]


def test_without_events_there_is_nobody() -> None:
    assert all_events(Order.of(frame(("a", 0, 1)).clear(), plan())).entities == 0
