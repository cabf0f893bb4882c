"""`growthctl demo`: a first answer without a log of one's own."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

import growthctl as package
from growthctl.cli.sample_project import FUNNEL, GENERATOR
from growthctl.errors import Exit
from tests.cli.project import Ran

Run = Callable[..., Ran]
ROOT = Path(__file__).parents[3]


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_sample_is_written_and_shown_as_analyze_shows_it(growthctl: Run, project: Path) -> None:
    ran = growthctl("demo")
    assert ran.code == Exit.OK
    shown = growthctl("analyze", "growthctl-demo/funnels/saas_signup.yml")
    *screen, blank, tip = ran.out.splitlines()
    assert (screen, ran.err) == (shown.out.splitlines(), shown.err)
    assert "BOTTLENECK  Demo attended" in ran.out
    assert (blank, tip) == ("", "Yours to try: cd growthctl-demo, edit funnels/saas_signup.yml, growthctl analyze")
    assert files(project / "growthctl-demo") == {
        str(path): (ROOT / path).read_bytes()
        for path in (FUNNEL, Path("sample_data/changes.csv"), Path("sample_data/events.parquet"))
    }


def test_an_empty_folder_will_do_and_what_is_in_it_afterwards_runs(
    growthctl: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "new").mkdir()
    monkeypatch.chdir(project / "new")
    assert growthctl("demo", ".").code == Exit.OK
    assert sorted(path.name for path in Path().iterdir()) == ["funnels", "sample_data"]
    assert growthctl("analyze").code == Exit.OK


@pytest.mark.parametrize("name", [".", "log.csv"])
def test_a_folder_with_files_is_refused_and_left_as_it_is(growthctl: Run, project: Path, name: str) -> None:
    before = files(project)
    ran = growthctl("demo", name)
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert ran.err == (f"error: {name} is not an empty folder (name one that is empty or new: growthctl demo DIR)\n")
    assert files(project) == before


def test_a_folder_that_cannot_be_written_is_one_line(growthctl: Run) -> None:
    ran = growthctl("demo", "log.csv/inside")
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert ran.err.startswith("error: cannot write to log.csv/inside: ")


def test_a_wheel_has_the_files_that_the_sample_is_made_of() -> None:
    targets = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    assert targets["wheel"]["force-include"] == {
        str(path): f"growthctl/sample/{path.name}" for path in (FUNNEL, GENERATOR)
    }


def test_an_installed_package_has_a_folder_for_them(
    growthctl: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = project / "site-packages/growthctl"
    (installed / "sample").mkdir(parents=True)
    for path in (FUNNEL, GENERATOR):
        (installed / "sample" / path.name).write_bytes((ROOT / path).read_bytes())
    monkeypatch.setattr("growthctl.cli.sample_project._PACKAGE", installed)
    assert Path(package.__file__).parent != installed
    assert growthctl("demo", "there").code == Exit.OK
    assert sorted(files(project / "there")) == [
        "funnels/saas_signup.yml",
        "sample_data/changes.csv",
        "sample_data/events.parquet",
    ]
