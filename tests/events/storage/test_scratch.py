"""Temporary folders are deleted with their owner, and after a crash by the next owner."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from growthctl.events.storage.scratch import Scratch

OWNER = "from growthctl.events.storage.scratch import Scratch; s = Scratch(); print(s.path, flush=True); input()"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def owner() -> tuple[subprocess.Popen[str], Path]:
    process = subprocess.Popen([sys.executable, "-c", OWNER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_a_folder_is_deleted_with_its_owner() -> None:
    scratch = Scratch()
    path = scratch.path
    (path / "rows").write_text("rows")
    del scratch
    assert not path.exists()


def test_a_folder_can_be_deleted_before() -> None:
    scratch = Scratch()
    scratch.delete()
    assert not scratch.path.exists()


def test_the_folder_of_a_killed_process_is_deleted_by_the_next_one() -> None:
    process, path = owner()
    with process:
        process.send_signal(signal.SIGKILL)
    assert path.exists()
    Scratch()
    assert not path.exists()


def test_the_folder_of_a_running_process_is_left_alone() -> None:
    process, path = owner()
    Scratch()
    assert path.exists()
    with process:
        process.communicate("\n")
    assert not path.exists()


def test_other_programs_folders_are_left_alone(folder: Path) -> None:
    other = folder / "growthctl-report"
    other.mkdir()
    Scratch()
    assert other.exists()
