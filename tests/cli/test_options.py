"""Options that several commands share."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.project import Ran

Run = Callable[..., Ran]


@pytest.mark.parametrize(
    ("variable", "value", "option"),
    [
        ("GROWTHCTL_FORMAT", "json", ("-f", "json")),
        ("GROWTHCTL_SINCE", "2026-03-02", ("--since", "2026-03-02")),
        ("GROWTHCTL_UNTIL", "2026-03-02", ("--until", "2026-03-02")),
        ("GROWTHCTL_AS_OF", "2026-03-01T10:30", ("--as-of", "2026-03-01T10:30")),
        ("GROWTHCTL_BY", "amount", ("--by", "amount")),
        ("GROWTHCTL_ATTRIBUTION", "last", ("--attribution", "last")),
        ("GROWTHCTL_DATA", "other.csv", ("--data", "other.csv")),
        ("GROWTHCTL_COLOR", "always", ("--color", "always")),
    ],
)
def test_a_variable_of_the_environment_is_the_option_and_the_option_wins(
    growthctl: Run, project: Path, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, option: tuple[str, str]
) -> None:
    (project / "other.csv").write_text("user_id,event,timestamp,device\nu1,visit,2026-03-01,tv\n")

    def shown(*more: str) -> str:
        """But for the commands to paste, which name the log that they are about."""
        lines = growthctl("analyze", "shop.yml", "--details", *more).out.splitlines()
        return "\n".join(line for line in lines if "growthctl who" not in line)

    plain, asked = shown(), shown(*option)
    monkeypatch.setenv(variable, value)
    assert shown() == asked != plain
    neutral = {"GROWTHCTL_FORMAT": "table", "GROWTHCTL_DATA": "log.csv", "GROWTHCTL_COLOR": "never"}
    if variable in neutral:
        assert shown(option[0], neutral[variable]) == plain


def test_quiet_and_output_can_come_from_the_environment(
    growthctl: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "shop.yml").write_text((project / "shop.yml").read_text().replace("event: pay", "event: pai"))
    monkeypatch.setenv("GROWTHCTL_OUTPUT", "shop.json")
    assert growthctl("analyze", "shop.yml").err != ""
    monkeypatch.setenv("GROWTHCTL_QUIET", "1")
    ran = growthctl("analyze", "shop.yml")
    assert (ran.out, ran.err) == ("", "")
    assert json.loads((project / "shop.json").read_text())["kind"] == "analysis"


def test_several_logs_are_one(growthctl: Run, project: Path) -> None:
    lines = (project / "log.csv").read_text().splitlines()
    (project / "a.csv").write_text("\n".join(lines[:5]))
    (project / "b.csv").write_text("\n".join([lines[0], *lines[5:]]))
    whole = growthctl("analyze", "shop.yml", "-f", "json")
    parts = growthctl("analyze", "shop.yml", "-f", "json", "--data", "a.csv", "--data", "b.csv")
    assert parts.out == whole.out
