"""Paths in words."""

from __future__ import annotations

from growthctl.report.paths import Paths
from growthctl.words.paths import event_rows, headings, more_options, notes, path_rows, scope, title
from tests.golden.examples import FUNNEL
from tests.golden.path_examples import AFTER, DROPPED_BEFORE, LAST, NOBODY, answer


def counting(paths: Paths, **rules: object) -> Paths:
    return paths.model_copy(update={"funnel": FUNNEL.model_copy(update=rules)})


def test_the_title_says_on_which_side_of_which_stage() -> None:
    assert title(AFTER) == "saas-signup: what comes after Signup"
    assert title(DROPPED_BEFORE) == "saas-signup: what comes before Signup"


def test_who_may_still_go_on_is_told_of_only_where_there_is_somebody() -> None:
    assert list(scope(answer({"help": 40}, 0, {}, went_on=10, dropped=30, open=0))) == [
        "40 people reached Signup: 10 went on to Demo attended, 30 dropped."
    ]
    assert len(list(scope(AFTER))) == 2


def test_what_moves_through_the_funnel_has_its_own_name() -> None:
    sessions = counting(AFTER, count="sessions")
    assert next(scope(sessions)).startswith("1,700 sessions reached Signup")
    assert headings(sessions)[1] == "Sessions"


def test_the_rows_of_events_sum_to_all_who_are_looked_at() -> None:
    rows = [cells for cells, _ in event_rows(AFTER)]
    assert len(rows) == 12
    assert sum(int(cells[1].replace(",", "")) for cells in rows) == AFTER.journeys


def test_a_path_shorter_than_asked_says_that_there_is_no_more_at_its_own_end() -> None:
    short = answer({"help": 40}, 0, {("help",): 40})
    assert next(path_rows(short))[0] == "help → (nothing more)"
    before = short.model_copy(update={"direction": "before"})
    assert next(path_rows(before))[0] == "(start of log) → help"
    assert next(path_rows(counting(before, count="sessions")))[0] == "(start of session) → help"
    assert next(path_rows(short.model_copy(update={"steps": 1})))[0] == "help"


def test_how_long_events_are_looked_at_is_told_where_a_window_ends_that() -> None:
    assert next(notes(AFTER)).endswith("up to 14 days after the entry.")
    assert "after the entry" not in next(notes(counting(AFTER, window_seconds=None)))
    assert "after the entry" not in next(notes(DROPPED_BEFORE))


def test_more_of_the_same_is_offered_where_there_is_some() -> None:
    assert list(more_options(AFTER)) == ["--dropped", "--reached", "-f json"]
    assert list(more_options(DROPPED_BEFORE)) == list(more_options(LAST)) == list(more_options(NOBODY)) == []
