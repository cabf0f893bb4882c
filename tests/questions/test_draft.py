"""Several files of a company become one funnel that runs as it is."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from growthctl import DataError, analyze, entities
from growthctl.questions.draft import draft
from growthctl.render.funnel_file import funnel_text
from growthctl.report.inspection import Draft
from tests.questions.test_sources import FUNNEL, NAMES, Event, answer, events
from tests.questions.test_tables import HISTORY

START = datetime(2026, 3, 1, 8)
PEOPLE = 200


def write(path: Path, header: str, rows: Sequence[Sequence[object]]) -> str:
    separator = ";" if ";" in header else ","
    lines = [header, *(separator.join("" if cell is None else str(cell) for cell in row) for row in rows)]
    path.write_text("\n".join(lines) + "\n")
    return str(path)


def company(folder: Path) -> list[str]:
    """A site whose visitors give an address when they sign up, a CRM and bills that know them by it, and ads.

    Of the 200 visitors 100 sign up, 50 get a deal, 25 win it, and all of these pay.
    """
    site: list[Sequence[object]] = []
    deals: list[Sequence[object]] = []
    bills: list[Sequence[object]] = []
    for k in range(PEOPLE):
        at, mail, channel = START + timedelta(hours=7 * k), f"p{k}@shop.example", ("ads", "mail")[k // 2 % 2]
        day = at.date() + timedelta(days=1)
        site.append((f"v{k}", "visit", at, None, channel))
        if k % 2:
            site.append((f"v{k}", "sign_up", at + timedelta(minutes=9), mail, channel))
        if k % 4 == 1:
            won = day + timedelta(days=3) if k % 8 == 1 else None
            deals.append((1000 + k, mail, day, day + timedelta(days=1), won, ("kim", "lee", "ann")[k % 3]))
        if k % 8 == 1:
            bills.append(
                (f"in{k}", mail, f"{day + timedelta(days=5):%d.%m.%Y}", "1.020,00" if k % 16 == 1 else "99,50")
            )
    costs = [(START.date() + timedelta(days=k), "brand", f"c{k % 3}", 10 + k, 5) for k in range(60)]
    return [
        write(folder / "web.csv", "visitor_id,event,time,email,channel", site),
        write(folder / "crm.csv", "deal_id,email,created,demo,won,owner", deals),
        write(folder / "billing.csv", "invoice_no;customer_email;paid_on;amount", bills),
        write(folder / "ads.csv", "day,campaign,campaign_id,clicks,cost", costs),
    ]


def keys(drafted: Draft) -> dict[str, dict[str, Any]]:
    return {source.name: source.keys for source in drafted.sources}


def written(folder: Path, drafted: Draft) -> str:
    """The file of the draft; without its window, which is at most a third of what a log covers."""
    (folder / "company.yml").write_text(funnel_text(drafted.model_copy(update={"window": None}), "company", str))
    return str(folder / "company.yml")


def test_the_files_of_a_company_become_one_funnel_that_runs(tmp_path: Path) -> None:
    drafted = draft(company(tmp_path))
    assert keys(drafted) == {
        "web": {
            "identity": {"anonymous": "visitor_id", "known": "email"},
            "columns": {"event": "event", "time": "time"},
        },
        "crm": {
            "stage_dates": {"created": "created", "demo": "demo", "won": "won"},
            "columns": {"entity": "email"},
        },
        "billing": {"event": "billing", "columns": {"entity": "customer_email", "time": "paid_on"}},
    }
    assert drafted.left_out == [str(tmp_path / "ads.csv")]
    assert [(source.entities, source.shared) for source in drafted.sources] == [(200, 50), (50, 50), (25, 25)]
    assert (drafted.segments, drafted.amount, drafted.rows) == (["channel"], "amount", 450)
    analysis = analyze(written(tmp_path, drafted))
    assert [(stage.name, stage.reached) for stage in analysis.stages] == [
        ("visit", 200),
        ("sign-up", 100),
        ("demo", 50),
        ("billing", 25),
    ]


@pytest.mark.parametrize("seed", range(4))
def test_a_log_in_parts_by_event_gives_a_funnel_that_says_what_the_log_says(tmp_path: Path, seed: int) -> None:
    rng, log = random.Random(seed), events(seed)
    count = rng.randint(2, 4)
    by_event = {name: rng.randrange(count) for name in sorted({event["event"] for event in log})}
    parts: list[list[Event]] = [[] for _ in range(count)]
    for event in log:
        parts[by_event[event["event"]]].append(event)
    paths = [part_of(tmp_path, number, part) for number, part in enumerate(parts) if part]
    drafted = draft(paths, NAMES)
    funnel = {**yaml.safe_load(funnel_text(drafted, "funnel", str)), "timezone": "Europe/Berlin"}
    assert len(drafted.sources or [drafted]) == len(paths)
    for source in funnel.get("sources", {}).values():
        source["as_of"] = "2027-01-01"  # one event alone may well have ended, which the log as a whole has not
    own = {"stages": funnel["stages"], "window": drafted.window, "segments": drafted.segments, "name": "funnel"}
    assert answer(funnel) == answer(FUNNEL | own, pl.DataFrame(log, infer_schema_length=None))


def part_of(folder: Path, number: int, part: list[Event]) -> str:
    """A part of the log as a file with names and a format of its own."""
    columns = [
        ("user_id", "event", "timestamp"), ("customer", "action", "created_at"),
        ("person_id", "activity", "date"), ("Kunden-Nr.", "eventType", "Datum"),
    ][number]  # fmt: skip
    names = dict(zip(("user_id", "event", "timestamp"), columns, strict=True))
    rows = [{names.get(key, key): value for key, value in event.items()} for event in part]
    path = folder / f"part{number}.{('csv', 'parquet', 'ndjson', 'csv')[number]}"
    if path.suffix == ".ndjson":
        path.write_text("".join(json.dumps(row, default=lambda at: at.isoformat()) + "\n" for row in rows))
    elif path.suffix == ".parquet":
        pl.DataFrame(rows, infer_schema_length=None).write_parquet(path)
    else:
        text = [
            {name: value.isoformat() if name == columns[2] else value for name, value in row.items()} for row in rows
        ]
        pl.DataFrame(text, infer_schema_length=None).write_csv(path)
    return str(path)


@pytest.mark.parametrize("split", ["months", "more columns"])
def test_parts_of_one_log_stay_one_source(tmp_path: Path, split: str) -> None:
    log = pl.DataFrame(events(3), infer_schema_length=None).sort("timestamp")
    paths = [str(tmp_path / "log-01.csv"), str(tmp_path / "log-02.csv")]
    log[:300].write_csv(paths[0])
    (log[300:].with_columns(note=pl.lit("x")) if split == "more columns" else log[300:]).write_csv(paths[1])
    drafted = draft(paths, NAMES)
    assert (drafted.sources, drafted.paths) == ([], paths)
    stages = yaml.safe_load(funnel_text(drafted, "f", str))["stages"]
    assert answer(yaml.safe_load(funnel_text(drafted, "f", str))) == answer(
        {"name": "f", "stages": stages, "window": drafted.window, "segments": drafted.segments}, log
    )


def test_an_event_of_two_sources_is_that_of_the_one_in_which_most_have_it(tmp_path: Path) -> None:
    site = [(f"u{k}", event, f"2026-03-0{k + 1} 10:00") for k in range(8) for event in ("visit", "demo")[: 1 + k % 2]]
    crm = [(f"u{k}", event, f"2026-03-1{k}") for k in range(8) for event in ("demo", "won")[: 1 + k // 6]]
    paths = [
        write(tmp_path / "site.csv", "user,event,at", site),
        write(tmp_path / "crm.csv", "user_id,activity,created_at", crm),
    ]
    drafted = draft(paths, ["visit", "demo", "won"])
    assert [(stage.event, stage.source, stage.entities) for stage in drafted.stages] == [
        ("visit", None, 8),
        ("demo", "crm", 8),
        ("won", None, 2),
    ]
    assert [stage.reached for stage in analyze(written(tmp_path, drafted)).stages] == [8, 8, 2]


def test_a_file_whose_header_is_two_sources_says_who_is_who(tmp_path: Path) -> None:
    visits = [
        (f"v{k}", event, f"2026-03-0{k + 1} 1{n}:00") for k in range(8) for n, event in enumerate(("visit", "call"))
    ]
    paths = [
        write(tmp_path / "site.csv", "user_id,event,timestamp", visits),
        write(
            tmp_path / "crm.csv",
            "id,email,created,won",
            [(k, f"p{k}@x.example", "2026-03-20", "2026-03-21") for k in range(5)],
        ),
        write(tmp_path / "who.csv", "crm,site", [(f"p{k}@x.example", f"v{k}") for k in range(4)]),
    ]
    drafted = draft(paths, ["visit", "won"])
    assert drafted.links == [paths[2]]
    assert keys(drafted)["crm"]["columns"] == {"entity": "email"}
    assert [(source.entities, source.shared) for source in drafted.sources] == [(8, 4), (5, 4)]
    assert entities(written(tmp_path, drafted), stage="won")["entity"].to_list() == ["v0", "v1", "v2", "v3"]


def test_the_history_of_stages_of_a_crm_is_read_as_such(tmp_path: Path) -> None:
    header = "Id,OpportunityId,Field,OldValue,NewValue,CreatedDate"
    rows = [(k, who, "StageName", "", stage, at) for k, (who, stage, at, _) in enumerate(HISTORY)]
    rows.append((9, "006B", "Amount", "", "Demo", "2026-03-22T09:00:00Z"))
    leads = [("006A", "ad", "2026-02-01"), ("006B", "ad", "2026-02-02"), ("006B", "call", "2026-02-03")]
    paths = [
        write(tmp_path / "history.csv", header, rows),
        write(tmp_path / "leads.csv", "lead_id,event,timestamp", leads),
    ]
    drafted = draft(paths, ["ad", "Prospecting", "Demo"])
    assert keys(drafted)["history"] == {"stage_history": {}, "filter": {"Field": "StageName"}}
    assert [stage.reached for stage in analyze(written(tmp_path, drafted)).stages] == [2, 2, 1]


def test_ids_that_are_numbers_of_different_things_are_doubted(tmp_path: Path) -> None:
    visits = [(k, event, "2026-03-01") for k in range(30) for event in ("visit", "call")]
    deals = [(k, "2026-03-02", "2026-03-03") for k in range(10)]
    paths = [
        write(tmp_path / "site.csv", "visitor_id,event,timestamp", visits),
        write(tmp_path / "crm.csv", "deal_id,created,won", deals),
    ]
    assert [source.in_doubt for source in draft(paths).sources] == [[], ["site"]]
    write(tmp_path / "crm.csv", "visitor_id,created,won", deals)
    assert [source.in_doubt for source in draft(paths).sources] == [[], []]


def test_sources_that_know_nobody_of_each_other_say_so(tmp_path: Path) -> None:
    paths = company(tmp_path)[:2]
    write(tmp_path / "crm.csv", "deal,created,won", [(f"d{k}", "2026-03-02", "2026-03-03") for k in range(10)])
    drafted = draft(paths)
    assert [(source.entities, source.shared, source.strangers) for source in drafted.sources] == [
        (200, 0, 10),
        (10, 0, 200),
    ]
    text = funnel_text(drafted, "f", str)
    assert "# Only 0 of its 10 ids are in another source. Name a" in text
    analyze(written(tmp_path, drafted))


def test_a_list_of_things_with_a_status_is_one_event(tmp_path: Path) -> None:
    visits = [(f"u{k}", event, "2026-03-01") for k in range(30) for event in ("visit", "call")]
    orders = [(f"o{k}", f"u{k // 2}", ("paid", "open")[k % 2], "2026-03-02") for k in range(20)]
    paths = [
        write(tmp_path / "site.csv", "user_id,event,timestamp", visits),
        write(tmp_path / "orders.csv", "order_id,user_id,status,placed_at", orders),
    ]
    drafted = draft(paths)
    assert keys(drafted)["orders"] == {"event": "orders", "columns": {"entity": "user_id", "time": "placed_at"}}
    assert drafted.sources[1].may_say_what == "status"
    assert [stage.reached for stage in analyze(written(tmp_path, drafted)).stages][-1] == 10


@pytest.mark.parametrize(
    ("name", "content", "message", "hint"),
    [
        ("who.csv", "crm,sites\n1,2\n", r"no column of .*who\.csv looks like entity or", "two of these: site"),
        ("more.csv", "", r"more\.csv is empty", "nothing to read"),
        ("gone.csv", None, r"no such file: .*gone\.csv", "looked in"),
        ("soon.csv", "user,event,at\nu1,won,soon\nu2,won,later\n", r"soon\.csv looks like time", "names it"),
        ("bad.csv", "user,event,date\nu1,a,01/02/2026\nu2,b,03/02/2026\n", r"bad\.csv has no usable row", "day-first"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_is_named(
    tmp_path: Path, name: str, content: str | None, message: str, hint: str
) -> None:
    site = write(
        tmp_path / "site.csv", "user_id,event,timestamp", [("u1", "visit", "2026-03-01"), ("u2", "a", "2026-03-02")]
    )
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(DataError, match=message) as caught:
        draft([site, str(tmp_path / name)])
    assert hint in str(caught.value.problems[0].hint)


def test_lists_with_the_same_columns_are_events_by_their_names_and_parts_of_a_list_one(tmp_path: Path) -> None:
    visits = [(f"u{k}", event, "2026-03-01") for k in range(30) for event in ("visit", "call")]
    paths = [write(tmp_path / "site.csv", "user_id,event,timestamp", visits)]
    for name, people in (("carts-01", range(9)), ("carts-02", range(9, 20)), ("orders", range(5))):
        rows = [(f"u{k}", f"2026-03-0{k % 9 + 1}") for k in people]
        paths.append(write(tmp_path / f"{name}.csv", "user,at", rows))
    drafted = draft(paths)
    assert [(source.name, source.keys.get("event"), source.entities) for source in drafted.sources] == [
        ("site", None, 30),
        ("carts", "carts", 20),
        ("orders", "orders", 5),
    ]
    assert [stage.reached for stage in analyze(written(tmp_path, drafted)).stages] == [30, 20, 5]


def test_counts_alone_are_no_funnel(tmp_path: Path) -> None:
    costs = [(f"2026-03-{k:02}", "brand", 10 + k) for k in range(1, 20)]
    paths = [write(tmp_path / f"{name}.csv", f"day,{name},clicks", costs) for name in ("campaign", "advert")]
    with pytest.raises(DataError, match=r"campaign\.csv, .*advert\.csv only count by day: nobody can be followed"):
        draft(paths)


def test_files_of_other_formats_and_encodings_become_sources_too(tmp_path: Path) -> None:
    paths = company(tmp_path)
    pl.read_csv(paths[1]).write_parquet(tmp_path / "crm.parquet")
    umlauts = Path(paths[2]).read_text().replace("customer_email", "Käufer-Email")
    Path(paths[2]).write_bytes(umlauts.encode("cp1252"))
    drafted = draft([paths[0], str(tmp_path / "crm.parquet"), paths[2]])
    assert keys(drafted)["billing"]["encoding"] == "cp1252"
    assert keys(drafted)["billing"]["columns"]["entity"] == "Käufer-Email"
    assert [stage.reached for stage in analyze(written(tmp_path, drafted)).stages] == [200, 100, 50, 25]


def test_a_line_that_cannot_be_read_costs_itself_also_where_a_source_says_who_is_who(tmp_path: Path) -> None:
    calls = [
        {
            "anonymousId": f"a{k}",
            "userId": f"u{k}",
            "event": "call",
            "messageId": f"m{k}",
            "timestamp": "2026-03-01T00:00Z",
        }
        for k in range(200)
    ]
    (tmp_path / "calls.ndjson").write_text("\n".join([*map(json.dumps, calls), '{"anonymousId": "a']))
    orders = write(tmp_path / "orders.csv", "user_id,at", [(f"u{k}", "2026-03-02") for k in range(50)])
    drafted = draft([str(tmp_path / "calls.ndjson"), orders])
    assert keys(drafted)["calls"] == {"preset": "segment"}
    analysis = analyze(written(tmp_path, drafted))
    assert [stage.reached for stage in analysis.stages] == [200, 50]
    assert analysis.data.rows_rejected.unreadable == 1


def test_the_order_of_rows_changes_nothing(tmp_path: Path) -> None:
    paths = company(tmp_path)
    first = funnel_text(draft(paths), "f", str)
    for path in map(Path, paths):
        header, *rows = path.read_text().splitlines()
        path.write_text("\n".join([header, *reversed(rows)]) + "\n")
    assert funnel_text(draft(paths), "f", str) == first


def test_the_sample_company_gets_the_sources_that_people_wrote_for_it() -> None:
    folder = Path(__file__).parents[2] / "sample_data/company"
    drafted = draft([str(folder / f"{name}.csv") for name in ("site", "crm", "billing", "customers", "ads")])
    own = yaml.safe_load((folder.parents[1] / "funnels/company.yml").read_text())["sources"]
    assert keys(drafted)["site"] == {key: own["site"][key] for key in ("columns", "identity")}
    assert keys(drafted)["crm"]["columns"] == own["crm"]["columns"]
    assert keys(drafted)["billing"]["columns"] == own["billing"]["columns"]
    assert drafted.links == [str(folder / "customers.csv")]
    assert [stage.event for stage in drafted.stages] == ["landing", "form_sent", "Demo", "Won", "billing"]
