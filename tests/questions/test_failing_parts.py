"""A part of the diagnosis that fails is left out, and takes no answer with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

import growthctl.diagnosis.analysis as diagnosis
import growthctl.questions.analyze as question
from growthctl import analyze
from growthctl.report.analysis import Analysis

ROOT = Path(__file__).parents[2]


def sample() -> Analysis:
    funnel: dict[str, Any] = yaml.safe_load((ROOT / "funnels" / "saas_signup.yml").read_text())
    funnel["source"]["path"] = str(ROOT / "sample_data" / "events.parquet")
    del funnel["changes"]
    return analyze(funnel)


def broken(*_: Any) -> Any:
    return 1 // 0


def interrupted(*_: Any) -> Any:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("place", "name", "look"),
    [
        (question, "recommend", "advice"),
        (question, "triggers", "advice"),
        (diagnosis, "broken_now", "broken now"),
        (diagnosis, "find_changes", "changes"),
        (diagnosis, "arrivals_of", "changes"),
    ],
)
def test_what_fails_is_left_out_with_a_warning_and_the_rest_stays(
    monkeypatch: pytest.MonkeyPatch, place: object, name: str, look: str
) -> None:
    whole = sample()
    monkeypatch.setattr(place, name, broken)
    rest = sample()
    assert [warning.message for warning in rest.warnings if warning.code == "look_failed"] == [
        f"the part '{look}' failed (ZeroDivisionError) and is left out"
    ]
    assert [stage.reached for stage in rest.stages] == [stage.reached for stage in whole.stages]
    assert rest.bottleneck.verdict is not None
    if look == "advice":
        assert (rest.recommendations, rest.bottleneck) == ([], whole.bottleneck)
    else:
        assert rest.broken_now == []


def test_ctrl_c_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(question, "recommend", interrupted)
    with pytest.raises(KeyboardInterrupt):
        sample()
