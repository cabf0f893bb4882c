"""One funnel over several logs says what it says of all their events in one."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from growthctl import DataError, SpecError, UsageError, analyze, entities, explain, trend

START = datetime(2026, 3, 1, tzinfo=UTC)
NAMES = ("visit", "signup", "demo", "paid")
STAGES = [{"name": name, "event": name} for name in NAMES]
VISIT = {"name": "visit", "event": "visit"}
FUNNEL: dict[str, Any] = {"stages": STAGES, "window": "10d", "segments": ["plan"], "timezone": "Europe/Berlin"}
Event = dict[str, Any]


def events(seed: int) -> list[Event]:
    rng = random.Random(seed)
    log = []
    for person in range(150):
        at = START + timedelta(seconds=rng.randrange(40 * 86_400))
        plan = rng.choice(["free", "pro", None])
        for name in rng.choices([*NAMES, "help"], k=rng.randrange(1, 9)):
            log.append(
                {"user_id": f"u{person}", "event": name, "timestamp": at, "plan": plan, "amount": rng.randrange(9)}
            )
            at += timedelta(seconds=rng.randrange(3 * 86_400))
    rng.shuffle(log)
    return log


def written(folder: Path, number: int, part: list[Event], rng: random.Random) -> dict[str, Any]:
    """A part of the log as a file with names, a format and clocks of its own, and the source that reads it."""
    who, what, when = (f"{name}{number}" for name in ("who", "what", "when"))
    columns = {"entity": who, "event": what, "time": when}
    names = {"user_id": who, "event": what, "timestamp": when}
    rows = [{names.get(key, key): value for key, value in event.items()} for event in part]
    kind = rng.choice(["csv", "csv.gz", "parquet", "ndjson", "naive"])
    path = folder / f"part{number}.{'parquet' if kind == 'naive' else kind}"
    if kind == "ndjson":
        path.write_text("".join(json.dumps({**row, when: row[when].timestamp()}) + "\n" for row in rows))
    elif kind == "naive":
        berlin = [{**row, when: row[when].astimezone(ZoneInfo("Europe/Berlin")).replace(tzinfo=None)} for row in rows]
        pl.DataFrame(berlin, infer_schema_length=None).write_parquet(path)
    elif kind == "parquet":
        pl.DataFrame(rows, infer_schema_length=None).write_parquet(path)
    else:
        zone = ZoneInfo(rng.choice(["UTC", "America/New_York", "Asia/Kathmandu"]))
        local = [{**row, when: row[when].astimezone(zone).isoformat()} for row in rows]
        frame = pl.DataFrame(local, infer_schema_length=None)
        frame.lazy().sink_csv(path, separator=";", compression="gzip" if kind == "csv.gz" else "uncompressed")
    return {"path": str(path), "columns": columns}


def answer(funnel: dict[str, Any], log: Any = None) -> dict[str, Any]:
    content = analyze(funnel, log).to_dict()
    del content["funnel"]["entity"], content["sources"]
    # People who never visit are in some source, and not linked to it as it seems.
    findings = content["health"]["findings"]
    content["health"]["findings"] = [finding for finding in findings if finding["code"] != "unlinked"]
    advice = content["recommendations"]
    content["recommendations"] = [
        item for item in advice if item["lever"] not in ("link_the_systems", "check_tracking")
    ]
    return content


@pytest.mark.parametrize("seed", range(12))
def test_a_log_in_parts_says_what_the_whole_log_says(tmp_path: Path, seed: int) -> None:
    rng, log = random.Random(seed), events(seed)
    count = rng.randint(1, 4)
    by_event = {name: rng.randrange(count) for name in sorted({event["event"] for event in log})}
    by_chance = [rng.randrange(count) for _ in log]
    is_split_by_event = seed % 2 == 0
    parts: list[list[Event]] = [[] for _ in range(count)]
    for event, chance in zip(log, by_chance, strict=True):
        parts[by_event[event["event"]] if is_split_by_event else chance].append(event)
    sources = {f"s{k}": written(tmp_path, k, part, rng) for k, part in enumerate(parts) if part}
    stages = [
        stage | ({"source": f"s{by_event[stage['event']]}"} if is_split_by_event and stage["event"] in by_event else {})
        for stage in STAGES
    ]
    value = {"value": {"property": "amount"}}
    flat = answer(FUNNEL | value, pl.DataFrame(log, infer_schema_length=None))
    assert answer(FUNNEL | value | {"stages": stages, "sources": sources}) == flat


def project(tmp_path: Path) -> dict[str, Any]:
    (tmp_path / "site.ndjson").write_text(
        '{"who": "7", "event": "visit", "at": "2026-03-01T10:00:00Z", "props": {"utm": "ads"}}\n'
        '{"who": "8", "event": "visit", "at": "2026-03-02T10:00:00Z", "props": {"utm": "mail"}}\n'
        '{"who": "8", "event": "paid", "at": "2026-03-02T11:00:00Z"}\n'
    )
    deals = str(tmp_path / "deals.parquet")
    pl.DataFrame({"customer": [7, 8], "won": ["2026-03-09", None]}).write_parquet(deals)
    return {
        "sources": {
            "site": {"path": str(tmp_path / "site.ndjson"), "columns": {"entity": "who", "time": "at"}},
            "crm": {"path": deals, "columns": {"entity": "customer"}, "stage_dates": {"paid": "won"}},
        },
        "stages": [{"name": "visit", "event": "visit"}, {"name": "won", "event": "paid", "source": "crm"}],
        "segments": ["props.utm"],
    }


def test_a_stage_takes_the_event_of_its_source_only(tmp_path: Path) -> None:
    funnel = project(tmp_path)
    assert entities(funnel, stage="won")["entity"].to_list() == ["7"]
    del funnel["stages"][1]["source"]
    assert entities(funnel, stage="won")["entity"].to_list() == ["7", "8"]


def test_every_question_reads_all_sources(tmp_path: Path) -> None:
    funnel = project(tmp_path)
    events = explain(funnel, entity="7").events
    assert [(event.event, event.source) for event in events] == [("visit", "site"), ("paid", "crm")]
    assert [period.stages[1].reached for period in trend(funnel, every="day").periods][:2] == [1, 0]
    assert [segment.values for segment in analyze(funnel).segments] == [["ads"], ["mail"]]


def test_a_line_that_cannot_be_read_costs_itself_and_names_its_file(tmp_path: Path) -> None:
    funnel = project(tmp_path)
    with (tmp_path / "site.ndjson").open("a") as file:
        file.write('{"who": "9", "ev\n')
    with pytest.raises(DataError, match=r"site\.ndjson: 1 of 4 rows broken \(25%\); the first: site\.ndjson:4"):
        analyze(funnel)
    funnel["sources"]["site"]["max_bad"] = 0.5
    analysis = analyze(funnel)
    assert (analysis.stages[0].reached, analysis.data.rows_rejected.unreadable) == (2, 1)
    assert "site.ndjson:4" in str(analysis.warnings[0].hint)


def billed(tmp_path: Path, amounts: list[str], **keys: Any) -> dict[str, Any]:
    rows = [json.dumps({"user_id": f"u{k}", "event": "visit", "timestamp": "2026-03-01"}) for k in range(200)]
    (tmp_path / "site.ndjson").write_text("\n".join([*rows, '{"user_id": "u9", "ev']))
    paid = "".join(f'u{k},2026-03-02,"{amount}"\n' for k, amount in enumerate(amounts))
    (tmp_path / "paid.csv").write_text("user_id,timestamp,amount\n" + paid)
    return {
        "sources": {
            "site": {"path": str(tmp_path / "site.ndjson")},
            "billing": {"path": str(tmp_path / "paid.csv"), "event": "paid", **keys},
        },
        "stages": [VISIT, {"name": "paid", "event": "paid", "where": "amount > 1000"}],
    }


def test_amounts_of_a_source_are_settled_also_where_a_line_of_another_cannot_be_read(tmp_path: Path) -> None:
    analysis = analyze(billed(tmp_path, ["1,020.00", "20"]))
    assert [stage.reached for stage in analysis.stages] == [200, 1]
    assert not [warning for warning in analysis.warnings if warning.code == "not_a_number"]


@pytest.mark.parametrize(("decimal", "reached"), [(".", 1), (",", 0)])
def test_each_source_may_say_which_sign_is_the_decimal_one(tmp_path: Path, decimal: str, reached: int) -> None:
    assert analyze(billed(tmp_path, ["1,020", "20"], decimal=decimal)).stages[1].reached == reached


def test_what_no_source_has_is_an_error_that_lists_what_they_have(tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match=r"none of .*site\.ndjson, .*deals\.parquet has a column .props\.utn."
    ) as caught:
        analyze(project(tmp_path) | {"segments": ["props.utn"]})
    assert "customer, won" in str(caught.value.problems[0].hint)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"source": {"path": "a.csv"}}, "source: give either source or sources"),
        ({"stages": [{"name": "a", "event": "a", "source": "crn"}]}, "there is no source 'crn'; did you mean 'crm'"),
        ({"sources": {"a b": {"path": "a.csv"}}}, "is not a slug"),
        ({"sources": {"crm": {}}}, "the source 'crm' has no path"),
        ({"sources": {"crm": {"path": "a.csv", "colums": {}}}}, "unknown key 'colums'; did you mean 'columns'"),
    ],
)
def test_sources_that_cannot_be_are_refused(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(SpecError, match=message):
        analyze(project(tmp_path) | changes)


def linked(tmp_path: Path, links: str, **changes: Any) -> dict[str, Any]:
    """A site with visitors v1 … v6, and a CRM that calls them by numbers: the deal 1 is of v1."""
    days = [f"2026-03-0{k}" for k in range(1, 7)]
    visits = pl.DataFrame({"user_id": [f"v{k}" for k in range(1, 7)], "event": ["visit"] * 6, "timestamp": days})
    visits.write_csv(tmp_path / "site.csv")
    pl.DataFrame({"deal": [1, 2, 3, 4], "won": ["2026-03-08"] * 4}).write_csv(tmp_path / "crm.csv")
    (tmp_path / "links.csv").write_text(links)
    return {
        "sources": {
            "site": {"path": str(tmp_path / "site.csv")},
            "crm": {"path": str(tmp_path / "crm.csv"), "columns": {"entity": "deal"}, "stage_dates": {"won": "won"}},
        },
        "identity": {"links": str(tmp_path / "links.csv")},
        "stages": [{"name": "visit", "event": "visit"}, {"name": "won", "event": "won"}],
        **changes,
    }


def test_ids_of_one_source_are_those_of_another_as_a_file_links_them(tmp_path: Path) -> None:
    funnel = linked(tmp_path, "crm,site\n1,v1\n2,v2\n3,v3\n4,v6\n")
    assert entities(funnel, stage="won")["entity"].to_list() == ["v1", "v2", "v3", "v6"]
    assert analyze(funnel).warnings[0].code == "no_window"


def test_an_id_without_a_link_is_nobody_of_the_other_source_whatever_it_is_called(tmp_path: Path) -> None:
    funnel = linked(tmp_path, "crm,site\n1,v1\n,v2\n")
    (tmp_path / "site.csv").write_text("user_id,event,timestamp\nv1,visit,2026-03-01\n2,visit,2026-03-01\n")
    analysis = analyze(funnel)
    assert [stage.reached for stage in analysis.stages] == [2, 1]
    (finding,) = [finding for finding in analysis.health.findings if finding.code == "unlinked"]
    assert (finding.source, finding.observed, finding.share) == ("crm", 3, 0.75)
    (finding,) = analyze({**funnel, "entry": "any_stage"}).health.findings
    assert (finding.code, finding.missing_conversions) == ("unlinked", 0)


def test_an_id_that_is_linked_to_several_is_the_first_and_counted(tmp_path: Path) -> None:
    funnel = linked(tmp_path, "crm,site\n1,v2\n1,v1\n1,v2\n2,v3\n3,v4\n4,v5\n")
    assert entities(funnel, stage="won")["entity"].to_list() == ["v2", "v3", "v4", "v5"]
    messages = [warning.message for warning in analyze(funnel).warnings if warning.code == "links_disagree"]
    assert messages == [f"{tmp_path}/links.csv: 1 id of 'crm' is linked to several; the first link counts"]


def test_links_lead_on_from_source_to_source(tmp_path: Path) -> None:
    funnel = linked(tmp_path, "crm,site\n1,v1\n2,v2\n3,v3\n4,v4\n")
    (tmp_path / "bill.csv").write_text("invoice,paid\nA,2026-03-20\nB,2026-03-21\nC,2026-03-22\n")
    (tmp_path / "more.csv").write_text("billing,crm\nA,1\nB,3\n")
    billing = {"path": str(tmp_path / "bill.csv"), "event": "paid", "columns": {"entity": "invoice", "time": "paid"}}
    funnel["sources"]["billing"] = billing
    funnel["identity"]["links"] = [str(tmp_path / "links.csv"), str(tmp_path / "more.csv")]
    funnel["stages"].append({"name": "paid", "event": "paid"})
    assert entities(funnel, stage="paid")["entity"].to_list() == ["v1", "v3"]


@pytest.mark.parametrize(
    ("links", "message"),
    [
        (
            "crn,site\n1,v1\n",
            r"links\.csv is crn, site, not the names of two sources; did you mean 'crm'",
        ),
        ("crm\n1\n", "is crm, not the names of two sources"),
        ("crm,crm\n1,2\n", "not the names of two sources"),
    ],
)
def test_a_file_of_links_has_the_names_of_two_sources_above_it(tmp_path: Path, links: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        analyze(linked(tmp_path, links))


def test_links_in_a_circle_are_refused(tmp_path: Path) -> None:
    funnel = linked(tmp_path, "crm,site\n1,v1\n")
    (tmp_path / "back.csv").write_text("site,crm\nv1,1\n")
    funnel["identity"]["links"] = [str(tmp_path / "links.csv"), str(tmp_path / "back.csv")]
    with pytest.raises(DataError, match="the links go in a circle: crm → site → crm"):
        analyze(funnel)


def test_a_log_given_for_several_sources_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="reads 2 sources, and --data does not say which one it is"):
        analyze(project(tmp_path), str(tmp_path / "site.ndjson"))


def test_three_files_one_a_stage_say_what_the_joined_log_says(tmp_path: Path) -> None:
    times = {"visits": [1, 2, 3, 4, 5, 6], "carts": [2, 3, 4, 9], "orders": [3, 9, 1]}
    people = {"visits": "abcdef", "carts": "abcx", "orders": "axd"}
    for name, days in times.items():
        rows = "".join(f"{who},2026-03-{day:02}\n" for who, day in zip(people[name], days, strict=True))
        (tmp_path / f"{name}.csv").write_text("user,at\n" + rows)
    columns = {"entity": "user", "time": "at"}
    stages = [{"name": name, "event": name} for name in times]
    sources = {name: {"path": str(tmp_path / f"{name}.csv"), "event": name, "columns": columns} for name in times}
    log = pl.DataFrame(
        [
            (who, name, f"2026-03-{day:02}")
            for name in times
            for who, day in zip(people[name], times[name], strict=True)
        ],
        schema=["user", "event", "at"],
        orient="row",
    )
    flat = analyze({"source": {"columns": columns}, "stages": stages}, log)
    analysis = analyze({"sources": sources, "stages": stages})
    assert [stage.reached for stage in analysis.stages] == [6, 3, 1]
    assert analysis.stages == flat.stages
