"""Whose advice to follow."""

from __future__ import annotations

from pathlib import Path

import pytest

from growthctl import analyze
from growthctl.diagnosis.advice.recommend import packaged_playbook
from growthctl.errors import SpecError
from growthctl.funnel.levers import Lever
from growthctl.questions.ask import levers_of

SAMPLE = Path(__file__).parents[2] / "funnels/saas_signup.yml"
OURS = {"queue": [{"slug": "call", "text": "Call everyone.", "next_test": "Call five."}]}


def test_a_kind_of_ones_own_replaces_the_packaged_one_and_the_others_stay() -> None:
    packaged, mixed = packaged_playbook(), levers_of(OURS)
    assert mixed["queue"] == (Lever("call", "Call everyone.", "Call five."),)
    assert {kind for kind in packaged if packaged[kind] != mixed[kind]} == {"queue"}
    assert levers_of(None) == packaged


def test_the_answer_follows_a_playbook_given_as_a_file_or_a_mapping(tmp_path: Path) -> None:
    file = tmp_path / "ours.yml"
    file.write_text("queue: [{slug: call, text: Call everyone., next_test: Call five.}]\n")
    for playbook in (file, str(file), OURS):
        (item,) = (each for each in analyze(SAMPLE, playbook=playbook).recommendations if each.stage == "demo")
        assert (item.lever, item.owner, item.action, item.next_test) == (
            "call",
            "sales",
            "Call everyone.",
            "Call five.",
        )
        assert item.worth is not None
        assert item.worth.value_low is not None
        assert item.measure is not None


def test_a_playbook_with_problems_is_refused_before_the_log_is_read() -> None:
    with pytest.raises(SpecError, match="demo: must be a list"):
        analyze({"stages": []} | {"stages": [{"name": "a", "event": "a"}]}, "no-such-file.csv", playbook={"demo": 1})
