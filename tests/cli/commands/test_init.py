"""`growthctl init` of several files."""

from __future__ import annotations

from pathlib import Path

import pytest

from growthctl import analyze
from growthctl.cli.main import main
from growthctl.errors import Exit
from tests.questions.test_draft import company, write


def test_several_files_become_sources_of_a_funnel_that_runs_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    company(tmp_path)
    (tmp_path / "funnels").mkdir()
    monkeypatch.chdir(tmp_path)
    names = ["web.csv", "crm.csv", "billing.csv", "ads.csv"]
    assert main(["init", *names, "-o", "funnels/company.yml"]) == Exit.OK
    assert "4 stages. Next: growthctl analyze funnels/company.yml" in capsys.readouterr().err
    text = (tmp_path / "funnels/company.yml").read_text()
    assert "    path: ../billing.csv\n" in text
    assert "# Left out: ads.csv. It counts by day, and says of nobody what they did: see counted.\n" in text
    assert main(["analyze", "funnels/company.yml"]) == Exit.OK
    assert [stage.reached for stage in analyze("funnels/company.yml").stages] == [200, 100, 50, 25]


def test_several_files_with_the_same_columns_stay_one_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for day in (1, 2):
        rows = [(f"u{k}", event, f"2026-03-0{day}") for k in range(9) for event in ("visit", "paid")[: 1 + k % 2]]
        write(tmp_path / f"day{day}.csv", "user_id,event,timestamp", rows)
    assert main(["init", "day1.csv", "day2.csv"]) == Exit.OK
    assert "source:\n  path: [day1.csv, day2.csv]\n  columns:\n" in capsys.readouterr().out


def test_a_folder_is_one_source_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    web, crm, *_ = company(tmp_path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Site Logs").mkdir()
    Path(web).rename(tmp_path / "Site Logs" / "1.csv")
    assert main(["init", "Site Logs", crm]) == Exit.OK
    first = capsys.readouterr().out
    assert "  site-logs:\n    path: Site Logs\n" in first and f"  crm:\n    path: {crm}\n" in first
    assert main(["init", "Site Logs/*.csv", crm]) == Exit.OK
    assert "  site-logs:\n" in capsys.readouterr().out


def test_a_file_that_no_funnel_can_come_of_is_named_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = [company(tmp_path)[0], write(tmp_path / "prices.csv", "plan,price", [("free", 0), ("pro", 9)])]
    assert main(["init", *paths]) == Exit.DATA
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("error: ") and "prices.csv looks like" in line
