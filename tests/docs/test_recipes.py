"""What the docs say to paste into a shell does what they say."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from growthctl.events.sources.known_changes import known_changes_of
from growthctl.funnel.file import funnel_from_mapping
from tests.docs.rewrite import ROOT

FUNNEL = funnel_from_mapping({"changes": "changes.csv", "stages": [{"name": "visit", "event": "visit"}]})


def block(page: str, command: str) -> str:
    """The shell block of a page that begins with a command."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", (ROOT / "docs" / page).read_text("utf-8"), re.MULTILINE | re.DOTALL)
    (recipe,) = (each for each in blocks if each.startswith(command))
    return str(recipe)


@pytest.mark.skipif(not (shutil.which("git") and shutil.which("awk")), reason="needs git and awk")
def test_the_log_of_git_becomes_a_file_of_changes_whatever_its_subjects_hold(tmp_path: Path) -> None:
    subjects = ["Ship form v42", 'Say "no", twice', "a\tb | c; 'd' \\ $(e) %s", "Überarbeite 価格", '"', "=1+1"]
    noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=30)
    identity = {f"GIT_{who}_{key}": value for who in ("AUTHOR", "COMMITTER") for key, value in
                (("NAME", 'Growth, "the" team'), ("EMAIL", "team@shop.example"))}  # fmt: skip
    settings = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "HOME": str(tmp_path)}
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, env={**os.environ, **settings}, check=True)
    for number, subject in enumerate(subjects):
        at = (noon + timedelta(days=number)).isoformat()
        dated = {**os.environ, **settings, **identity, "GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at}
        message = ["-m", subject, "-m", "More,\nover several lines."]
        subprocess.run(["git", "commit", "-q", "--allow-empty", *message], cwd=tmp_path, env=dated, check=True)
    recipe = block("inputs.md", "git log")
    subprocess.run(["sh", "-c", recipe], cwd=tmp_path, env={**os.environ, **settings}, check=True)
    changes = known_changes_of(FUNNEL, tmp_path)
    assert [change.what for change in changes] == subjects
    assert {change.owner for change in changes} == {'Growth, "the" team'}
    assert [change.at // 1_000_000 - int(noon.timestamp()) for change in changes] == [
        86_400 * number for number in range(len(subjects))
    ]
