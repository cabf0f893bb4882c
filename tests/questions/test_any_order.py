"""In any order rows count different stages, which stages they were is told beside, and nobody is blamed."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from jsonschema import Draft202012Validator

from growthctl import analyze, compare, entities, trend
from growthctl.report.analysis import Analysis, Report
from growthctl.report.schemas import report_schema
from growthctl.words.analysis.answer import bottleneck
from growthctl.words.analysis.verdict import explanation
from growthctl.words.comparison import moves
from tests.questions.shop import log

NAMES = ("profile", "invite", "import")
ROWS = ["any_1", "any_2", "any_3"]


def funnel(**changes: Any) -> dict[str, Any]:
    stages = [
        {"name": name, "event": name, "label": name.capitalize(), "owner": f"{name} team", "kind": "activation"}
        | ({"target": "90%", "runbook": "https://example.org/mend"} if number else {})
        for number, name in enumerate(NAMES)
    ]
    return {"stages": stages, "order": "any", "window": "1h"} | changes


SMALL = log(
    "a 09:00:00 invite",
    "a 09:05:00 profile",
    "a 09:10:00 import",
    "b 09:00:00 import",
    "b 09:30:00 profile",
    "b 10:30:00 invite",
    "c 09:00:00 profile",
    "c 09:20:00 invite",
    "d 09:00:00 import",
    "d 09:01:00 profile",
    "e 09:00:00 profile",
    "f 12:00:00 profile",
    "f 12:01:00 invite",
    "z 12:30:00 other",
)


def many(weeks: int = 12, share: float = 0.3) -> pl.DataFrame:
    """100 people a day; `share` of them invite, but in the last three weeks hardly anybody."""
    rng, start, rows = random.Random(5), datetime(2026, 1, 5, tzinfo=UTC), []
    for day in range(7 * weeks):
        shares = (0.9, share if day < 7 * (weeks - 3) else share / 10, 0.7)
        for person in range(100):
            at = start + timedelta(days=day, minutes=rng.randrange(600))
            rows += [
                (f"{day}-{person}", at + timedelta(minutes=rng.randrange(30)), name, rng.choice("xy"))
                for name, likely in zip(NAMES, shares, strict=True)
                if rng.random() < likely
            ]
    return pl.DataFrame(rows, ["user_id", "timestamp", "event", "device"], orient="row")


def test_rows_are_called_what_they_count() -> None:
    analysis = analyze(funnel(segments=["event"]), SMALL)
    assert [(stage.name, stage.label) for stage in analysis.stages] == [
        ("any_1", "any 1 of 3"),
        ("any_2", "any 2 of 3"),
        ("any_3", "any 3 of 3"),
    ]
    assert [stage.reached for stage in analysis.stages] == [6, 5, 1]
    assert [stage.name for stage in analysis.segments[0].stages] == ROWS
    assert [stage.name for stage in trend(funnel(), SMALL).stages] == ROWS


def test_which_stages_they_were_is_told_beside() -> None:
    any_order = analyze(funnel(), SMALL).any_order
    assert any_order is not None
    assert [(stage.name, stage.label, stage.reached) for stage in any_order.stages] == [
        ("profile", "Profile", 6),
        ("invite", "Invite", 3),
        ("import", "Import", 3),
    ]
    # Of f the window is still open.
    assert [stage.ripe_throughout for stage in any_order.stages] == [5, 2, 3]
    assert ([stage.only_lacking for stage in any_order.stages], any_order.lacking_one) == ([0, 2, 1], 3)


def test_an_event_of_two_stages_fills_the_one_declared_first() -> None:
    twice = funnel(stages=[{"name": name, "event": ["login"]} for name in ("first", "second")])
    any_order = analyze(
        twice, log("a 09:00:00 login", "b 09:00:00 login", "b 09:01:00 login", "z 12:00:00 x")
    ).any_order
    assert any_order is not None
    assert [(stage.reached, stage.only_lacking) for stage in any_order.stages] == [(2, 0), (1, 1)]


@pytest.mark.parametrize("window", ["1h", None])
def test_nobody_is_blamed_and_nothing_of_a_stage_hangs_on_a_row(window: str | None) -> None:
    rules = {"reference": {"history": True, "segment": True}, "segments": ["device"], "window": window}
    analysis = analyze(funnel(**rules), many())
    bottleneck = analysis.bottleneck
    assert (bottleneck.verdict, bottleneck.stage, bottleneck.owner, bottleneck.contenders) == (None, None, None, [])
    assert (bottleneck.largest_drop, bottleneck.lowest_rate, bottleneck.interview) == (None, None, None)
    assert (analysis.ranking, analysis.recommendations, analysis.broken_now, analysis.phases) == ([], [], [], [])
    for stage in analysis.stages:
        assert (stage.kind, stage.owner, stage.target, stage.runbook) == (None, None, None, None)
        assert (stage.judgement, stage.capacity) == (None, None)
    assert not any(warning.code.startswith("target") for warning in analysis.warnings)
    Draft202012Validator(report_schema("analysis")).validate(Report(analyses=[analysis]).model_dump(mode="json"))


def test_the_words_name_the_stage_that_is_lacked() -> None:
    analysis = analyze(funnel(), many())
    assert bottleneck(analysis).text == "None is named: in any order no stage is to blame"
    words = " ".join(explanation(analysis))
    assert "of those who lack exactly one" in words.lower()
    assert "lack Invite." in words
    assert "Fewest have Invite: " in words
    assert "profile team" not in words


def test_as_many_as_lack_a_stage_each_are_named_together() -> None:
    rows = ["a 09:00:00 profile", "a 09:01:00 invite", "b 09:00:00 import", "b 09:01:00 invite", "z 12:00:00 other"]
    words = explanation(analyze(funnel(), log(*rows)))
    assert words[1:] == [
        "Of those who lack exactly one, 1 of 2 each lack Profile and Import.",
        "Fewest have Profile and Import: 1 of 2 of those whose window has passed.",
    ]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (["z 09:00:00 other"], "Nobody reached any of the stages in this log and range."),
        (["a 09:00:00 profile"], "Nobody has had the time for all of them yet."),
    ],
)
def test_without_anybody_to_tell_of_it_says_so(rows: list[str], sentence: str) -> None:
    assert explanation(analyze(funnel(), log(*rows))) == [sentence]


def test_where_nobody_lacks_exactly_one_it_says_so() -> None:
    words = explanation(analyze(funnel(), log("a 09:00:00 profile", "z 12:00:00 other")))
    assert words[1] == "Nobody whose window has passed lacks exactly one."


def test_a_comparison_says_that_fewer_do_so_many_and_names_no_owner() -> None:
    found = compare(
        funnel(), many(), since="2026-03-09", until="2026-03-16", by="device", against="2026-02-16..2026-02-23"
    )
    assert [stage.name for stage in found.stages] == ROWS[1:]
    assert found.finding == "changed"
    assert {found.entrants.owner, *(stage.owner for stage in found.stages)} == {None}
    (move, *_) = moves.moves(found)
    assert (move.tag, move.text.partition(" for ")[0], move.owner) == ("FELL", "any 3 of 3", "")
    assert "In any order a row is who did so many different stages" in " ".join(moves.notes(found))


def test_a_row_can_be_listed_by_its_name() -> None:
    by_row, by_stage = (entities(funnel(), SMALL, stage=name) for name in ("any_2", "invite"))
    assert by_row.equals(by_stage)
    assert by_row["entity"].to_list() == ["a", "b", "c", "d", "f"]


def test_an_event_that_is_missing_is_told_of_the_stage_and_not_of_a_row() -> None:
    analysis = analyze(funnel(), log("a 09:00:00 profile", "a 09:01:00 import", "z 12:00:00 other"))
    assert [(warning.code, warning.stage) for warning in analysis.warnings] == [("event_not_in_log", "invite")]


def test_dates_beside_times_are_told_of_the_stage_and_not_of_a_row() -> None:
    timed = many(weeks=4)
    dated = timed.with_columns(
        pl.when(pl.col("event") == "import")
        .then(pl.col("timestamp").dt.truncate("1d"))
        .otherwise(pl.col("timestamp"))
        .alias("timestamp")
    )
    findings = analyze(funnel(window="2d"), dated).health.findings
    assert ("mixed_granularity", "import") in [(each.code, each.stage) for each in findings]


def test_entries_are_silent_only_when_no_stage_has_events() -> None:
    """Where one stage is not recorded for a day, others go on, and people enter with these."""
    day = datetime(2026, 2, 11, tzinfo=UTC)
    lost = many().filter(
        (pl.col("event") != "profile") | ~pl.col("timestamp").is_between(day, day + timedelta(days=1), closed="left")
    )
    silent = {each.code for each in analyze(funnel(), lost).health.findings}
    assert "entries_silent" not in silent


def test_sequential_order_has_no_such_part() -> None:
    assert analysis_in_order().any_order is None


def analysis_in_order() -> Analysis:
    return analyze(funnel(order="sequential"), SMALL)
