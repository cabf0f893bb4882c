"""Whose events may be chained."""

from __future__ import annotations

import numpy as np
import polars as pl

from growthctl.kernel.search.event_groups import EventGroups
from growthctl.kernel.sorted_events import Events


def events(entity: list[int]) -> Events:
    number = len(entity)
    bits = np.ones(number, np.uint8)
    start = np.searchsorted(entity, np.arange(max(entity) + 2))
    return Events(np.arange(number), np.array(entity), np.arange(number), bits, bits, start)


def test_where_nothing_is_held_an_entity_is_a_unit() -> None:
    event_groups = EventGroups.of(events([0, 0, 1]))
    assert event_groups.event_group.tolist() == [0, 0, 1]
    assert event_groups.entity.tolist() == [0, 1]


def test_what_is_held_constant_splits_an_entity_and_a_null_holds_nothing() -> None:
    held = pl.DataFrame({"plan": ["pro", None, "free", "pro", "pro"]})
    event_groups = EventGroups.of(events([0, 0, 0, 0, 1]), held)
    assert event_groups.at.tolist() == [2, 0, 3, 4]
    assert event_groups.event_group.tolist() == [0, 1, 1, 2]
    assert event_groups.entity.tolist() == [0, 0, 1]
    assert event_groups.start.tolist() == [0, 1, 3, 4]
    assert event_groups.of_event.tolist() == [1, -1, 0, 1, 2]
    assert event_groups.is_held.tolist() == [True, False, True, True, True]


def test_several_values_are_held_together() -> None:
    held = pl.DataFrame({"plan": ["pro", "pro", "pro"], "country": ["DE", None, "US"]})
    assert EventGroups.of(events([0, 0, 0]), held).of_event.tolist() == [0, -1, 1]
