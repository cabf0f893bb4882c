"""What people get wrong: each is one clear line, never a crash and never a silent number."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from growthctl import analyze, entities, explain, trend
from growthctl.errors import DataError, GrowthctlError, SpecError, UsageError

STAGES = [{"name": "visit", "event": "visit"}, {"name": "pay", "event": "pay"}]


def frame(*rows: tuple[Any, ...], columns: str = "user_id event timestamp") -> pl.DataFrame:
    return pl.DataFrame(rows, schema=columns.split(), orient="row", strict=False)


GOOD = [("u1", "visit", "2026-03-01T10:00:00Z"), ("u1", "pay", "2026-03-01T11:00:00Z")]


def codes(funnel: dict[str, Any], data: pl.DataFrame) -> list[tuple[str, str | None]]:
    return [(warning.code, warning.stage) for warning in analyze(funnel, data).warnings]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({"exclude": [{"event": "x", "betwen": ["visit", "pay"]}]}, "unknown key 'betwen'; did you mean 'between'"),
        ({"source": {"identity": {"anonymous": "a", "knwon": "k"}}}, "unknown key 'knwon'; did you mean 'known'"),
        ({"stages": [*STAGES, {"name": "entity", "event": "x"}]}, "'entity' is a column of the lists of entities"),
    ],
)
def test_a_slip_in_the_funnel_names_what_was_meant(keys: dict[str, Any], message: str) -> None:
    with pytest.raises(SpecError) as raised:
        analyze({"stages": STAGES, **keys}, frame(*GOOD))
    assert any(message in problem.message for problem in raised.value.problems)


def test_a_time_that_stands_for_never_is_no_time() -> None:
    rows = [*GOOD * 100, ("u2", "visit", "9999-12-31T23:59:59Z")]
    found = analyze({"stages": STAGES, "window": "14d"}, frame(*rows))
    assert found.data.rows_rejected.bad_time == 1
    assert found.stages[0].reached == 1


def test_a_column_of_lists_is_refused_by_name() -> None:
    data = frame(*GOOD).with_columns(tags=pl.lit(["a"], pl.List(pl.String)))
    with pytest.raises(DataError) as raised:
        analyze({"stages": STAGES}, data, by=["tags"])
    assert raised.value.problems[0].code == "type_mismatch"
    assert "'tags'" in raised.value.problems[0].message


def test_all_missing_columns_come_at_once_with_who_asks_for_them() -> None:
    with pytest.raises(DataError) as raised:
        analyze({"stages": STAGES, "segments": ["plan"]}, frame(("u1", "visit"), columns="who what"))
    assert [problem.message.split(":")[1].strip() for problem in raised.value.problems] == [
        "source.columns.entity",
        "source.columns.event",
        "source.columns.time",
        "segments",
    ]


def test_an_empty_name_of_a_log_reads_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frame(*GOOD).write_csv(tmp_path / "other.csv")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="empty"):
        analyze({"stages": STAGES}, "")


def test_a_condition_that_is_never_true_is_a_warning_and_nothing_is_blamed() -> None:
    data = frame(*((*row, "de") for row in GOOD), columns="user_id event timestamp country")
    funnel = {"stages": [STAGES[0], STAGES[1] | {"where": {"country": "DE"}, "target": 0.5}]}
    assert codes(funnel, data) == [("condition_never_true", "pay"), ("no_window", None)]
    assert analyze(funnel, data).bottleneck.unresolvable == "stage_not_in_log"


def test_texts_that_are_no_numbers_are_counted_where_numbers_are_compared() -> None:
    rows = [(*GOOD[0], None), (*GOOD[1], "~20"), ("u2", "pay", "2026-03-01T11:00:00Z", "30")]
    data = frame(*rows, columns="user_id event timestamp amount")
    funnel = {"stages": [STAGES[0], STAGES[1] | {"where": {"amount": {"gt": 10}}}], "window": "1d"}
    (warning,) = analyze(funnel, data).warnings
    assert warning.code == "not_a_number"
    assert warning.message == "stages[1].where: 1 value of 'amount' cannot be read as a number, such as '~20'"
    assert warning.hint == "they count as unknown"


def test_a_property_that_conversions_are_worth_must_be_a_number_too() -> None:
    data = frame(*((*row, "a lot") for row in GOOD), columns="user_id event timestamp amount")
    assert codes({"stages": STAGES, "window": "1d", "value": {"property": "amount"}}, data) == [("not_a_number", None)]


def test_an_early_as_of_does_not_make_a_good_log_a_bad_one() -> None:
    rows = [*GOOD * 100, ("u3", "visit", "soon")]
    found = analyze({"stages": STAGES}, frame(*rows), as_of="2026-03-01T10:30:00Z")
    assert [stage.reached for stage in found.stages] == [1, 0]
    with pytest.raises(DataError, match="no usable row up to --as-of"):
        analyze({"stages": STAGES}, frame(*rows), as_of="2026-02-01")


def test_more_periods_than_anyone_reads_are_refused() -> None:
    with pytest.raises(UsageError, match="more than 100,000 hours"):
        trend({"stages": STAGES}, frame(*GOOD), "hour", since="1990-01-01")


def test_an_anonymous_id_is_explained_as_who_it_became() -> None:
    data = frame(
        ("a1", None, "visit", "2026-03-01T10:00:00Z"),
        ("a1", "u1", "pay", "2026-03-01T11:00:00Z"),
        columns="anon user event timestamp",
    )
    funnel = {"source": {"identity": {"anonymous": "anon", "known": "user"}}, "stages": STAGES}
    for name in ("a1", "u1"):
        assert [event.fills for event in explain(funnel, data, entity=name).events] == ["visit", "pay"]


def test_only_an_event_that_holds_the_journeys_value_fills_a_stage() -> None:
    rows = [
        ("u1", "visit", "2026-03-01T10:00:00Z", 1),
        ("u1", "pay", "2026-03-01T11:00:00Z", 2),
        ("u1", "pay", "2026-03-01T11:00:00Z", 1),
    ]
    data = frame(*rows, columns="user_id event timestamp item")
    events = explain({"stages": STAGES, "hold_constant": ["item"]}, data, entity="u1").events
    assert [(event.fills, event.reason) for event in events] == [
        ("visit", None),
        (None, "other_value_held"),
        ("pay", None),
    ]


def test_nothing_is_called_excluded_where_no_event_is() -> None:
    rows = [GOOD[0], ("u1", "help", "2026-03-01T10:30:00Z"), GOOD[1]]
    funnel: dict[str, Any] = {
        "stages": STAGES,
        "order": "strict",
        "exclude": [{"event": "refund", "between": ["visit", "pay"]}],
    }
    events = explain(funnel, frame(*rows), entity="u1").events
    assert [event.reason for event in events] == [None, "other_event", "not_next"]


@pytest.mark.parametrize(
    "funnel", [{"stages": []}, {"stages": STAGES, "windw": "1d"}, {"stages": STAGES, "timezone": "Mars"}]
)
def test_every_mistake_in_a_funnel_is_one_of_the_family(funnel: dict[str, Any]) -> None:
    with pytest.raises(GrowthctlError):
        analyze(funnel, frame(*GOOD))


def test_durations_are_ids_names_and_segments_like_others(tmp_path: Path) -> None:
    data = frame(*GOOD).with_columns(pl.lit(timedelta(hours=2)).alias("took"))
    path = tmp_path / "log.parquet"
    data.write_parquet(path)
    asked = {"stages": STAGES, "source": {"columns": {"entity": "took"}}}
    for log in (data, path):
        assert analyze({"stages": STAGES}, log, by=["took"]).segments[0].values == ["PT2H"]
        assert entities(asked, log, stage="pay")["entity"].to_list() == ["PT2H"]


def test_a_column_that_is_named_as_one_of_ours_does_no_harm_and_counts_nothing() -> None:
    data = frame(*GOOD).with_columns(pl.lit("x").alias("#order"))
    assert analyze({"stages": STAGES, "order": "strict"}, data).stages[1].reached == 1
    with pytest.raises(DataError, match="'#order' is a name that growthctl uses itself"):
        analyze({"stages": STAGES}, data, by=["#order"])
