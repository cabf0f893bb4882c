"""By which age and by whose flow an answer was judged, from a log to the answer."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from math import prod
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from growthctl import analyze, compare, trend
from growthctl.clock import DAY, HOUR, SECOND
from growthctl.questions.notices import plain_duration
from growthctl.report.analysis import Analysis, Report
from growthctl.report.base import to_json
from tests.questions.shop import log

START = datetime(2026, 1, 5)
STAGES = [{"name": name, "event": name} for name in ("visit", "pay")]
COLUMNS = ["user_id", "timestamp", "event"]


def growing_old(
    days: int = 60, a_day: int = 40, rate: float = 0.3, mean_days: float = 5, seed: int = 1
) -> pl.DataFrame:
    """So many visit a day, at any time of it; a share of them pays, after a time that is exponential. It ends today."""
    rng = random.Random(seed)
    end, rows = START + timedelta(days=days), []
    for number in range(days * a_day):
        at = START + timedelta(days=rng.uniform(0, days))
        rows.append((f"u{number}", at.isoformat(), "visit"))
        paid = at + timedelta(days=rng.expovariate(1 / mean_days))
        if rng.random() < rate and paid < end:
            rows.append((f"u{number}", paid.isoformat(), "pay"))
    return pl.DataFrame([*rows, ("z", end.isoformat(), "other")], COLUMNS, orient="row")


def warned(analysis: Analysis) -> dict[str, str]:
    return {each.code: each.message + (f" ({each.hint})" if each.hint else "") for each in analysis.warnings}


def test_without_a_window_the_young_do_not_count_as_lost_and_a_window_is_proposed() -> None:
    analysis = analyze({"stages": STAGES}, growing_old())
    ripe = analysis.stages[1].ripe
    assert ripe is not None
    assert ripe.after == "estimate"
    # 95 % of an exponential with a mean of 5 days take 15 days; whoever has had that long converts at 30 %.
    assert ripe.after_seconds is not None
    assert ripe.after_seconds / 86_400 == pytest.approx(15, abs=3)
    assert ripe.low is not None
    assert ripe.high is not None
    assert ripe.low < 0.3 < ripe.high
    assert (analysis.stages[1].conversion_rate or 0) < ripe.low
    assert analysis.stages[1].open == analysis.stages[1].dropped - (ripe.entered - ripe.converted) > 0
    days = -(-ripe.after_seconds // 86_400)
    assert warned(analysis)["no_window"] == (
        "the funnel has no window: who counts as lost is judged by the time in which 95% of conversions came so far "
        f"(pay {ripe.after_seconds / 86_400:.1f} d) (window: {days:.0f}d would cover it)"
    )


def test_too_few_conversions_tell_nothing_about_their_age_and_the_answer_says_so() -> None:
    analysis = analyze({"stages": STAGES}, log(*(f"u{n} 09:00:00 visit" for n in range(50)), "u1 09:10:00 pay"))
    ripe = analysis.stages[1].ripe
    assert ripe is not None
    assert (ripe.after, ripe.after_seconds, ripe.entered, ripe.converted) == ("unknown", None, 50, 1)
    assert warned(analysis)["no_window"] == (
        "the funnel has no window: too few converted to tell how long that takes (pay), so that the youngest count as "
        "lost too (set one)"
    )


@pytest.mark.parametrize("limit", [{"window": "30d"}, {"stages": [STAGES[0], STAGES[1] | {"within": "30d"}]}])
def test_where_every_stage_has_a_limit_nobody_is_told_to_set_one(limit: dict[str, Any]) -> None:
    assert "no_window" not in warned(analyze({"stages": STAGES} | limit, growing_old()))


@pytest.mark.parametrize(
    ("micros", "written"),
    [(0, "1m"), (61 * SECOND, "2m"), (2 * HOUR, "120m"), (2 * HOUR + 1, "3h"), (DAY, "24h"), (15 * DAY + 1, "16d")],
)
def test_a_duration_is_rounded_up_to_one_that_reads_well(micros: int, written: str) -> None:
    assert plain_duration(micros) == written


def test_without_a_window_a_period_is_ripe_when_the_limits_of_all_stages_have_passed_since_its_end() -> None:
    data = growing_old()
    after = analyze({"stages": STAGES}, data).funnel.ripe_after_seconds
    assert after is not None
    answer = trend({"stages": STAGES}, data, "day")
    end = START + timedelta(days=60) - timedelta(seconds=after)
    for period in answer.periods:
        assert period.ripe == (datetime.fromisoformat(period.end_at).replace(tzinfo=None) <= end)
    assert answer.funnel.ripe_after_seconds == pytest.approx(after)
    assert [warning.code for warning in answer.warnings] == ["no_window"]


def test_now_and_an_earlier_result_count_those_who_are_ripe_at_every_stage(tmp_path: Path) -> None:
    data, shop = growing_old(120), {"stages": STAGES}
    result = tmp_path / "earlier.json"
    earlier = analyze(shop, data, until="2026-03-01")
    result.write_text(to_json(Report(analyses=[earlier])))
    answer = compare(shop, data, since="2026-03-01", against=str(result))
    now = analyze(shop, data, since="2026-03-01")
    for side, analysis in ((answer.this, now), (answer.against, earlier)):
        assert (side.entered, side.converted) == tuple(stage.ripe_throughout for stage in analysis.stages)
    assert answer.ripe
    since, until = (datetime.fromisoformat(str(at)) for at in (answer.against.since, answer.against.until))
    first = datetime.fromisoformat(str(earlier.data.first_event_at))
    assert abs(since - first) < timedelta(seconds=1)
    assert until == datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize("seed", range(8))
def test_the_flow_is_what_analyze_calls_entered_for_the_last_28_days(seed: int) -> None:
    rng = random.Random(seed)
    rows = []
    for number in range(120):
        for _ in range(rng.choice([1, 1, 2, 4])):
            at = START + timedelta(days=rng.uniform(0, 70))
            rows += [
                (f"u{number}", at.isoformat(), "visit"),
                (f"u{number}", (at + timedelta(hours=1)).isoformat(), "pay"),
            ]
    data = pl.DataFrame(rows, COLUMNS, orient="row")
    asked: dict[str, Any] = {"stages": STAGES, "window": "1d", "entry": rng.choice(["any", "first"])}
    asked |= rng.choice([{}, {"count": "sessions", "session_gap": "3d"}])
    until = rng.choice([None, (START + timedelta(days=65)).isoformat()])
    analysis = analyze(asked, data, until=until)
    end = datetime.fromisoformat(until or data["timestamp"].max())  # type: ignore[arg-type]
    recent = analyze(asked, data, since=(end - timedelta(days=28)).isoformat(), until=until)
    rates = [stage.ripe.conversion_rate or 0 for stage in analysis.stages if stage.ripe]
    expected = recent.stages[0].reached * 30 / 28 * prod(rates)
    assert analysis.bottleneck.conversions_per_30_days == pytest.approx(expected)


def test_a_flow_that_changed_by_more_than_a_third_is_said_with_both_numbers() -> None:
    def entering(before: int, now: int) -> pl.DataFrame:
        days = [0.5, *[20.0] * before, *[50.0] * now]
        rows = [(f"u{n}", (START + timedelta(days=day)).isoformat(), "visit") for n, day in enumerate(days)]
        return pl.DataFrame([*rows, ("z", (START + timedelta(days=60)).isoformat(), "visit")], COLUMNS, orient="row")

    assert "flow_changed" not in warned(analyze({"stages": STAGES, "window": "1d"}, entering(28, 36)))
    assert warned(analyze({"stages": STAGES, "window": "1d"}, entering(28, 55)))["flow_changed"] == (
        "in the last 28 days 60.0 per 30 days entered, in the 28 days before 30.0: what is gained or lost per 30 days "
        "is counted with the last 28"
    )
    assert "flow_changed" in warned(analyze({"stages": STAGES, "window": "1d"}, entering(28, 2)))
