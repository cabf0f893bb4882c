"""A side says what analyze says for it, both are judged at the same age, and planted faults are found."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from jsonschema import Draft202012Validator

from growthctl import analyze, compare
from growthctl.errors import DataError, UsageError
from growthctl.report.analysis import Report
from growthctl.report.base import to_json
from growthctl.report.comparison import Comparison, ComparisonReport, SliceFacts
from growthctl.report.schemas import report_schema

ROOT = Path(__file__).parents[2]
FORM_BREAKS, WHOLE_WINDOWS, MIX_MOVES = "2026-03-06", "2026-03-21", "2026-02-04"


def sample(**changes: Any) -> dict[str, Any]:
    funnel: dict[str, Any] = yaml.safe_load((ROOT / "funnels" / "saas_signup.yml").read_text())
    funnel["source"]["path"] = str(ROOT / "sample_data" / "events.parquet")
    del funnel["changes"]
    if changes.get("order") == "any":
        for stage in funnel["stages"]:
            stage.pop("capacity", None)
    return funnel | changes


def of_desktop() -> dict[str, Any]:
    funnel = sample(segments=["country"])
    return funnel | {"source": funnel["source"] | {"filter": "device = 'desktop'"}}


def reached(found: Comparison) -> list[list[int]]:
    """How many of both sides reached each stage."""
    this = [found.entrants.this, *(stage.rate.this.converted for stage in found.stages)]
    against = [found.entrants.against, *(stage.rate.against.converted for stage in found.stages)]
    return [this, against]


def analyzed(funnel: dict[str, Any], since: str, until: str) -> list[int]:
    return [stage.reached for stage in analyze(funnel, since=since, until=until).stages]


def changes(found: Comparison) -> list[tuple[str | None, str]]:
    return [(change.stage, change.cause) for change in found.changes]


def named(found: SliceFacts) -> tuple[str, dict[str, object]]:
    return found.stage, dict(zip(found.by, found.values, strict=True))


@pytest.fixture(scope="module")
def broken_form() -> Comparison:
    return compare(sample(), since=FORM_BREAKS, until=WHOLE_WINDOWS)


@pytest.mark.parametrize(
    "rules", [{}, {"count": "attempts"}, {"order": "any"}, {"order": "strict"}, {"entry": "first"}, {"window": "3d"}]
)
def test_a_side_whose_windows_have_passed_says_what_analyze_says(rules: dict[str, str]) -> None:
    funnel = sample(segments=[], **rules)
    found = compare(funnel, since="2026-02-10", until="2026-02-24")
    assert reached(found) == [
        analyzed(funnel, "2026-02-10", "2026-02-24"),
        analyzed(funnel, "2026-01-27", "2026-02-10"),
    ]
    assert found.ripe


@pytest.mark.parametrize("rules", [{}, {"count": "attempts"}, {"order": "any"}, {"order": "strict"}, {"window": None}])
def test_while_the_youngest_are_young_a_side_says_what_analyze_says_with_their_age_as_the_window(
    rules: dict[str, Any],
) -> None:
    found = compare(sample(segments=[], **rules), since="2026-03-28", until="2026-04-01", as_of="2026-04-03T12:00")
    funnel = sample(segments=[], **(rules | {"window": "60h"}))
    assert found.age_seconds == 60 * 3600
    assert not found.ripe
    assert reached(found) == [
        analyzed(funnel, "2026-03-28", "2026-04-01"),
        analyzed(funnel, "2026-03-24", "2026-03-28"),
    ]
    # The log ends where it is said to be complete.
    assert found.data.as_of == "2026-04-03T12:00:00Z"


def steady(days: int = 28, people: int = 40) -> pl.DataFrame:
    """Every day the same: of 40 people, each pays two to six days after the visit, or never."""
    start = datetime(2026, 3, 2, tzinfo=UTC)
    rows = []
    for day in range(days):
        for person in range(people):
            name, entry = f"u{day}.{person}", start + timedelta(days=day, hours=person % 24)
            rows.append((name, entry, "visit"))
            if person % 4 == 0:
                rows.append((name, entry + timedelta(days=2 + person // 8), "pay"))
    frame = pl.DataFrame(rows, ["user_id", "timestamp", "event"], orient="row")
    return frame.filter(pl.col("timestamp") < start + timedelta(days=days))


STEADY = {"stages": [{"name": "visit", "event": "visit"}, {"name": "pay", "event": "pay"}], "window": "14d"}


def test_last_week_can_be_compared_today_without_a_fall_that_is_none() -> None:
    found = compare(STEADY, steady(people=400), since="2026-03-20", until="2026-03-27")
    (pay,) = found.stages
    assert pay.rate.this == pay.rate.against
    assert pay.so_far is not None
    assert pay.so_far.this.converted < pay.so_far.against.converted
    assert (found.finding, pay.cause) == ("unripe", "unripe")
    assert found.ripe_at == "2026-04-10T00:00:00Z"


def test_a_fall_at_the_same_age_is_seen_though_the_windows_are_open() -> None:
    # From March 20 on nobody pays any more.
    log = steady().filter((pl.col("event") == "visit") | (pl.col("timestamp") < datetime(2026, 3, 20, tzinfo=UTC)))
    found = compare(STEADY, log, since="2026-03-20", until="2026-03-26")
    assert changes(found) == [("pay", "tracking")]


def test_the_broken_form_is_named_with_its_device_and_an_interval(broken_form: Comparison) -> None:
    assert changes(broken_form) == [("signup", "product")]
    (cell,) = broken_form.slices
    assert named(cell) == ("signup", {"device": "mobile"})
    assert cell.cause == "product"
    rate = cell.rate
    assert rate.this.conversion_rate == pytest.approx(0.039, abs=1e-3)
    assert rate.against.conversion_rate == pytest.approx(0.133, abs=1e-3)
    assert rate.difference is not None
    assert rate.low == pytest.approx(-0.117, abs=1e-3)
    assert rate.high == pytest.approx(-0.072, abs=1e-3)
    assert (broken_form.slices_tested, broken_form.slices_survived) == (16, 1)


def test_what_the_log_lacks_on_a_side_is_said_and_nobody_is_blamed_for_it(broken_form: Comparison) -> None:
    (fault,) = broken_form.faults
    assert (fault.stage, fault.code, fault.side) == ("landing", "stage_silent", "against")
    assert (fault.since_at, fault.until_at) == ("2026-02-19T12:00:00Z", "2026-02-19T18:00:00Z")
    assert [stage.name for stage in broken_form.stages if not stage.judged] == ["landing"]


def test_the_effects_sum_to_the_change_of_the_final_conversions(broken_form: Comparison) -> None:
    effects = [broken_form.entrants.contribution, *(stage.contribution for stage in broken_form.stages)]
    assert sum(effects) == pytest.approx(broken_form.conversions - broken_form.conversions_against)
    assert broken_form.conversions == pytest.approx(broken_form.this.converted)


def test_traffic_that_moves_is_not_blamed_on_the_form() -> None:
    found = compare(of_desktop(), since=MIX_MOVES, until=FORM_BREAKS)
    signup = next(stage for stage in found.stages if stage.name == "signup")
    assert (signup.rate.against.converted, signup.rate.against.entered) == (411, 2753)
    assert (signup.rate.this.converted, signup.rate.this.entered) == (362, 2775)
    assert (signup.cause, signup.mix) == ("traffic", "country")
    (split,) = (each for each in found.decompositions if each.stage == "signup")
    assert split.reversal
    assert split.mix_dominated
    for part in split.segments:
        assert (part.this.conversion_rate or 0) > (part.against.conversion_rate or 0)


def test_traffic_that_moves_is_seen_among_all_devices_too() -> None:
    found = compare(sample(), since=MIX_MOVES, until=FORM_BREAKS, by="country")
    signup = next(stage for stage in found.stages if stage.name == "signup")
    assert (signup.changed, signup.offset, signup.cause, signup.mix) == (False, True, "traffic", "country")


def test_the_day_on_which_the_landing_page_was_down_is_no_fault_of_the_landing_page() -> None:
    outage = compare(sample(), since="2026-02-19", until="2026-02-20", against="2026-02-12..2026-02-13", by="campaign")
    assert [(fault.stage, fault.side) for fault in outage.faults] == [("landing", "this")]
    assert "landing" not in [stage for stage, _ in changes(outage)] + [cell.stage for cell in outage.slices]


def test_the_campaign_that_never_pays_is_held_against_another_one() -> None:
    found = compare(sample(), split="campaign=display,search")
    assert found.question == "segments"
    assert found.changes[0].stage == "signup"
    assert found.conversions == 0
    assert found.entrants.p_value is None
    everybody = compare(sample(), split="campaign=display")
    assert everybody.against.value == "(all others)"
    assert everybody.this == found.this
    assert everybody.against.entered > found.against.entered


def test_the_segments_of_a_split_are_the_segments_of_analyze() -> None:
    found = compare(sample(), split="device=mobile,tablet", since="2026-01-05", until="2026-02-01")
    segments = analyze(sample(), since="2026-01-05", until="2026-02-01", by="device").segments
    counts = {segment.values[0]: [stage.reached for stage in segment.stages] for segment in segments}
    assert reached(found) == [counts["mobile"], counts["tablet"]]


def test_by_default_the_last_week_whose_windows_have_passed_is_held_against_the_one_before() -> None:
    found = compare(sample())
    assert (found.this.since, found.this.until) == ("2026-03-09T00:00:00Z", "2026-03-16T00:00:00Z")
    assert (found.against.since, found.against.until) == ("2026-03-02T00:00:00Z", "2026-03-09T00:00:00Z")
    assert found.ripe


def test_a_log_too_short_for_two_whole_windows_gives_the_last_two_periods_that_are_over() -> None:
    found = compare(sample(timezone="Europe/Berlin"), every="month")
    assert (found.this.since, found.this.until) == ("2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z")
    assert (found.against.since, found.against.until) == ("2026-01-31T23:00:00Z", "2026-02-28T23:00:00Z")
    assert not found.ripe


def test_now_is_held_against_an_earlier_result(tmp_path: Path) -> None:
    then = analyze(sample(), since="2026-01-05", until="2026-02-19")
    path = tmp_path / "then.json"
    path.write_text(to_json(Report(analyses=[then])))
    found = compare(sample(), against=str(path), since=FORM_BREAKS, until=WHOLE_WINDOWS)
    assert reached(found)[1] == [stage.reached for stage in then.stages]
    assert found.scale == pytest.approx(15 / 45)
    assert found.changes[0].stage == "signup"
    assert named(found.slices[0]) == ("signup", {"device": "mobile"})
    assert found.warnings[-1].code != "ranges_overlap"


def test_of_an_earlier_result_and_now_people_count_once(tmp_path: Path) -> None:
    path = tmp_path / "then.json"
    then = analyze(sample(), as_of="2026-02-19")
    path.write_text(to_json(Report(analyses=[then])))
    apart = compare(sample(), against=str(path))
    ripe = [stage.ripe for stage in then.stages[1:] if stage.ripe]
    assert reached(apart)[1] == [ripe[0].entered, *(each.converted for each in ripe)]
    assert apart.this.since == apart.against.until
    now = analyze(sample(), since=apart.this.since)
    ripe_now = [stage.ripe for stage in now.stages[1:] if stage.ripe]
    assert reached(apart)[0] == [ripe_now[0].entered, *(each.converted for each in ripe_now)]
    assert apart.slices_tested > 0
    assert apart.warnings[-1].code == "counted_apart"


def test_a_result_that_covers_everybody_can_be_compared_with_nothing(tmp_path: Path) -> None:
    path = tmp_path / "then.json"
    path.write_text(to_json(Report(analyses=[analyze(sample())])))
    for range_ in ({}, {"since": "2026-02-01", "until": "2026-03-01"}):
        nothing = compare(sample(), against=str(path), **range_)  # type: ignore[arg-type]
        assert (nothing.finding, nothing.changes, nothing.slices) == ("no_data", [], [])
        assert nothing.warnings[-1].code == "ranges_overlap"


@pytest.mark.parametrize(
    ("attribution", "stages"),
    [("entry", ["landing", "signup", "demo", "payment"]), ("stage:signup", ["demo", "payment"]), ("last", [])],
)
def test_a_property_explains_only_what_came_after_it(attribution: str, stages: list[str]) -> None:
    found = compare(sample(), since=FORM_BREAKS, until=WHOLE_WINDOWS, by="plan", attribution=attribution)
    assert [split.stage for split in found.decompositions] == stages


def test_an_earlier_result_must_be_of_the_same_funnel(tmp_path: Path) -> None:
    path = tmp_path / "then.json"
    for changed, reason in (
        ({"name": "other"}, "no analysis of 'saas-signup'"),
        ({"window": "7d"}, "its window_seconds was 604800.0; now it is 1209600.0"),
        ({"stages": sample()["stages"][:3], "value": None}, "its stages were ad, landing, signup; now"),
    ):
        path.write_text(to_json(Report(analyses=[analyze(sample(**changed))])))
        with pytest.raises(DataError, match=reason):
            compare(sample(), against=str(path))
    for text in ("{}", "no json", '{"analyses": [{}]}'):
        path.write_text(text)
        with pytest.raises(DataError, match="it is not the JSON of an analysis"):
            compare(sample(), against=str(path))
    with pytest.raises(DataError, match="No such file"):
        compare(sample(), against=str(tmp_path / "nothing.json"))


def test_events_that_go_with_a_stage_are_told_and_the_funnels_own_are_not() -> None:
    found = compare(sample(), since="2026-02-01", until="2026-03-01", drivers="demo", first="1d").drivers
    assert found is not None
    events = {driver.event: driver for driver in found.events}
    assert events["training_done"].low > 1
    assert (found.stage, found.from_stage, found.seconds) == ("demo", "signup", 86400)
    assert not {"demo_attended", "payment"} & set(events)


def test_without_a_time_half_of_those_who_converted_are_left_out() -> None:
    all_ = compare(sample(), since="2026-02-01", until="2026-03-01", drivers="demo")
    demo = next(stage for stage in all_.stages if stage.name == "demo")
    assert all_.drivers is not None
    assert all_.drivers.still.converted == demo.rate.this.converted // 2


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"until": "2026-03-01"}, "--since is missing"),
        ({"since": "2026-03-01", "against": "yesterday"}, "'yesterday' is nothing to compare with"),
        ({"since": "2026-03-01", "against": "2026-02-01..2026-03-02"}, "the two ranges overlap"),
        ({"since": "2026-03-01", "against": "2026-02-02..2026-02-01"}, "ends before it starts"),
        ({"since": "2026-03-01", "against": "2026-05-01..2026-06-01"}, "ends after the log does"),
        ({"since": "2026-05-01"}, "the log ends before, or on the day on which, the range begins"),
        ({"split": "device"}, "does not name a property and its values"),
        ({"split": "device=a,b,c"}, "does not name a property and its values"),
        ({"split": "device=mobile,tablet", "against": "2026-01-05..2026-02-01"}, "it has no --against"),
        ({"split": "device=mobile,phone"}, "no journey has device 'phone'"),
        ({"drivers": "signups"}, "'signups' is no required stage after the first; did you mean 'signup'"),
        ({"drivers": "signup", "first": "soon"}, "--first: 'soon' is not a duration"),
        ({"first": "1h"}, "--first needs --drivers STAGE"),
    ],
)
def test_a_question_that_makes_no_sense_is_one_clear_line(asked: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        compare(sample(), **asked)


def test_a_log_of_a_few_days_holds_no_two_weeks() -> None:
    with pytest.raises(DataError, match="the log does not hold two whole weeks"):
        compare(STEADY, steady(days=10))
    assert compare(STEADY, steady(days=10), every="day").finding == "no_change"


def test_entrants_are_not_compared_with_a_time_before_the_log() -> None:
    found = compare(STEADY, steady(), since="2026-03-05", until="2026-03-10")
    assert [warning.code for warning in found.warnings] == ["log_starts_later"]
    assert found.entrants.p_value is None


def test_a_day_is_held_against_another_weekday_by_what_such_days_usually_do() -> None:
    # On Mondays half as many come as on Sundays, week after week.
    entry = pl.col("timestamp").min().over("user_id")
    few = pl.col("user_id").str.extract(r"\.(\d+)$").cast(pl.Int64) < 20
    log = steady(people=200).filter((entry.dt.weekday() != 1) | few)
    found = compare(STEADY, log, since="2026-03-23", until="2026-03-24", against="previous")
    assert (found.entrants.this, found.entrants.against) == (20, 200)
    assert (found.entrants.changed, found.entrants.cause) == (True, "season")


def events(rows: list[tuple[str, datetime, str]], **columns: list[str]) -> pl.DataFrame:
    series = [pl.Series(name, values) for name, values in columns.items()]
    return pl.DataFrame(rows, ["user_id", "timestamp", "event"], orient="row").with_columns(series)


def one_bad_day(bad: int, days: int = 22) -> pl.DataFrame:
    """A visit every 14 minutes; 40 of 100 pay within minutes, on the bad day 10."""
    rows = []
    for day in range(days):
        for visit in range(100):
            name, at = f"u{day}.{visit}", datetime(2026, 3, 2, tzinfo=UTC) + timedelta(days=day, minutes=14 * visit)
            rows.append((name, at, "visit"))
            if visit % 10 < (1 if day == bad else 4):
                rows.append((name, at + timedelta(minutes=1 + visit % 4), "pay"))
    return events(rows)


def test_a_day_that_fell_is_not_the_calendar_if_such_days_never_did() -> None:
    bad = compare(STEADY | {"window": "1h"}, one_bad_day(20), every="day")
    (pay,) = bad.stages
    assert (pay.rate.against.converted, pay.rate.this.converted) == (40, 10)
    assert changes(bad) == [("pay", "product")]
    assert pay.p_value is not None
    assert pay.p_value < 1e-4


def two_arms() -> pl.DataFrame:
    """100 and 200 people over 35 hours, of whom 25 and 40 buy."""
    rows, arms = [], []
    for arm, size, buyers in (("a", 100, 25), ("b", 200, 40)):
        for person in range(size):
            at = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(hours=35 * person / size)
            rows.append((f"{arm}{person}", at, "visit"))
            if person % (size // buyers) == 0:
                rows.append((f"{arm}{person}", at + timedelta(minutes=2), "pay"))
        arms += [arm] * (size + buyers)
    return events(rows, arm=arms)


@pytest.mark.parametrize("window", [None, "7d"])
def test_a_split_counts_everybody_who_entered_in_the_range(window: str | None) -> None:
    arms = compare(STEADY | {"window": window}, two_arms(), split="arm=a,b")
    (pay,) = arms.stages
    assert (arms.entrants.this, arms.entrants.against) == (100, 200)
    assert pay.rate.difference == pytest.approx(0.05)
    assert (pay.rate.low, pay.rate.high) == pytest.approx((-0.046, 0.155), abs=5e-4)
    assert (arms.finding, arms.ripe) == ("no_change", window is None)


def test_a_split_of_a_log_of_hours_has_its_segments() -> None:
    log = two_arms().filter(pl.col("timestamp") < datetime(2026, 3, 2, 9, tzinfo=UTC))
    arms = compare(STEADY | {"window": None}, log, split="arm=a")
    assert (arms.entrants.this, arms.entrants.against) == (26, 52)


def test_arms_that_are_no_halves_are_said_and_devices_need_be_none() -> None:
    arms = compare(STEADY | {"window": None}, two_arms(), split="arm=a,b").assignment
    assert arms is not None
    assert (arms.this, arms.against, arms.doubtful) == (100, 200, True)
    assert arms.p_equal == pytest.approx(7.76e-9, rel=1e-3)
    devices = two_arms().rename({"arm": "device"}).with_columns(pl.col("device").replace({"a": "phone", "b": "tablet"}))
    assert compare(STEADY | {"window": None}, devices, split="device=phone,tablet").assignment is None


def test_the_answer_fits_its_schema_and_reads_back(broken_form: Comparison) -> None:
    text = to_json(ComparisonReport(comparisons=[broken_form]))
    Draft202012Validator(report_schema("comparison")).validate(json.loads(text))
    assert compare(sample(), since=FORM_BREAKS, until=WHOLE_WINDOWS).model_dump_json() == broken_form.model_dump_json()
