"""A period says what analyze says for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from growthctl import analyze, trend
from growthctl.errors import DataError, UsageError

ROOT = Path(__file__).parents[2]


def sample(**changes: Any) -> dict[str, Any]:
    funnel: dict[str, Any] = yaml.safe_load((ROOT / "funnels" / "saas_signup.yml").read_text())
    funnel["source"]["path"] = str(ROOT / "sample_data" / "events.parquet")
    del funnel["changes"]
    for stage in funnel["stages"]:
        stage.pop("capacity", None)  # which order: any refuses
    return funnel | changes


@pytest.mark.parametrize("changes", [{}, {"count": "attempts"}, {"order": "strict", "entry": "first"}])
def test_a_month_says_what_analyze_says_for_its_range(changes: dict[str, str]) -> None:
    funnel = sample(**changes)
    for period in trend(funnel, every="month").periods:
        alone = analyze(funnel, since=period.start_at, until=period.end_at)
        assert [stage.reached for stage in period.stages] == [stage.reached for stage in alone.stages]


@pytest.mark.parametrize("changes", [{}, {"order": "any"}])
def test_a_segment_of_a_month_says_what_analyze_says_for_it(changes: dict[str, str]) -> None:
    funnel = sample(**changes)
    whole = trend(funnel, every="month", by=["device"])
    assert whole.by == ["device"]
    for place, period in enumerate(whole.periods):
        alone = analyze(funnel, since=period.start_at, until=period.end_at, by=["device"])
        by_value = {tuple(each.values): [stage.reached for stage in each.stages] for each in alone.segments}
        shown = {tuple(each.values): [stage.reached for stage in each.periods[place].stages] for each in whole.segments}
        assert {value: counts for value, counts in shown.items() if counts[0]} == by_value


def test_the_segments_of_a_period_are_all_of_it() -> None:
    whole = trend(sample(), every="week", by=["device", "country"])
    for place, period in enumerate(whole.periods):
        parts = zip(*([stage.reached for stage in each.periods[place].stages] for each in whole.segments), strict=True)
        assert [sum(column) for column in parts] == [stage.reached for stage in period.stages]
    assert trend(sample(), every="week").periods == whole.periods


def test_at_an_age_a_week_says_what_the_funnel_with_that_window_says_and_is_done_sooner() -> None:
    aged = trend(sample(), every="week", age="3d")
    short = trend(sample(window="3d"), every="week")
    assert aged.age_seconds == 3 * 86_400
    assert aged.periods == short.periods
    assert sum(period.ripe for period in aged.periods) > sum(p.ripe for p in trend(sample(), every="week").periods)


def test_an_age_beyond_the_window_is_the_window() -> None:
    assert trend(sample(), every="month", age="30d").periods == trend(sample(), every="month").periods


def test_what_is_no_age_is_refused() -> None:
    with pytest.raises(UsageError, match="--age: 'soon' is not a duration"):
        trend(sample(), age="soon")


def test_a_property_that_the_log_lacks_is_refused() -> None:
    with pytest.raises(DataError, match="no column 'colour'"):
        trend(sample(), by="colour")
