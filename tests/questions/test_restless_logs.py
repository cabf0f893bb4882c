"""What `analyze` and `compare` say of logs on which a judgement easily goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from growthctl import analyze, compare
from tests.questions import restless_logs
from tests.questions.restless_logs import RestlessLog


def answer(restless: RestlessLog) -> dict[str, Any]:
    return analyze(restless.funnel, restless.log).to_dict()


def findings(analysis: dict[str, Any], code: str = "") -> list[dict[str, Any]]:
    """Of which the code contains this."""
    return [finding for finding in analysis["health"]["findings"] if code in finding["code"]]


def day(finding: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(finding["since_at"]).replace(tzinfo=None)


def test_days_without_invoices_are_batches_and_no_single_one_is_silent() -> None:
    analysis = answer(restless_logs.days_without_invoices())
    assert [finding["stage"] for finding in findings(analysis, "batch")] == ["invoice"]
    for silence in findings(analysis, "stage_silent"):
        until = datetime.fromisoformat(silence["until_at"]).replace(tzinfo=None)
        assert until - day(silence) > timedelta(days=1)


def test_days_without_invoices_have_an_answer() -> None:
    analysis = answer(restless_logs.days_without_invoices())
    invoiced = sum(number % 3 > 0 and not 14 <= number <= 17 for number in range(1, 29))
    assert [stage["reached"] for stage in analysis["stages"]] == [28 * 50, invoiced * 50]


def test_where_one_event_has_days_and_others_have_times_nobody_is_blamed() -> None:
    analysis = answer(restless_logs.accounts_dated_by_day())
    assert [finding["stage"] for finding in findings(analysis, "granularity")] == ["account"]
    assert [finding["stage"] for finding in findings(analysis, "out_of_order")][:1] == ["account"]
    assert analysis["bottleneck"]["verdict"] not in ("confirmed", "suspect", "tie")


def test_what_broke_eight_weeks_ago_is_broken_now() -> None:
    (broken,) = answer(restless_logs.signup_broken_for_eight_weeks())["broken_now"]
    assert broken["stage"] == "signup"
    assert broken["segment"] is None
    assert day(broken) == restless_logs.FIRST_DAY + timedelta(weeks=8)
    assert broken["usual_rate"] == pytest.approx(0.4, abs=0.01)
    assert broken["rate"] == pytest.approx(0.1, abs=0.01)


def test_a_bad_day_is_not_the_calendar() -> None:
    restless = restless_logs.one_bad_day()
    comparison = compare(restless.funnel, restless.log, every="day").to_dict()
    (pay,) = comparison["stages"]
    assert (pay["rate"]["against"]["conversion_rate"], pay["rate"]["this"]["conversion_rate"]) == (0.4, 0.1)
    assert (comparison["finding"], pay["changed"]) == ("changed", True)
    assert pay["cause"] != "season"


def test_a_bad_day_is_found() -> None:
    (fall,) = findings(answer(restless_logs.one_bad_day()))
    assert (fall["code"], fall["stage"]) == ("rate_fell", "pay")
    assert day(fall) == restless_logs.FIRST_DAY + timedelta(days=19)
    assert datetime.fromisoformat(fall["until_at"]).replace(tzinfo=None) == day(fall) + timedelta(days=1)
    assert (fall["usual_rate"], fall["conversion_rate"]) == (0.4, 0.1)


@pytest.mark.parametrize("made", [restless_logs.two_visits_a_year_apart, restless_logs.a_visit_every_two_minutes])
def test_where_there_is_nothing_to_be_silent_against_nothing_is_silent(made: Callable[[], RestlessLog]) -> None:
    assert findings(answer(made())) == []


def test_an_experiment_of_a_day_and_a_half_uses_everybody() -> None:
    restless = restless_logs.two_arms()
    comparison = compare(restless.funnel, restless.log, split="arm=a,b").to_dict()
    assert (comparison["this"]["entered"], comparison["against"]["entered"]) == (100, 200)
    (buy,) = comparison["stages"]
    assert (buy["rate"]["this"]["converted"], buy["rate"]["against"]["converted"]) == (25, 40)
    measured = [buy["rate"][key] for key in ("difference", "low", "high")]
    assert measured == pytest.approx([0.05, -0.046, 0.155], abs=0.0005)


def test_a_log_written_twice_says_so_first() -> None:
    first = findings(answer(restless_logs.written_twice()))[0]
    assert (first["code"], first["observed"], first["share"]) == ("duplicates", 300, 0.5)


def test_where_everybody_converts_there_is_nothing_to_find() -> None:
    analysis = answer(restless_logs.two_of_two())
    assert analysis["stages"][1]["ripe"]["conversion_rate"] == 1
    assert analysis["bottleneck"]["stage"] is None
    assert analysis["bottleneck"].get("interview") is None
    assert analysis["recommendations"] == []
