"""Entities, sessions and units as numbers."""

from __future__ import annotations

import polars as pl

from growthctl.events.rows import ENTITY, TIME
from growthctl.kernel.entities import NAME, numbered, sessions_by_gap
from growthctl.kernel.names import SESSION, UNIT


def test_entities_become_numbers_in_the_order_of_their_names() -> None:
    events, names = numbered(pl.DataFrame({ENTITY: ["b", "a", "b"], TIME: [1, 2, 3]}), [])
    assert events[ENTITY].to_list() == events[UNIT].to_list() == [1, 0, 1]
    assert dict(names.select(UNIT, NAME).iter_rows()) == {0: "a", 1: "b"}


def test_a_session_makes_an_entity_of_its_own() -> None:
    frame = pl.DataFrame({ENTITY: ["a", "a", "b"], SESSION: [2, 1, 1], TIME: [1, 2, 3]})
    events, names = numbered(frame, [])
    assert events[ENTITY].to_list() == [1, 0, 2]
    assert names.sort(UNIT).select(NAME, SESSION).rows() == [("a", 1), ("a", 2), ("b", 1)]


def test_what_is_held_constant_splits_an_entity_into_units_and_a_null_has_none() -> None:
    frame = pl.DataFrame({ENTITY: ["a", "a", "a"], TIME: [1, 2, 3], "plan": ["pro", None, "free"]})
    events, names = numbered(frame, ["plan"])
    assert events[ENTITY].to_list() == [0, 0, 0]
    assert events[UNIT].to_list() == [1, None, 0]
    assert names.sort(UNIT).select(NAME, "plan").rows() == [("a", "free"), ("a", "pro")]


def test_more_than_the_gap_without_an_event_starts_a_session() -> None:
    frame = pl.LazyFrame({ENTITY: ["a", "b", "a", "a", "a"], TIME: [0, 0, 21, 10, 31]})
    found = sessions_by_gap(frame, 10).sort(ENTITY, TIME).collect()
    assert found.select(ENTITY, TIME, SESSION).rows() == [
        ("a", 0, 1),
        ("a", 10, 1),
        ("a", 21, 2),
        ("a", 31, 2),
        ("b", 0, 1),
    ]
