"""`./dev bench`: which runs write the page, what is generated when, and that a wrong answer ends it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bench import __main__ as bench
from bench.measure import Cost
from bench.phases import PHASES, Spent
from bench.workloads import WORKLOADS

BY_NAME = {workload.name: workload for workload in WORKLOADS}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Logs and the page go here; nothing is generated, checked or measured."""
    monkeypatch.setattr(bench, "DATA", tmp_path)
    monkeypatch.setattr(bench, "ROOT", tmp_path)
    monkeypatch.setattr(bench, "PAGE", tmp_path / "benchmarks.md")
    monkeypatch.setattr(bench, "check_small", lambda workload: None)
    monkeypatch.setattr(bench, "prepare", lambda *_: None)

    def measured(
        timed: Mapping[str, Sequence[str]],
        once: Mapping[str, Sequence[str]],
        runs: int,
        check: Callable[[Mapping[str, str]], None],
    ) -> dict[str, list[Cost]]:
        return {name: [Cost(1, 1, 1)] * runs for name in timed}

    monkeypatch.setattr(bench, "take_turns", measured)
    monkeypatch.setattr(bench, "take_apart", lambda *_: dict.fromkeys(PHASES, Spent(1, 1)))
    return tmp_path


@pytest.mark.parametrize("arguments", [["--users", "200000"], ["--runs", "2"], ["counts", "version"]])
def test_a_smaller_run_only_prints(arguments: list[str], folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bench.main(arguments)
    assert "| counts | growthctl | 1.00 |" in capsys.readouterr().out
    assert not (folder / "benchmarks.md").exists()


def test_a_full_run_writes_the_page_and_asks_confirming_programs_only_once(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bench.main([])
    printed = capsys.readouterr().out
    written = (folder / "benchmarks.md").read_text(encoding="utf-8")
    assert printed.endswith("\nwrote benchmarks.md\n")
    assert printed.partition("\n\n")[0] in written
    assert "| growth | ClickHouse" not in written


def test_an_unknown_workload_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        bench.main(["count"])
    assert "no such workload: count" in capsys.readouterr().err


def test_a_log_is_generated_once_until_the_generator_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "DATA", tmp_path)
    workload = replace(BY_NAME["growth"], share=1)
    log = workload.log(tmp_path, 50)
    bench.prepare(workload, 50)
    assert json.loads((tmp_path / "growth.yml").read_text(encoding="utf-8")) == workload.funnel
    made = log.stat().st_mtime_ns
    bench.prepare(workload, 50)
    assert log.stat().st_mtime_ns == made
    assert {path.name for path in tmp_path.iterdir()} == {"growth.yml", "usual-50.parquet"}
    os.utime(log, (0, 0))
    monkeypatch.setattr(bench, "run", lambda command: pytest.fail("generates again"))
    with pytest.raises(pytest.fail.Exception, match="generates again"):
        bench.prepare(workload, 50)


def test_a_program_that_answers_otherwise_ends_the_run_but_not_one_of_another_log() -> None:
    stage = {"reached": 3, "seconds_from_previous": None, "ripe": {"entered": 0, "converted": 0}}
    ours = json.dumps({"analyses": [{"stages": [stage], "segments": []}]})
    right, wrong = json.dumps({"reached": [3]}), json.dumps({"reached": [4]})
    bench.stop_if_wrong(BY_NAME["counts"], {"growthctl": ours, "ClickHouse": right})
    with pytest.raises(SystemExit, match=r"counts: ClickHouse answers otherwise: reached: growthctl says \[3\]"):
        bench.stop_if_wrong(BY_NAME["counts"], {"growthctl": ours, "ClickHouse": wrong})
    bench.stop_if_wrong(BY_NAME["growth"], {"growthctl": ours, "growthctl, a tenth of the users": "{}"})
