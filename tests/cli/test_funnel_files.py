"""Which funnel files a command works on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from growthctl.errors import Exit
from tests.cli.project import Ran

Run = Callable[..., Ran]


def names(ran: Ran) -> list[str]:
    return [analysis["funnel"]["name"] for analysis in json.loads(ran.out)["analyses"]]


def put(project: Path, *targets: str) -> None:
    """Copies of the shop's funnel, named after their files; the log where each expects it."""
    text = (project / "shop.yml").read_text().replace("name: shop\n", "", 1)
    for target in targets:
        path = project / target
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        (path.parent / "log.csv").write_text((project / "log.csv").read_text())


def test_without_a_name_every_funnel_of_the_folder_is_analysed_by_name(growthctl: Run, project: Path) -> None:
    put(project, "funnels/b.yml", "funnels/a.yaml", "growthctl.yaml")
    (project / "funnels" / "notes.txt").write_text("no funnel")
    assert names(growthctl("analyze", "-f", "json")) == ["a", "b"]


def test_without_a_folder_it_is_growthctl_yaml(growthctl: Run, project: Path) -> None:
    put(project, "growthctl.yaml")
    assert names(growthctl("analyze", "-f", "json")) == ["growthctl"]


def test_without_any_funnel_it_says_where_it_looked(growthctl: Run) -> None:
    ran = growthctl("analyze")
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert ran.err.startswith("error: found no funnel here: neither funnels/*.yml nor growthctl.yaml (name a funnel")


def test_funnels_above_the_working_directory_are_not_found(
    growthctl: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(project, "growthctl.yaml")
    (project / "below").mkdir()
    assert growthctl("validate").code == Exit.OK

    monkeypatch.chdir("below")
    assert growthctl("validate").code == Exit.USAGE


def test_named_funnels_are_shown_in_the_order_named(growthctl: Run, project: Path) -> None:
    put(project, "b.yml", "a.yml")
    assert names(growthctl("analyze", "b.yml", "a.yml", "-f", "json")) == ["b", "a"]
