"""Every workload gives the right answer on a small log; what the peers of this repository read is what they should."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from runpy import run_path

import polars as pl
import pytest

from bench import reference
from bench.answers import differences, of_report
from bench.generate import SHAPES, write
from bench.measure import ROOT
from bench.workloads import FIVE, FLOOR, READING, STOP, WIDE_FLOOR, WORKLOADS, Peer, Workload
from growthctl.cli.main import main

USERS = 600
FUNNELS = [replace(workload, share=1) for workload in WORKLOADS if workload.funnel]
STARTS = [workload for workload in WORKLOADS if not workload.funnel]
BY_NAME = {workload.name: workload for workload in FUNNELS}


def name(workload: Workload) -> str:
    return workload.name


Ask = Callable[[Workload, Peer], str]


@pytest.fixture
def ask(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ask:
    """What a peer writes, run in this process."""

    def asked(workload: Workload, peer: Peer) -> str:
        _, script, *arguments = workload.asking(peer, tmp_path, USERS)
        monkeypatch.setattr(sys, "argv", [script, *arguments])
        capsys.readouterr()
        run_path(script)
        return capsys.readouterr().out

    return asked


def write_log(workload: Workload, folder: Path) -> pl.DataFrame:
    write(workload.log(folder, USERS), USERS, SHAPES[workload.shape])
    write(folder / "log.parquet", USERS, SHAPES[workload.shape])
    return pl.read_parquet(folder / "log.parquet")


@pytest.mark.parametrize("workload", FUNNELS, ids=name)
def test_the_answer_on_a_small_log_is_that_of_the_reference(
    workload: Workload, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert workload.funnel is not None
    write_log(workload, tmp_path)
    (tmp_path / f"{workload.name}.yml").write_text(json.dumps(workload.funnel), encoding="utf-8")
    expected = reference.answer(workload.funnel, USERS, workload.shape)
    assert expected["reached"][0] > expected["reached"][1] > expected["reached"][2] > 0
    program = workload.command(tmp_path, USERS)[3:]
    assert main(program) == 0
    found = of_report(capsys.readouterr().out)
    assert found.keys() == expected.keys()
    assert differences(found, expected) == []


@pytest.mark.parametrize("workload", STARTS, ids=name)
def test_a_start_succeeds_with_its_peer(workload: Workload, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert main(workload.arguments) == 0
    (peer,) = workload.peers
    try:
        ask(workload, peer)
    except SystemExit as leaving:  # so does a typer app
        assert leaving.code == 0


def test_a_difference_is_named_and_what_only_one_answers_is_none() -> None:
    assert differences({"reached": [3, 2], "ripe": []}, {"reached": [3, 1]}) == [
        "reached: growthctl says [3, 2], not [3, 1]"
    ]
    assert differences({"reached": [3, 2], "ripe": []}, {"reached": [3, 2], "rows": 9}) == []


def test_the_floor_reads_the_events_of_the_funnel_and_reduces_each_column(tmp_path: Path, ask: Ask) -> None:
    workload = BY_NAME["exclusions"]
    log = write_log(workload, tmp_path).filter(pl.col("event").is_in([*FIVE, STOP["event"], "help"]))
    found = json.loads(ask(workload, FLOOR))
    assert found.keys() == {"rows", "user_id", "event", "timestamp"}
    assert (found["rows"], found["user_id"]) == (len(log), log["user_id"].str.len_bytes().sum())
    wide = json.loads(ask(workload, WIDE_FLOOR))
    assert wide["device"] == log["device"].str.len_bytes().sum()


@pytest.mark.parametrize("kind", ["strict", "sessions"])
def test_the_floor_of_a_funnel_that_needs_every_event_reads_every_event(kind: str, tmp_path: Path, ask: Ask) -> None:
    log = write_log(BY_NAME[kind], tmp_path)
    assert json.loads(ask(BY_NAME[kind], FLOOR))["rows"] == len(log)


@pytest.mark.parametrize("format", ["csv", "ndjson"])
def test_polars_reads_every_row_of_a_text_file(format: str, tmp_path: Path, ask: Ask) -> None:
    log = write_log(BY_NAME[format], tmp_path)
    found = json.loads(ask(BY_NAME[format], READING))
    assert (found["rows"], found["event"]) == (len(log), log["event"].str.len_bytes().sum())
