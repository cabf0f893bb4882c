"""A run that is taken apart is the usual run."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from bench.measure import ROOT, run
from bench.phases import PHASES
from growthctl import analyze

FUNNEL = "funnels/saas_signup.yml"


def test_the_phases_add_up_to_the_run_and_its_answer_is_the_usual_one(tmp_path: Path) -> None:
    answer = tmp_path / "answer.json"
    cost, written = run([sys.executable, "bench/phases.py", "analyze", FUNNEL, "-o", str(answer)])
    spent = json.loads(written)
    assert list(spent) == list(PHASES)
    assert all(cpu > 0 and wall > 0 for cpu, wall in spent.values())
    assert cost.cpu * 0.7 < sum(cpu for cpu, _ in spent.values()) <= cost.cpu + 0.05
    assert json.loads(answer.read_text(encoding="utf-8"))["analyses"] == [analyze(ROOT / FUNNEL).to_dict()]
