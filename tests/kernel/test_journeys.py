"""Journeys as arrays and as a frame."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from growthctl.events.column_names import DEPTH, ENTITY, FIRST_ENTRY, GROUP, SESSION
from growthctl.kernel.journeys import deepest_first, frame_of, reached_of
from tests.kernel.some_journeys import found

THREE = found([(1, 5), (2, None), (3, 9)], 2, first=[0, 2, 3])


def test_a_stage_that_a_journey_lacks_is_null_in_its_frame() -> None:
    assert THREE.frame.columns == [ENTITY, GROUP, DEPTH, FIRST_ENTRY, "#time_0", "#time_1"]
    assert THREE.frame.rows() == [("u0", 0, 2, 0, 1, 5), ("u1", 0, 1, 2, 2, None), ("u2", 0, 2, 3, 3, 9)]


def test_a_session_by_gap_has_its_number_beside_the_name() -> None:
    sessions = replace(THREE, row=np.array([1, 1, 0]), session=np.array([1, 2, 1]))
    assert sessions.who.rows() == [("u1", 1), ("u1", 2), ("u0", 1)]
    assert sessions.who.columns == [ENTITY, SESSION]


def test_those_with_a_stage_keep_their_values() -> None:
    assert THREE.reached == (3, 2)
    assert THREE.of_stage(1, THREE.first_entry).tolist() == [0, 3]


def test_where_the_deepest_come_first_a_required_stage_is_read_where_it_is() -> None:
    ordered = found([(1, None, 5), (3, 4, 9), (2, None, None)], 3)
    assert deepest_first(np.array([1, 2, 0, 2])).tolist() == [1, 3, 0, 2]
    assert [ordered.of_stage(stage, ordered.first_entry).tolist() for stage in range(3)] == [[1, 3, 2], [3], [1, 3]]
    assert np.shares_memory(ordered.of_stage(2, ordered.first_entry), ordered.first_entry)


def test_some_journeys_keep_all_that_is_known_of_them() -> None:
    chosen = np.array([False, True, True])
    assert THREE.only(chosen).frame.equals(THREE.frame.filter(chosen))


def test_parts_are_counted_and_listed_together() -> None:
    assert reached_of([THREE, THREE]) == (6, 4)
    assert frame_of([THREE, THREE]).height == 6
