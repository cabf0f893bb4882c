"""`growthctl who`: as many rows as `analyze` counts."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from growthctl.errors import Exit
from tests.cli.project import HELPED, REFUSED, Ran, write_project

Run = Callable[..., Ran]


def rows(ran: Ran) -> list[dict[str, str]]:
    return list(csv.DictReader(ran.out.splitlines()))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"count": "attempts"},
        {"count": "sessions", "session_gap": "2h"},
        {"order": "any"},
        {"order": "strict"},
        HELPED,
        REFUSED,
        {"entry": "first"},
        {"entry": "any_stage"},
    ],
    ids=lambda changes: "-".join(map(str, changes)) or "plain",
)
def test_every_number_of_the_table_is_a_list_of_that_length(
    growthctl: Run, project: Path, changes: dict[str, Any]
) -> None:
    write_project(project, **changes)
    (analysis,) = json.loads(growthctl("analyze", "shop.yml", "-f", "json").out)["analyses"]
    for stage in analysis["stages"]:
        asked = ("who", "shop.yml", "--stage", stage["name"])
        assert len(rows(growthctl(*asked, "--reached"))) == stage["reached"]
        assert len(rows(growthctl(*asked, "--dropped"))) == stage["dropped"]
        if stage["entered_here"] is not None:
            assert len(rows(growthctl(*asked, "--entered-here"))) == stage["entered_here"]
            assert len(rows(growthctl(*asked, "--came-through"))) == (stage["came_through"] or 0)


def test_a_row_says_who_and_when_each_stage_was_reached(growthctl: Run) -> None:
    ran = growthctl("who", "shop.yml", "--stage", "cart")
    assert ran == growthctl("who", "shop.yml", "--stage", "cart", "--reached")
    assert (ran.code, ran.err) == (Exit.OK, "")
    assert ran.out.splitlines()[:3] == [
        "entity,entry_at,visit,cart,pay",
        "ada,2026-03-01T09:00:00Z,2026-03-01T09:00:00Z,2026-03-01T09:05:00Z,2026-03-01T09:10:00Z",
        "bob,2026-03-01T10:00:00Z,2026-03-01T10:00:00Z,2026-03-01T10:01:00Z,2026-03-01T10:03:00Z",
    ]


def test_ndjson_is_an_object_a_line_with_null_for_what_was_not_reached(growthctl: Run) -> None:
    lines = growthctl("who", "shop.yml", "--stage", "cart", "--dropped", "-f", "ndjson").out.splitlines()
    assert [json.loads(line) for line in lines] == [
        {
            "entity": "cleo",
            "entry_at": "2026-03-01T11:00:00Z",
            "visit": "2026-03-01T11:00:00Z",
            "cart": None,
            "pay": None,
        }
    ]


def test_parquet_needs_a_file(growthctl: Run, project: Path) -> None:
    refused = growthctl("who", "shop.yml", "--stage", "cart", "-f", "parquet")
    assert (refused.code, refused.out) == (Exit.USAGE, "")
    assert "it needs a file" in refused.err
    assert growthctl("who", "shop.yml", "--stage", "cart", "-o", "who.parquet").out == ""
    frame = pl.read_parquet(project / "who.parquet")
    assert frame["entity"].to_list() == ["ada", "bob", "eve"]
    assert frame.schema["pay"] == pl.Datetime("us", "UTC")


def test_a_workbook_has_the_list_and_reads_as_a_log(growthctl: Run, project: Path) -> None:
    assert growthctl("who", "shop.yml", "--stage", "cart", "-o", "who.xlsx").code == Exit.OK
    frame = pl.read_excel(project / "who.xlsx")
    assert frame["entity"].to_list() == ["ada", "bob", "eve"]
    assert frame.schema["pay"].is_temporal()
    same = growthctl("who", "shop.yml", "--stage", "cart", "-f", "xlsx", "-o", "same.out")
    assert (same.code, (project / "same.out").read_bytes()) == (Exit.OK, (project / "who.xlsx").read_bytes())


def test_without_the_extra_a_workbook_is_one_line_and_exit_code_4(
    growthctl: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    ran = growthctl("who", "shop.yml", "--stage", "cart", "-o", "who.xlsx")
    assert (int(ran.code), ran.out, (project / "who.xlsx").exists()) == (4, "", False)
    assert ran.err == (
        "error: to write a workbook needs the extra 'excel', which is not installed "
        "(pip install 'growthctl-funnel[excel]')\n"
    )


@pytest.mark.parametrize(
    ("name", "first"), [("who.csv", "entity,"), ("who.ndjson", '{"entity"'), ("who.txt", "entity,")]
)
def test_the_file_s_name_decides_the_format(growthctl: Run, project: Path, name: str, first: str) -> None:
    assert growthctl("who", "shop.yml", "--stage", "cart", "-o", name).code == Exit.OK
    assert (project / name).read_text().startswith(first)


def test_a_name_that_is_a_formula_is_defused_in_csv_only(growthctl: Run, project: Path) -> None:
    (project / "log.csv").write_text('user_id,event,timestamp,device\n"=1+1",visit,2026-03-01,\n')
    assert rows(growthctl("who", "shop.yml", "--stage", "visit"))[0]["entity"] == "'=1+1"
    line = growthctl("who", "shop.yml", "--stage", "visit", "-f", "ndjson").out
    assert json.loads(line)["entity"] == "=1+1"


def test_a_range_restricts_the_list_like_the_table(growthctl: Run) -> None:
    assert [
        row["entity"] for row in rows(growthctl("who", "shop.yml", "--stage", "visit", "--since", "2026-03-02"))
    ] == [
        "ada",
        "eve",
    ]


def test_times_are_local_on_request(growthctl: Run, project: Path) -> None:
    (project / "shop.yml").write_text("timezone: Asia/Kathmandu\n" + (project / "shop.yml").read_text())
    utc, local = (
        growthctl("who", "shop.yml", "--stage", "visit", *more).out.splitlines()[1].split(",")[1]
        for more in ((), ("--local-times",))
    )
    assert (utc[-1], local[-6:]) == ("Z", "+05:45")
    assert datetime.fromisoformat(utc) == datetime.fromisoformat(local)
