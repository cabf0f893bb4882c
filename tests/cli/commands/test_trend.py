"""`growthctl trend`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from jsonschema import Draft202012Validator

from growthctl.errors import Exit
from tests.cli.project import Ran

Run = Callable[..., Ran]


def test_a_row_per_period_with_the_open_ones_marked(growthctl: Run) -> None:
    ran = growthctl("trend", "shop.yml")
    assert (ran.code, ran.err) == (Exit.OK, "")
    assert ran.out.splitlines()[:5] == [
        "shop by day (UTC)",
        "",
        "Stage   Trend First Last done Lowest Highest",
        "Cart    ··        –         –      –       –",
        "Pay     ··        –         –      –       –",
    ]
    assert ran.out.splitlines()[7:10] == [
        "Day          People Cart   Pay Overall",
        "2026-03-01 ·      3 ~67% ~100%    ~67%",
        "2026-03-02 ·      2 ~50%   ~0%     ~0%",
    ]


def test_periods_are_asked_for_by_name(growthctl: Run) -> None:
    def periods(every: str) -> list[str]:
        (found,) = json.loads(growthctl("trend", "shop.yml", "--every", every, "-f", "json").out)["trends"]
        return [period["period"] for period in found["periods"]]

    assert periods("month") == ["2026-03-01"]
    assert periods("week") == ["2026-02-23", "2026-03-02"]
    assert len(periods("hour")) == 37
    assert periods("hour")[0] == "2026-03-01T09:00"


def test_json_fits_its_schema_and_the_same_question_gives_the_same_bytes(growthctl: Run, project: Path) -> None:
    first = growthctl("trend", "shop.yml", "-o", "a.json")
    second = growthctl("trend", "shop.yml", "-f", "json")
    assert first.code == second.code == Exit.OK
    assert (project / "a.json").read_text() == second.out
    Draft202012Validator(json.loads(growthctl("schema", "trend").out)).validate(json.loads(second.out))


def test_a_range_without_entries_says_so(growthctl: Run) -> None:
    assert "Nobody entered in this log and range." in growthctl("trend", "shop.yml", "--since", "2027-01-01").out


def test_a_trend_is_a_table_of_markdown(growthctl: Run, project: Path) -> None:
    page = growthctl("trend", "shop.yml", "-f", "markdown").out
    assert page.startswith("## shop by day (UTC)\n\n| Stage | Trend | First | Last done | Lowest | Highest |")
    growthctl("trend", "shop.yml", "-o", "trend.md")
    assert (project / "trend.md").read_text() == page
