"""What people did after a stage, or before it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from growthctl import DataError, UsageError, analyze, entities, paths
from growthctl.events import collect
from growthctl.report.paths import JourneyShare, Paths
from growthctl.stats.proportions import Proportion
from tests.questions.shop import funnel, log
from tests.questions.test_parts import FUNNELS, KINDS, TINY, events

LOG = log(
    "u1 08:00:00 mail",
    "u1 09:00:00 visit",
    "u1 09:01:00 look",
    "u1 09:02:00 look",
    "u1 09:03:00 ask",
    "u1 09:04:00 cart",
    "u1 09:05:00 pay",
    "u2 09:00:00 visit",
    "u2 09:01:00 look",
    "u2 10:00:00 help",
    "u2 10:00:01 cart",
    "u3 09:00:00 visit",
    "u3 09:30:00 cart",
    "u4 11:00:00 visit",
    "u4 11:10:00 look",
    "u5 07:00:00 look",
)
"""u2 comes a second too late for the window of an hour, u4 is open, u5 never enters."""
__all__ = ["events"]


def next_to(answer: Paths) -> dict[str | None, int]:
    """How many have which event next to the stage; '' is none."""
    return {step.event: step.journeys for step in answer.events} | {"": answer.nothing.journeys}


def sequences(answer: Paths) -> dict[str, int]:
    return {" ".join(str(event) for event in path.events): path.journeys for path in answer.paths}


def test_after_a_stage_all_events_of_the_log_count_up_to_the_end_of_the_window() -> None:
    answer = paths(funnel(), LOG, after="visit")
    assert next_to(answer) == {"look": 3, "cart": 1, "": 0}
    assert sequences(answer) == {"look ask cart": 1, "look help": 1, "cart": 1, "look": 1}
    assert sequences(paths(funnel(window="59m"), LOG, after="visit"))["look"] == 2
    assert "look help cart" in sequences(paths(funnel(window="61m"), LOG, after="visit"))


def test_without_a_window_events_count_to_the_end_of_the_log() -> None:
    late = pl.concat([LOG, log("u3 2026-05-01T09:00:00 cancel")])
    assert "cart cancel" in sequences(paths(funnel(window=None), late, after="visit"))
    assert "cart cancel" not in sequences(paths(funnel(), late, after="visit"))


def test_before_a_stage_they_count_back_to_the_start_of_the_log() -> None:
    answer = paths(funnel(), LOG, before="visit")
    assert (next_to(answer), answer.direction) == ({"mail": 1, "": 3}, "before")
    assert sequences(paths(funnel(), LOG, before="cart", steps=2)) == {"visit": 1, "look ask": 1}
    assert "mail visit look ask" in sequences(paths(funnel(), LOG, before="cart", steps=4))


def test_events_that_the_filter_of_the_source_drops_are_not_there() -> None:
    asked = funnel(source={"filter": "event <> 'look'"})
    assert next_to(paths(asked, LOG, after="visit")) == {"ask": 1, "cart": 1, "help": 1, "": 1}


def test_a_repeat_of_the_stage_s_own_event_is_a_step() -> None:
    lines = log("u1 09:00:00 visit", "u1 09:01:00 visit", "u1 09:02:00 visit", "u1 09:03:00 look")
    assert sequences(paths(funnel(entry="first"), lines, after="visit")) == {"visit look": 1}


def test_events_of_one_instant_are_in_the_order_of_the_log() -> None:
    lines = log("u1 09:00:00 look", "u1 09:00:00 visit", "u1 09:00:00 ask", "u1 09:00:00 help")
    assert sequences(paths(funnel(), lines, after="visit")) == {"ask help": 1}
    assert sequences(paths(funnel(), lines, before="visit")) == {"look": 1}
    assert sequences(paths(funnel(), lines.reverse(), after="visit")) == {"look": 1}


def test_an_event_without_a_name_is_a_step_without_a_name() -> None:
    nameless = LOG.with_columns(pl.col("event").replace("look", None))
    answer = paths(funnel(), nameless, after="visit")
    assert next_to(answer)[None] == 3
    assert [None, "ask", "cart"] in [path.events for path in answer.paths]


def test_who_went_on_dropped_and_is_open_sum_to_all_and_open_ones_are_in_neither() -> None:
    every = paths(funnel(), LOG, after="visit")
    assert (every.reached, every.went_on, every.dropped, every.open) == (4, 2, 1, 1)
    reached, dropped = (paths(funnel(), LOG, after="visit", reached=which) for which in (True, False))
    assert (sequences(reached), reached.journeys) == ({"cart": 1, "look ask cart": 1}, 2)
    assert (sequences(dropped), dropped.journeys) == ({"look help": 1}, 1)
    assert (every.outcome, reached.outcome, dropped.outcome) == (None, "reached", "dropped")


def test_the_last_stage_has_nobody_who_went_on() -> None:
    answer = paths(funnel(), LOG, after="pay")
    assert (answer.reached, answer.went_on, answer.dropped, answer.open, answer.next_stage) == (1, *(None,) * 4)


def test_the_stage_after_an_optional_one_is_the_next_required() -> None:
    stages = [{"name": n, "event": n, "optional": n == "cart"} for n in ("visit", "cart", "pay")]
    assert paths(funnel(stages=stages), LOG, after="visit").next_stage == "pay"
    assert paths(funnel(stages=stages), LOG, after="cart").next_stage == "pay"
    assert paths(funnel(stages=stages[:2]), LOG, after="visit").next_stage is None


def test_in_any_order_a_stage_is_so_many_different_ones() -> None:
    answer = paths(funnel(order="any"), LOG, after="any_2")
    assert (answer.stage, answer.next_stage, next_to(answer)) == ("any_2", "any_3", {"pay": 1, "": 1})


def test_a_share_has_a_wilson_interval_of_all_who_are_looked_at() -> None:
    step = paths(funnel(), LOG, after="visit").events[0]
    assert (step.share, (step.low, step.high)) == (0.75, Proportion(4, 3).wilson())


def test_of_nobody_shares_are_unknown() -> None:
    answer = paths(funnel(), LOG, after="visit", since="2026-03-03")
    assert (answer.journeys, answer.events, answer.paths) == (0, [], [])
    assert answer.nothing == JourneyShare(journeys=0, share=None, low=None, high=None)


def test_sessions_are_entities_of_their_own() -> None:
    asked = funnel(count="sessions", session_gap="10m")
    lines = log("u1 09:00:00 visit", "u1 09:05:00 look", "u1 09:30:00 ask", "u1 10:00:00 visit", "u1 10:01:00 ask")
    assert next_to(paths(asked, lines, after="visit")) == {"look": 1, "ask": 1, "": 0}
    assert next_to(paths(asked, lines, before="visit")) == {"": 2}


def test_attempts_have_a_path_each() -> None:
    lines = log("u1 09:00:00 visit", "u1 09:05:00 look", "u1 11:00:00 visit", "u1 11:01:00 ask")
    assert sequences(paths(funnel(count="attempts"), lines, after="visit")) == {"look": 1, "ask": 1}


@pytest.mark.parametrize("changes", KINDS)
def test_as_many_are_looked_at_as_analyze_counts_and_each_has_one_path(
    events: pl.DataFrame, changes: dict[str, Any]
) -> None:
    asked = funnel(**changes)
    for stage in analyze(asked, events).stages:
        for answer in (paths(asked, events, after=stage.name), paths(asked, events, before=stage.name)):
            assert answer.journeys == answer.reached == stage.reached
            assert sum(path.journeys for path in answer.paths) + answer.nothing.journeys == stage.reached


def test_those_who_dropped_are_the_ripe_ones_of_who_dropped(events: pl.DataFrame) -> None:
    answer = paths(funnel(), events, after="visit", reached=False, as_of="2026-03-10")
    assert answer.open == 0
    assert answer.journeys == entities(funnel(), events, stage="cart", reached=False, as_of="2026-03-10").height


@pytest.mark.parametrize("changes", FUNNELS)
def test_in_files_as_in_memory_and_of_names_as_of_numbers(
    events: pl.DataFrame, changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = funnel(**changes)
    answer = paths(asked, events, after="visit", steps=10).to_dict()
    assert paths(asked, events, after="visit", steps=10, memory=TINY).to_dict() == answer
    monkeypatch.setattr(collect, "_number", lambda key: key.hash() % 50)
    assert paths(asked, events, after="visit", steps=10).to_dict() == answer


def test_at_most_a_hundred_are_listed_and_the_others_counted() -> None:
    lines = [line for k in range(130) for line in (f"u{k} 09:00:00 visit", f"u{k} 09:01:00 look{k}")]
    answer = paths(funnel(), log(*lines), after="visit")
    assert (len(answer.events), answer.more_events, len(answer.paths), answer.more_paths) == (100, 30, 100, 30)


def test_columns_that_only_other_questions_read_need_not_be_there() -> None:
    assert paths(funnel(segments=["device"]), LOG, after="visit").journeys == 4


@pytest.mark.parametrize(
    ("asked", "code", "says"),
    [
        ({}, "no_side", "--after STAGE or --before STAGE"),
        ({"after": "visit", "before": "cart"}, "no_side", "not both"),
        ({"after": "vist"}, "unknown_stage", "there is no stage 'vist'; did you mean 'visit'?"),
        ({"before": ""}, "unknown_stage", "there is no stage ''"),
        ({"after": "pay", "reached": False}, "no_next_stage", "--dropped: nobody goes on from 'pay'"),
        ({"before": "pay", "reached": True}, "no_next_stage", "--reached: nobody goes on from 'pay'"),
        ({"after": "visit", "steps": 0}, "invalid_steps", "--steps 0 is not from 1 to 10"),
        ({"after": "visit", "steps": 11}, "invalid_steps", "--steps 11 is not from 1 to 10"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_before_the_log_is_read(
    asked: dict[str, Any], code: str, says: str, tmp_path: Path
) -> None:
    with pytest.raises(UsageError) as refused:
        paths(funnel(), tmp_path / "no-such-log.csv", **asked)
    (problem,) = refused.value.problems
    assert problem.code == code
    assert says in problem.message


def test_a_log_that_is_not_there_is_an_error_of_the_log(tmp_path: Path) -> None:
    with pytest.raises(DataError):
        paths(funnel(), tmp_path / "no-such-log.csv", after="visit")
