"""A log that nobody has described is described, and gets a funnel that runs."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from growthctl import DataError, analyze, inspect
from growthctl.cli.main import main
from growthctl.errors import Exit
from tests.questions.test_tables import deals

HEADER = "user_id,event,timestamp,plan\n"


def shop(tmp_path: Path, name: str = "log.csv") -> Path:
    rows = []
    for k in range(120):
        plan = "pro" if k % 3 else "free"
        rows.append(f"u{k},Visit,2024-03-{k % 28 + 1:02} 09:00:00,{plan}\n")
        if k % 2:
            rows.append(f"u{k},quote_sent,2024-03-{k % 28 + 1:02} 10:00:00,{plan}\n")
        if k % 4 == 1:
            rows.append(f"u{k},purchase,2024-03-{k % 28 + 1:02} 11:30:00,{plan}\n")
    rows += ["u7,visit,2024-03-08 09:00:00,pro\n", "u9,quote_sent ,2024-03-10,free\n", "u9,purchase,soon,free\n"]
    (tmp_path / name).write_text(HEADER + "".join(rows))
    return tmp_path / name


def test_events_columns_and_oddities_are_told(tmp_path: Path) -> None:
    inspection = inspect(str(shop(tmp_path)))
    assert {column.name: column.role for column in inspection.columns} == {
        "user_id": "entity",
        "event": "event",
        "timestamp": "time",
        "plan": "segment",
    }
    assert [(event.name, event.rows, event.entities) for event in inspection.events[:3]] == [
        ("Visit", 120, 120),
        ("quote_sent", 60, 60),
        ("purchase", 30, 30),
    ]
    assert (inspection.rows_read, inspection.rows_rejected.bad_time, inspection.entities) == (213, 1, 120)
    assert inspection.alike == [["Visit", "visit"], ["quote_sent", "quote_sent "]]
    assert (inspection.zone, inspection.preset) == ("none", None)
    assert sum(inspection.events[0].rows_by_part) == 120
    assert "One event by several names? 'Visit' 120, 'visit' 1." in str(inspection)


def test_a_draft_runs_unchanged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log, funnel = shop(tmp_path), tmp_path / "funnels" / "f.yml"
    funnel.parent.mkdir()
    assert main(["init", str(log), "-o", str(funnel)]) == Exit.OK
    assert "3 stages. Next: growthctl analyze" in capsys.readouterr().err
    analysis = analyze(str(funnel))
    assert [(stage.name, stage.reached) for stage in analysis.stages] == [
        ("visit", 120),
        ("quote-sent", 60),
        ("purchase", 30),
    ]
    assert analysis.funnel.window_seconds == 6 * 3600
    assert {segment.by[0] for segment in analysis.segments} == {"plan"}


def test_stages_of_every_kind_of_name_and_a_file_named_after_its_log_run(tmp_path: Path) -> None:
    names = ["ad_click", "page_view", "sign_up", "demo", "trial_started", "onboarding", "order_paid"]
    rows = [f"u{k},{name},2024-03-{k % 27 + 1:02} 0{step}:00," for k in range(9) for step, name in enumerate(names)]
    (tmp_path / "log.csv").write_text(HEADER + "\n".join(rows))
    funnel = str(tmp_path / "log.csv.yml")
    assert main(["init", str(tmp_path / "log.csv"), "--stages", ",".join(names), "-o", funnel]) == Exit.OK
    assert main(["analyze", funnel]) == Exit.OK


def test_a_draft_of_stages_that_somebody_names_has_these(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", str(shop(tmp_path)), "--stages", "Visit, purchase"]) == Exit.OK
    text = capsys.readouterr().out
    assert text.count("- name:") == 2 and "event: purchase" in text
    assert main(["init", str(tmp_path / "log.csv"), "--stages", "Visit,purchas"]) == Exit.DATA
    assert "has no event 'purchas'; did you mean 'purchase'?" in capsys.readouterr().err


def test_a_file_that_is_there_stays_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "f.yml").write_text("mine\n")
    assert main(["init", str(shop(tmp_path)), "-o", str(tmp_path / "f.yml")]) == Exit.USAGE
    assert "is there already" in capsys.readouterr().err
    assert (tmp_path / "f.yml").read_text() == "mine\n"


def test_awkward_names_of_events_make_a_file_that_can_be_read(tmp_path: Path) -> None:
    names = ["no", "12:30", "[x]: #", "Käufe \U0001f600", "entity", 'a "quoted" one', "- dash", "true"]
    rows = [
        {"user_id": f"u{k}", "event": name, "timestamp": f"2024-03-{k % 27 + 1:02} 0{step}:00"}
        for k in range(40)
        for step, name in enumerate(names)
    ]
    pl.DataFrame(rows).write_csv(tmp_path / "log.csv")
    assert (
        main(["init", str(tmp_path / "log.csv"), "-o", str(tmp_path / "f.yml"), "--stages", ",".join(names)]) == Exit.OK
    )
    analysis = analyze(str(tmp_path / "f.yml"))
    assert [stage.reached for stage in analysis.stages] == [40] * 8
    assert len({stage.name for stage in analysis.stages}) == 8


def test_lists_of_events_nested_columns_and_broken_lines_are_described(tmp_path: Path) -> None:
    start = 1_700_000_000_000
    sessions = [
        {"session": k, "events": [{"type": name, "ts": start + k * 60_000} for name in "ab"[: k % 2 + 1]]}
        for k in range(60)
    ]
    lines = [json.dumps(session) for session in sessions]
    (tmp_path / "s.ndjson").write_text("\n".join([*lines[:30], "", *lines[30:], '{"session": 9, "eve']))
    inspection = inspect(str(tmp_path / "s.ndjson"))
    assert inspection.source == {
        "explode": "events",
        "columns": {"entity": "session", "event": "events.type", "time": "events.ts"},
    }
    assert [(event.name, event.rows) for event in inspection.events] == [("a", 60), ("b", 30)]
    assert inspection.rows_rejected.unreadable == 1


def test_a_table_of_people_is_no_log_of_events(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "".join(f"c{k}@shop.example,{'paid' if k % 2 else 'pending'},2024-03-{k + 1:02}\n" for k in range(28))
    (tmp_path / "orders.csv").write_text("Email,Financial Status,Created at\n" + rows)
    assert "Every row is another entity" in str(inspect(str(tmp_path / "orders.csv")))
    assert main(["init", str(tmp_path / "orders.csv")]) == Exit.DATA
    assert "columns that hold times: Created at" in capsys.readouterr().err


def test_dates_that_nothing_settles_are_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "".join(f"u{k % 5},{'ab'[k % 2]},0{k % 9 + 1}/02/2024\n" for k in range(30))
    (tmp_path / "log.csv").write_text("user,event,date\n" + rows)
    assert main(["init", str(tmp_path / "log.csv")]) == Exit.DATA
    assert "set source.time_format to day-first, or month-first" in capsys.readouterr().err


def test_a_single_stage_asks_for_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "".join(f"u{k % 9},visit,2024-03-{k % 27 + 1:02}\n" for k in range(30))
    (tmp_path / "log.csv").write_text("user,event,date\n" + rows)
    assert main(["init", str(tmp_path / "log.csv"), "-o", str(tmp_path / "f.yml")]) == Exit.OK
    assert "1 stage; name those before it, or after it, with --stages. Next:" in capsys.readouterr().err


def test_times_that_count_from_a_start_get_one(tmp_path: Path) -> None:
    rows = "".join(f"u{k % 9},{'ab'[k % 2]},{k}\n" for k in range(100))
    (tmp_path / "log.csv").write_text("person,event,time\n" + rows)
    inspection = inspect(str(tmp_path / "log.csv"))
    assert (inspection.source["time_origin"], inspection.source["time_unit"]) == ("2024-01-01", "h")
    assert inspection.zone == "relative"
    assert "these days are made up" in " ".join(str(inspection).split())


def test_a_table_that_is_no_log_is_an_error_that_lists_its_columns(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("a,b\n1.5,2.5\n2.5,3.5\n")
    with pytest.raises(DataError, match=r"no column of .* looks like entity or event or time") as caught:
        inspect(str(tmp_path / "log.csv"))
    assert (
        caught.value.problems[0].hint
        == "write a funnel file that names it: source.columns.entity, event, time; columns: a (number), b (number)"
    )


def test_a_draft_names_the_column_that_may_say_what_a_conversion_is_worth(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = shop(tmp_path)
    assert main(["init", str(log)]) == Exit.OK
    assert "# value: {per_conversion: 100, currency: EUR}" in capsys.readouterr().out
    lines = log.read_text().splitlines()
    rows = [line + (',"1.020,00"' if "purchase" in line else ",") for line in lines[1:]]
    log.write_text("\n".join([f"{lines[0]},Umsatz (€)", *rows]))
    assert main(["init", str(log)]) == Exit.OK
    text = capsys.readouterr().out
    (tmp_path / "f.yml").write_text(text.replace("# value:", "value:"))
    assert 'property: "Umsatz (€)"' in text
    assert main(["analyze", str(tmp_path / "f.yml")]) == Exit.OK


def test_a_table_with_a_date_for_each_stage_gets_a_funnel_too(tmp_path: Path) -> None:
    pl.DataFrame(deals(1)).write_csv(tmp_path / "deals.csv")
    assert main(["init", str(tmp_path / "deals.csv"), "-o", str(tmp_path / "f.yml")]) == Exit.OK
    rows = deals(1)
    reached = [sum(row[column] is not None for row in rows) for column in ("created", "demo_date")]
    assert [stage.reached for stage in analyze(str(tmp_path / "f.yml")).stages][:2] == reached


def test_columns_of_bytes_or_without_a_name_stand_for_nobody(tmp_path: Path) -> None:
    frame = pl.read_csv(shop(tmp_path)).with_columns(raw=pl.lit(b"\xff"), took=pl.duration(hours=1))
    frame.write_parquet(tmp_path / "log.parquet")
    columns = {column.name for column in inspect(str(tmp_path / "log.parquet")).columns}
    assert columns == {"user_id", "event", "timestamp", "plan", "took"}
    (tmp_path / "quotes.csv").write_text('""\n""\n')
    pl.DataFrame().write_parquet(tmp_path / "none.parquet")
    for name in ("quotes.csv", "none.parquet"):
        with pytest.raises(DataError, match=r"no column of .* has a name"):
            inspect(str(tmp_path / name))
