"""Tables that are no logs: a row per lead with a date for each stage, a file that is one event."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from growthctl import DataError, SpecError, analyze, entities, explain
from growthctl.report.analysis import Analysis
from growthctl.words.analysis.health import sentence

STAGES = [{"name": name, "event": name} for name in ("lead", "demo", "won")]
DATES = {"lead": "created", "demo": "demo_date", "won": "won_date"}


def deals(seed: int) -> list[dict[str, Any]]:
    rng = random.Random(seed)
    rows = []
    for k in range(300):
        day = date(2026, 1, 1) + timedelta(days=rng.randrange(80))
        row: dict[str, Any] = {"deal": f"d{k}", "owner": rng.choice(["kim", "lee"]), **dict.fromkeys(DATES.values())}
        for column in DATES.values():
            row[column] = day
            day += timedelta(days=rng.randrange(9))
            if rng.random() < 0.4:
                break
        rows.append(row)
    return rows


def asked(source: dict[str, Any], data: Any = None) -> Analysis:
    funnel = {"source": source, "stages": STAGES, "window": "14d", "segments": ["owner"], "timezone": "Europe/Berlin"}
    return analyze(funnel, data)


def answer(analysis: Analysis) -> dict[str, Any]:
    content = analysis.to_dict()
    return {key: content[key] for key in ("headline", "stages", "segments", "bottleneck", "warnings")}


@pytest.mark.parametrize("seed", range(4))
def test_a_date_for_each_stage_is_an_event_for_each_date(tmp_path: Path, seed: int) -> None:
    rows = deals(seed)
    log = pl.DataFrame(
        [
            {"deal": row["deal"], "owner": row["owner"], "event": event, "timestamp": row[column]}
            for row in rows
            for event, column in DATES.items()
            if row[column] is not None
        ]
    )
    flat = answer(asked({"columns": {"entity": "deal"}}, log))
    source = {"columns": {"entity": "deal", "id": "deal"}, "stage_dates": DATES}
    table = pl.DataFrame(rows)
    assert answer(asked(source, table)) == flat
    table.write_csv(tmp_path / "deals.csv")
    table.with_columns(pl.col(DATES["lead"]).cast(pl.Datetime)).write_parquet(tmp_path / "deals.parquet")
    german = pl.col(list(DATES.values())).dt.strftime("%d.%m.%Y")
    table.with_columns(german).write_csv(tmp_path / "german.csv", separator=";")
    for name in ("deals.csv", "deals.parquet", "german.csv"):
        assert answer(asked({**source, "path": str(tmp_path / name)})) == flat
    lines = [json.dumps({"id": row["deal"], "properties": {**row, "deal": None}}, default=str) for row in rows]
    (tmp_path / "deals.ndjson").write_text("\n".join(lines))
    nested = {"columns": {"entity": "id"}, "stage_dates": {k: f"properties.{v}" for k, v in DATES.items()}}
    assert answer(asked({**nested, "path": str(tmp_path / "deals.ndjson")})) == flat


def test_a_row_without_an_entity_counts_once_for_each_of_its_dates(tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_text(
        "deal,created,demo_date,won_date,owner\n,2026-01-01,2026-01-02,,kim\nd1,2026-01-01,,,lee\n"
    )
    analysis = asked({"path": str(tmp_path / "deals.csv"), "columns": {"entity": "deal"}, "stage_dates": DATES})
    assert (analysis.data.rows_used, analysis.data.rows_rejected.null_entity) == (1, 2)


def test_a_date_that_cannot_be_read_is_counted_and_a_line_that_cannot_once(tmp_path: Path) -> None:
    rows = [
        json.dumps({"deal": f"d{k}", "created": "2026-01-01", "demo_date": None, "won_date": None, "owner": "kim"})
        for k in range(200)
    ]
    (tmp_path / "deals.ndjson").write_text("\n".join([*rows, rows[0].replace("2026-01-01", "soon"), rows[0][:30]]))
    analysis = asked({"path": str(tmp_path / "deals.ndjson"), "columns": {"entity": "deal"}, "stage_dates": DATES})
    rejected = analysis.data.rows_rejected
    assert (analysis.data.rows_used, rejected.bad_time, rejected.unreadable) == (200, 1, 1)


def test_a_missing_column_of_dates_is_named_alone(tmp_path: Path) -> None:
    (tmp_path / "deals.csv").write_text("deal,created,demo_date,owner\nd1,2026-01-01,,kim\n")
    source = {"path": str(tmp_path / "deals.csv"), "columns": {"entity": "deal", "id": "deal"}, "stage_dates": DATES}
    with pytest.raises(DataError) as caught:
        asked(source)
    (problem,) = caught.value.problems
    assert problem.message.startswith("funnel: source.stage_dates.won: ") and "no column 'won_date'" in problem.message


def test_a_file_that_is_one_event_needs_no_column_of_events(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("customer,at\na,2026-01-01\n\nb,2026-01-02\n")
    source = {"path": str(tmp_path / "orders.csv"), "event": "order", "columns": {"entity": "customer", "time": "at"}}
    analysis = analyze({"source": source, "stages": [{"name": "order", "event": "order"}]})
    assert (analysis.stages[0].reached, analysis.data.rows_read) == (2, 2)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({"event": "order", "columns": {"event": "name"}}, "source.event says what every row is"),
        ({"stage_dates": DATES, "columns": {"time": "at"}}, "stage_dates says what happened and when"),
        ({"stage_dates": DATES, "event": "order"}, "give either event or stage_dates"),
        ({"stage_dates": {}}, "must not be empty"),
        ({"stage_dates": {"lead": 5}}, "source.stage_dates.lead"),
    ],
)
def test_two_ways_to_say_what_happened_are_one_too_many(source: dict[str, Any], message: str) -> None:
    with pytest.raises(SpecError, match=message):
        analyze({"source": source, "stages": STAGES})


HISTORY = [
    ("006A", "Prospecting", "2026-03-01T09:00:00Z", 1000),
    ("006A", "Demo", "2026-03-05T09:00:00Z", 1500),
    ("006A", "Prospecting", "2026-03-04T09:00:00Z", 1500),
    ("006B", "Prospecting", "2026-03-02T09:00:00Z", 700),
    ("006A", "Prospecting", "2026-03-20T09:00:00Z", 1500),
    ("006A", "Prospecting", "2026-03-21T09:00:00Z", 1600),
]
"""Of 006A first an edit that repeats its stage, then a way back, which is repeated too."""


@pytest.mark.parametrize("names", [None, {"entity": "deal", "stage": "to", "time": "at"}])
def test_a_history_of_stages_is_read_without_the_rows_that_repeat_a_stage(names: dict[str, str] | None) -> None:
    columns = ["OpportunityId", "StageName", "CreatedDate"] if names is None else list(names.values())
    log = pl.DataFrame(HISTORY, schema=[*columns, "Amount"], orient="row")
    funnel = {
        "source": {"stage_history": names or {}},
        "stages": [{"name": "lead", "event": "Prospecting"}, {"name": "demo", "event": "Demo"}],
    }
    events = [(event.event, event.at[8:10]) for event in explain(funnel, log, entity="006A").events]
    assert events == [("Prospecting", "01"), ("Demo", "05"), ("Prospecting", "20")]
    assert entities(funnel, log, stage="demo")["entity"].to_list() == ["006A"]
    assert analyze(funnel, log).data.rows_used == 4


def test_a_field_history_of_salesforce_is_filtered_by_its_field(tmp_path: Path) -> None:
    (tmp_path / "history.csv").write_text(
        "Id,OpportunityId,Field,OldValue,NewValue,CreatedDate\n"
        "1,006A,StageName,,Prospecting,2026-03-01T09:00:00Z\n"
        "2,006A,Amount,1,Demo,2026-03-02T09:00:00Z\n"
        "3,006A,StageName,Prospecting,Demo,2026-03-05T09:00:00Z\n"
    )
    source = {"path": str(tmp_path / "history.csv"), "stage_history": {}, "filter": {"Field": "StageName"}}
    stages = [{"name": "lead", "event": "Prospecting"}, {"name": "demo", "event": "Demo"}]
    events = explain({"source": source, "stages": stages}, entity="006A").events
    assert [event.at for event in events if event.fills == "demo"] == ["2026-03-05T09:00:00Z"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({"stage_history": {}, "columns": {"event": "x"}}, "columns.event is not read: stage_history says"),
        ({"stage_history": {}, "stage_dates": {"a": "b"}}, "give either stage_dates or stage_history"),
        ({"stage_history": {"stag": "x"}}, "unknown key 'stag'; did you mean 'stage'"),
    ],
)
def test_what_contradicts_a_history_of_stages_is_told(source: dict[str, Any], message: str) -> None:
    with pytest.raises(SpecError, match=message):
        analyze({"source": source, "stages": [{"name": "a", "event": "a"}]}, pl.DataFrame({"a": [1]}))


SKIPPED = """deal,lead,opp,won
x,,2026-03-02,2026-03-05
y,2026-03-01,,2026-03-06
z,2026-03-03,,
"""


@pytest.mark.parametrize(("skipped", "reached"), [("missing", [2, 0, 0]), ("passed", [3, 2, 2])])
def test_deals_that_skip_a_stage_lack_it_or_have_passed_it(tmp_path: Path, skipped: str, reached: list[int]) -> None:
    (tmp_path / "deals.csv").write_text(SKIPPED)
    dates = {name: name for name in ("lead", "opp", "won")}
    source = {"path": str(tmp_path / "deals.csv"), "columns": {"entity": "deal"}, "stage_dates": dates}
    stages = [{"name": name, "event": name} for name in dates]
    analysis = analyze({"source": source, "skipped": skipped, "stages": stages})
    assert [stage.reached for stage in analysis.stages] == reached
    finding = analysis.health.findings[0]
    assert (finding.code, finding.observed, finding.upstream) == ("unlinked", 1, 3)
    assert sentence(finding, analysis) == (
        "lead is missing for 33.3% of the 3 that have any stage: the funnel begins there."
    )
    assert analysis.sources == []
