"""A period says what analyze says for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from growthctl import analyze, trend

ROOT = Path(__file__).parents[2]


def sample(**changes: Any) -> dict[str, Any]:
    funnel: dict[str, Any] = yaml.safe_load((ROOT / "funnels" / "saas_signup.yml").read_text())
    funnel["source"]["path"] = str(ROOT / "sample_data" / "events.parquet")
    for stage in funnel["stages"]:
        stage.pop("capacity", None)  # which order: any refuses
    return funnel | changes


@pytest.mark.parametrize(
    "changes", [{}, {"count": "attempts"}, {"order": "any"}, {"order": "strict"}, {"entry": "first"}]
)
def test_a_month_says_what_analyze_says_for_its_range(changes: dict[str, str]) -> None:
    funnel = sample(**changes)
    for period in trend(funnel, every="month").periods:
        alone = analyze(funnel, since=period.start_at, until=period.end_at)
        assert [stage.reached for stage in period.stages] == [stage.reached for stage in alone.stages]
