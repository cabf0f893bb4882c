"""A counted stage beside those that are followed: of the same days, counted apart in plain Python."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest

from growthctl import DataError, UsageError, analyze, compare, entities, trend
from growthctl.report.analysis import Report
from growthctl.report.comparison import ComparisonReport
from growthctl.report.trend import TrendReport
from tests.render.pages import table_of

START = date(2026, 3, 1)
STAGES: list[dict[str, Any]] = [
    {"name": "ad", "label": "Ad click", "source": "ads", "owner": "marketing"},
    {"name": "landing", "label": "Landing page", "source": "site", "event": "view", "target": 0.5},
    {"name": "deal", "event": "deal"},
]
COUNTED = {"day": "day", "count": "clicks", "by": {"campaign": "utm"}}


def project(tmp_path: Path, clicks: list[str], events: list[str], deals: list[str] = [], **keys: Any) -> dict[str, Any]:  # noqa: B006
    for name, header, lines in (
        ("costs", "day,campaign,clicks", clicks),
        ("site", "user_id,event,timestamp,utm", events),
        ("crm", "user_id,timestamp", deals),
    ):
        (tmp_path / f"{name}.csv").write_text("\n".join([header, *lines]) + "\n")
    sources = {
        "site": {"path": str(tmp_path / "site.csv")},
        "ads": {"path": str(tmp_path / "costs.csv"), "counted": COUNTED, **keys.pop("ads", {})},
    }
    if deals:
        sources["crm"] = {"path": str(tmp_path / "crm.csv"), "event": "deal"}
    return {"sources": sources, "stages": STAGES, "window": "5d", "segments": ["utm"], **keys}


def counted(funnel: dict[str, Any], **times: Any) -> dict[str, Any]:
    facts: dict[str, Any] = analyze(funnel, **times).to_dict()["counted"]
    return facts


def small(tmp_path: Path, **keys: Any) -> dict[str, Any]:
    clicks = [
        "2026-03-01,a,9",
        "2026-03-02,a,4",
        "2026-03-02,b,6",
        "2026-03-03,a,10",
        "2026-03-03,,1",
        "2026-03-04,a,50",
    ]
    events = [
        "u0,view,2026-03-01 12:00,a",
        "u1,view,2026-03-02 00:00,a",
        "u2,view,2026-03-02 23:59,",
        "u1,view,2026-03-03 08:00,a",
        "u3,view,2026-03-03 09:00,a",
        "u3,deal,2026-03-03 10:00,a",
        "u4,view,2026-03-03 11:00,mail",
        "u5,view,2026-03-04 11:00,a",
    ]
    return project(tmp_path, clicks, events, **keys)


def test_a_small_table_counted_by_hand(tmp_path: Path) -> None:
    facts = counted(small(tmp_path))
    # The log begins in the first day and ends in the fourth: these are no whole days. u1 entered on the second.
    assert (facts["since"], facts["until"], facts["days"]) == ("2026-03-02T00:00:00Z", "2026-03-04T00:00:00Z", 2)
    assert (facts["count"], facts["entered"], facts["ratio"]) == (21, 4, round(4 / 21, 12))
    assert (facts["low"], facts["high"], facts["judgement"]) == (None, None, "too_few")
    assert [(s["by"], s["values"], s["count"], s["entered"]) for s in facts["segments"]] == [
        (["utm"], ["a"], 14, 2),
        (["utm"], ["b"], 6, 0),
        (["utm"], [None], 1, 1),
        (["utm"], ["mail"], 0, 1),
    ]
    assert facts["unmatched"] == [{"by": "utm", "counted_values": 1, "count": 6, "entered_values": 1, "entered": 1}]
    assert (facts["stage"], facts["label"], facts["owner"], facts["source"]) == ("ad", "Ad click", "marketing", "ads")


def test_counts_by_value_are_a_frame_as_well(tmp_path: Path) -> None:
    frame = analyze(small(tmp_path)).counted_frame()
    assert frame.columns == ["by", "values", "count", "entered", "ratio", "low", "high"]
    assert frame.select("values", "count", "entered").rows() == [
        ("a", 14, 2),
        ("b", 6, 0),
        (None, 1, 1),
        ("mail", 0, 1),
    ]
    assert analyze({"stages": STAGES[2:], "source": {"path": str(tmp_path / "site.csv")}}).counted_frame().height == 0


def test_what_is_followed_says_what_it_says_without_the_counted_stage(tmp_path: Path) -> None:
    funnel = small(tmp_path)
    stages = [STAGES[1] | {"target": None}, STAGES[2]]
    alone = {**funnel, "sources": {"site": funnel["sources"]["site"]}, "stages": stages}
    facts = analyze(funnel).to_dict()
    del facts["counted"]
    assert facts == {name: part for name, part in analyze(alone).to_dict().items() if name != "counted"}
    assert entities(funnel, stage="deal").equals(entities(alone, stage="deal"))


def test_nobody_is_behind_the_count(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="the stage 'ad' is counted, not followed"):
        entities(small(tmp_path), stage="ad")


def test_a_range_counts_its_whole_days_only(tmp_path: Path) -> None:
    facts = counted(small(tmp_path), since="2026-03-02T10:00", until="2026-03-09")
    assert (facts["since"], facts["days"], facts["count"], facts["entered"]) == ("2026-03-03T00:00:00Z", 1, 11, 3)
    facts = counted(small(tmp_path), as_of="2026-03-03")
    assert (facts["until"], facts["count"], facts["entered"]) == ("2026-03-03T00:00:00Z", 10, 2)
    nothing = counted(small(tmp_path), since="2026-03-04")
    assert [nothing[key] for key in ("since", "until", "days", "count", "entered", "ratio")] == [
        None,
        None,
        0,
        None,
        None,
        None,
    ]


def test_days_that_the_file_lacks_count_on_neither_side(tmp_path: Path) -> None:
    clicks = ["2026-03-02,a,4", "2026-03-04,a,5"]
    events = [f"u{day}{k},view,2026-03-0{day} 12:0{k},a" for day in range(1, 7) for k in range(day)]
    facts = counted(project(tmp_path, clicks, events))
    assert (facts["since"], facts["until"], facts["days"]) == ("2026-03-02T00:00:00Z", "2026-03-05T00:00:00Z", 2)
    assert (facts["count"], facts["entered"]) == (9, 6)


def test_a_source_that_goes_on_does_not_make_days_without_visits(tmp_path: Path) -> None:
    clicks = [f"2026-03-{day:02},a,10" for day in range(1, 29)]
    events = [f"u{day}{k},view,2026-03-{day:02} 12:0{k},a" for day in range(1, 11) for k in range(4)]
    facts = counted(project(tmp_path, clicks, events, ["u11,2026-03-27"]))
    assert (facts["until"], facts["days"], facts["ratio"]) == ("2026-03-10T00:00:00Z", 8, 0.4)


def test_more_than_were_counted_is_no_rate(tmp_path: Path) -> None:
    clicks = [f"2026-03-{day:02},a,4" for day in range(1, 12)]
    events = [f"u{day}{k},view,2026-03-{day:02} 12:0{k},a" for day in range(1, 11) for k in range(8)]
    analysis = analyze(project(tmp_path, clicks, events))
    assert analysis.counted is not None
    assert (analysis.counted.ratio, analysis.counted.judgement) == (2.0, "at_target")
    shown = " ".join(table_of(Report(analyses=[analysis]), width=None, color=False).split())
    assert "on which 64 people entered: more than were counted, so that it is no rate." in shown
    assert "○–" in shown


def test_a_campaign_that_nobody_comes_with_is_a_warning_where_chance_cannot_be_why(tmp_path: Path) -> None:
    clicks = [
        f"2026-03-{day:02},{name},{count}" for day in range(1, 12) for name, count in (("a", 10), ("b", 5), ("c", 1))
    ]
    events = [f"u{day}{k},view,2026-03-{day:02} 12:0{k},a" for day in range(1, 12) for k in range(4)]
    warnings = [warning for warning in analyze(project(tmp_path, clicks, events)).warnings if "counted" in warning.code]
    # 4 ÷ 16 of 45 would be 11, of 9 only 2.
    assert [warning.message for warning in warnings] == ["counted, but nobody entered with that utm: 'b' (45)"]


def test_segments_at_a_later_stage_have_no_counts(tmp_path: Path) -> None:
    funnel = small(tmp_path, attribution="stage:deal")
    assert counted(funnel)["segments"] == []
    assert counted(funnel)["entered"] == 4


def test_a_property_that_no_event_has_is_an_error(tmp_path: Path) -> None:
    ads = {"counted": COUNTED | {"by": {"campaign": "utn"}}}
    with pytest.raises(DataError, match="has a column 'utn'; did you mean 'utm'"):
        analyze(small(tmp_path, ads=ads))


def test_numbers_are_the_same_value_as_their_texts(tmp_path: Path) -> None:
    import polars as pl

    funnel = small(tmp_path)
    log = pl.DataFrame({"user_id": ["u1", "u2", "u3", "u4"], "event": "view", "utm": [1.0, 17.0, 17.0, None]})
    days = [datetime(2026, 3, day, 12, tzinfo=UTC) for day in (1, 2, 2, 3)]
    log.with_columns(pl.Series("timestamp", days)).write_parquet(tmp_path / "site.parquet")
    (tmp_path / "costs.csv").write_text("day,campaign,clicks\n2026-03-02,17,8\n")
    funnel["sources"]["site"]["path"] = str(tmp_path / "site.parquet")
    assert [(s["values"], s["count"], s["entered"]) for s in counted(funnel)["segments"]] == [([17.0], 8, 2)]


def restless(tmp_path: Path, **keys: Any) -> dict[str, Any]:
    rng = random.Random(5)
    clicks, events = [], []
    for day in range(28):
        at = START + timedelta(days=day)
        for name in ("a", "b"):
            count = rng.randrange(20, 60)
            clicks.append(f"{at},{name},{count}")
            hours = [rng.randrange(24) for _ in range(count // 3)]
            events += [f"u{rng.randrange(900)},view,{at}T{hour:02}:00:00,{name}" for hour in hours]
    return project(tmp_path, clicks, events, **keys)


@pytest.mark.parametrize("every", ["day", "week", "month"])
def test_a_period_says_what_an_analysis_of_it_says(tmp_path: Path, every: Any) -> None:
    funnel = restless(tmp_path, timezone="America/New_York")
    answer = trend(funnel, every=every)
    assert answer.counted is not None
    assert (answer.counted.name, answer.counted.label, answer.counted.source) == ("ad", "Ad click", "ads")
    for period in answer.periods:
        facts = counted(funnel, since=period.start_at, until=period.end_at)
        assert period.counted is not None
        assert {key: facts[key] for key in type(period.counted).model_fields} == period.counted.model_dump()


@pytest.mark.parametrize(
    "keys", [{}, {"count": "attempts"}, {"count": "sessions"}, {"entry": "first"}, {"order": "strict"}]
)
def test_of_whole_days_as_many_enter_as_an_analysis_of_them_says(tmp_path: Path, keys: dict[str, Any]) -> None:
    funnel = restless(tmp_path, **keys)
    times = {"since": "2026-03-05", "until": "2026-03-20"}
    analysis = analyze(funnel, **times)
    assert analysis.counted is not None
    assert (analysis.counted.days, analysis.counted.entered) == (15, analysis.stages[0].reached)
    entered = {segment.values[0]: segment.stages[0].reached for segment in analysis.segments}
    assert {segment.values[0]: segment.entered for segment in analysis.counted.segments} == entered


def test_hours_and_attempts_have_no_counts_of_whole_days(tmp_path: Path) -> None:
    assert {period.counted for period in trend(restless(tmp_path), every="hour").periods} == {None}
    assert {period.counted for period in trend(restless(tmp_path, count="attempts")).periods} == {None}


def test_a_trend_shows_the_count_and_the_ratio_of_each_period(tmp_path: Path) -> None:
    shown = table_of(TrendReport(trends=[trend(restless(tmp_path), every="week")]), width=80, color=False)
    assert "Week         Ad click ○Landing page People deal Overall" in shown
    assert "○: counted, not followed; of whole days." in " ".join(shown.split())


def test_periods_are_compared_by_their_ratios_and_no_finding_rests_on_them(tmp_path: Path) -> None:
    funnel = restless(tmp_path)
    comparison = compare(funnel, since="2026-03-15", until="2026-03-27")
    sides = comparison.counted
    assert sides is not None
    for side, since, until in ((sides.this, "2026-03-15", "2026-03-27"), (sides.against, "2026-03-03", "2026-03-15")):
        facts = counted(funnel, since=since, until=until)
        assert {key: facts[key] for key in type(side).model_fields} == side.model_dump()
    this, against = sides.this.ratio or 0.0, sides.against.ratio or 0.0
    assert sides.difference == pytest.approx(this - against)
    assert (sides.low or 0.0) < this - against < (sides.high or 0.0)
    shown = " ".join(table_of(ComparisonReport(comparisons=[comparison]), width=80, color=False).split())
    assert "Ad click → Landing page, counted, not followed: 0." in shown


def test_segments_that_are_compared_have_no_counts(tmp_path: Path) -> None:
    assert compare(restless(tmp_path), split="utm=a,b").counted is None


class World(NamedTuple):
    """A random table of counts, a random log, and a question about both."""

    zone: ZoneInfo
    clicks: list[tuple[date, str, int]]
    events: list[tuple[str, str, datetime]]
    campaign: dict[str, str]
    since: datetime | None
    until: datetime | None
    as_of: datetime | None

    @property
    def times(self) -> dict[str, str]:
        asked_for = (("since", self.since), ("until", self.until), ("as_of", self.as_of))
        return {name: at.isoformat() for name, at in asked_for if at}


def world(seed: int) -> World:
    rng, names = random.Random(seed), ["a", "b", "c", ""]
    zone = ZoneInfo(rng.choice(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Auckland"]))
    clicks = [
        (START + timedelta(days=rng.randrange(40)), rng.choice([*names, "dead"]), rng.randrange(30))
        for _ in range(rng.choice([5, 60, 200]))
    ]
    begin = datetime.combine(START, time(), UTC) + timedelta(hours=rng.randrange(100))
    events: list[tuple[str, str, datetime]] = []
    campaign = {f"u{person}": rng.choice([*names, "mail"]) for person in range(rng.choice([3, 80, 300]))}
    for person in campaign:
        at = begin + timedelta(seconds=rng.randrange(35 * 86_400))
        for _ in range(rng.randrange(1, 5)):
            events.append((person, rng.choice(["view", "view", "deal", "help"]), at))
            at += timedelta(seconds=rng.randrange(4 * 86_400))
    rng.shuffle(events)
    rng.shuffle(clicks)
    since, until, as_of = (
        rng.choice([None, begin + timedelta(hours=rng.randrange(*hours))])
        for hours in ((300,), (400, 1000), (350, 900))
    )
    return World(zone, clicks, events, campaign, since, until, as_of)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def plain_count(this: World) -> tuple[list[date], dict[str | None, tuple[int, int]]]:
    """The days that count; and by campaign how many clicks there were on them, and who first entered on them."""
    last = this.as_of or max(at for _, _, at in this.events)
    entries = sorted((at, who) for who, what, at in this.events if what == "view" and at <= last)
    since, until = this.since or datetime.min.replace(tzinfo=UTC), this.until or datetime.max.replace(tzinfo=UTC)
    begins, ends = max(entries[0][0], since), min(last, until)
    days = sorted(
        day
        for day in {day for day, _, _ in this.clicks}
        if begins <= midnight(day, this.zone) and midnight(day + timedelta(days=1), this.zone) <= ends
    )
    first: dict[str, datetime] = {}
    for at, who in entries:
        if since <= at < until:
            first.setdefault(who, at)
    clicks, entered = Counter[str](), Counter[str]()
    for day, name, count in this.clicks:
        clicks[name] += count if day in days else 0
    for who, at in first.items():
        entered[this.campaign[who]] += at.astimezone(this.zone).date() in days
    names = {name for name in {*clicks, *entered} if clicks[name] or entered[name]}
    return days, {name or None: (clicks[name], entered[name]) for name in names}


@pytest.mark.parametrize("seed", range(12))
def test_random_logs_say_what_a_plain_count_of_their_days_says(tmp_path: Path, seed: int) -> None:
    this = world(seed)
    days, wanted = plain_count(this)
    funnel = project(
        tmp_path,
        [f"{day.isoformat()},{name},{count}" for day, name, count in this.clicks],
        [f"{who},{what},{at.isoformat()},{this.campaign[who]}" for who, what, at in this.events],
        timezone=this.zone.key,
    )
    facts = counted(funnel, **this.times)
    assert facts["days"] == len(days)
    if days:
        assert facts["since"] == midnight(days[0], this.zone).isoformat().replace("+00:00", "Z")
        assert (facts["count"], facts["entered"]) == tuple(map(sum, zip(*wanted.values(), strict=True)))
    assert {s["values"][0]: (s["count"], s["entered"]) for s in facts["segments"]} == wanted
