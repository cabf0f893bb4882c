"""What one instant can contribute to an attempt."""

from __future__ import annotations

from growthctl.kernel.search.ties import longest_runs


def test_an_event_that_matches_two_stages_fills_only_one_of_them() -> None:
    assert list(longest_runs([0b11], 2)) == [(0, 0), (1, 1)]


def test_two_events_that_match_both_stages_fill_both() -> None:
    assert list(longest_runs([0b11, 0b11], 2)) == [(0, 1), (1, 1)]


def test_a_choice_made_early_is_undone_when_a_later_stage_needs_the_event() -> None:
    # The first event could fill stage 0, but only it matches stage 1.
    assert list(longest_runs([0b11, 0b01], 2)) == [(0, 1), (1, 1)]


def test_a_run_ends_at_the_first_stage_without_an_event() -> None:
    assert list(longest_runs([0b001, 0b100], 3)) == [(0, 0), (2, 2)]
