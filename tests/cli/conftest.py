"""The program, called in a folder that holds the small project."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

import growthctl as package
from growthctl.cli.main import main
from tests.cli.project import Ran, write_project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh folder with the small project, which is the working directory; no settings from outside."""
    for variable in [name for name in os.environ if name.startswith("GROWTHCTL_")] + ["NO_COLOR", "TERM"]:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("PYTHONPATH", str(Path(package.__file__).parents[1]))
    monkeypatch.chdir(tmp_path)
    write_project(tmp_path)
    return tmp_path


@pytest.fixture
def growthctl(project: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Runs a command line, given as its words."""

    def run(*arguments: str) -> Ran:
        code = main(arguments)
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return run
