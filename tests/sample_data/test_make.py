"""The sample log is reproducible and holds every fault that its README promises."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import polars as pl
import pytest
import yaml
from polars.testing import assert_frame_equal

from sample_data import make

ROOT = Path(make.__file__).parents[1]
SAMPLE = ROOT / "sample_data"
STAGES = ["ad_click", "landing_view", "signup", "demo_attended", "payment"]
WINDOW = timedelta(days=14)
MIX_MOVES = datetime(2026, 2, 4, tzinfo=UTC)
OUTAGE = (datetime(2026, 2, 19, 12, tzinfo=UTC), datetime(2026, 2, 19, 18, tzinfo=UTC))
FORM_BREAKS = datetime(2026, 3, 6, tzinfo=UTC)

Event = dict[str, Any]


@dataclass(frozen=True)
class Journey:
    """A person's deepest attempt (the earliest of several), and the first entry of the range."""

    entry: Event
    times: list[datetime]
    first_entry_at: datetime

    def reached(self, stage: str) -> bool:
        return len(self.times) > STAGES.index(stage)


@pytest.fixture(scope="module")
def raw() -> pl.DataFrame:
    return pl.read_csv(SAMPLE / "events.csv", schema_overrides={"amount": pl.Int64})


@pytest.fixture(scope="module")
def log(raw: pl.DataFrame) -> list[Event]:
    readable = raw.unique("event_id", maintain_order=True).with_columns(
        at=pl.col("timestamp").str.to_datetime("%Y-%m-%dT%H:%M:%SZ", strict=False, time_zone="UTC")
    )
    return readable.drop_nulls(["at", "anonymous_id"]).sort("at").to_dicts()


@pytest.fixture(scope="module")
def readme() -> str:
    return " ".join((SAMPLE / "README.md").read_text("utf-8").split())


def journeys(log: list[Event], since: datetime | None = None, until: datetime | None = None) -> list[Journey]:
    """The journeys of funnels/saas_signup.yml with entries in [since, until), the obvious way."""
    people: dict[str, list[Event]] = defaultdict(list)
    for event in log:
        people[event["anonymous_id"]].append(event)
    found = []
    for events in people.values():
        entries = [
            e
            for e in events
            if e["event"] == STAGES[0] and (not since or e["at"] >= since) and (not until or e["at"] < until)
        ]
        attempts = [(entry, attempt(entry, events)) for entry in entries]
        if attempts:
            entry, times = max(attempts, key=lambda pair: len(pair[1]))
            found.append(Journey(entry, times, entries[0]["at"]))
    return found


def attempt(entry: Event, events: list[Event]) -> list[datetime]:
    times = [entry["at"]]
    for stage in STAGES[1:]:
        later = [e["at"] for e in events if e["event"] == stage and times[-1] <= e["at"] <= entry["at"] + WINDOW]
        if not later:
            break
        times.append(later[0])
    return times


def signups_of_landings(found: Iterable[Journey]) -> tuple[int, int]:
    landed = [journey for journey in found if journey.reached("landing_view")]
    return sum(journey.reached("signup") for journey in landed), len(landed)


def of(found: list[Journey], **wanted: str) -> Iterator[Journey]:
    return (j for j in found if all(j.entry[key] == value for key, value in wanted.items()))


def percent(converted_of: tuple[int, int]) -> str:
    return f"{converted_of[0]} of {converted_of[1]} ({converted_of[0] / converted_of[1]:.1%})".replace("%", " %")


def test_the_same_seed_writes_the_files_of_the_repository(tmp_path: Path) -> None:
    make.main(tmp_path)
    for name in ("events.csv", "costs.csv", "changes.csv"):
        assert (tmp_path / name).read_bytes() == (SAMPLE / name).read_bytes(), "run python sample_data/make.py"
    assert_frame_equal(pl.read_parquet(tmp_path / "events.parquet"), pl.read_parquet(SAMPLE / "events.parquet"))


def test_csv_and_parquet_hold_the_same_rows_in_the_same_order(raw: pl.DataFrame) -> None:
    assert_frame_equal(raw, pl.read_parquet(SAMPLE / "events.parquet"))
    assert raw.columns == make.COLUMNS


def test_the_files_are_small_enough_to_live_in_the_repository() -> None:
    csv, parquet = ((SAMPLE / name).stat().st_size for name in ("events.csv", "events.parquet"))
    assert csv < 4_500_000
    assert csv + parquet < 6_000_000


def test_rows_run_forward_through_the_ninety_days(raw: pl.DataFrame) -> None:
    times = raw["timestamp"].str.to_datetime("%Y-%m-%dT%H:%M:%SZ", strict=False).drop_nulls()
    assert times.is_sorted()
    assert (times[0].date().isoformat(), times[-1].date().isoformat()) == ("2026-01-05", "2026-04-04")


def test_a_person_is_one_user_of_one_account_from_the_signup_on(log: list[Event]) -> None:
    ids: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    signed_up: set[str] = set()
    for event in log:
        person = event["anonymous_id"]
        if event["event"] == "signup":
            signed_up.add(person)
        if event["user_id"] is not None:
            ids[person].add((event["user_id"], event["account_id"], event["plan"]))
        assert event["event"] != "signup" or event["user_id"] is not None
        assert (event["user_id"] is None) <= (person not in signed_up)
    assert {len(known) for known in ids.values()} == {1}
    accounts = Counter(account for known in ids.values() for _, account, _ in known)
    assert sum(accounts.values()) / len(accounts) > 1.4


def test_the_form_breaks_on_mobile_and_nowhere_else(log: list[Event], readme: str) -> None:
    before, after = journeys(log, until=FORM_BREAKS), journeys(log, since=FORM_BREAKS)
    rates = {}
    for device in make.DEVICES:
        counts = [signups_of_landings(of(side, device=device)) for side in (before, after)]
        rates[device] = math.prod((counts[1][0] / counts[1][1], counts[0][1] / counts[0][0]))
        if device == "mobile":
            assert f"from {percent(counts[0])} to {percent(counts[1])}" in readme
    assert 0.27 < rates["mobile"] < 0.4
    assert rates["desktop"] > 0.8
    assert rates["tablet"] > 0.8


def test_demos_fill_eight_slots_a_weekday_and_people_wait(log: list[Event], readme: str) -> None:
    demos = Counter(event["at"].date() for event in log if event["event"] == "demo_attended")
    assert {day.weekday() for day in demos} == set(range(5))
    first, *others = (demos[day] for day in sorted(demos))
    assert len(others) == 64
    assert first < 8
    assert set(others) == {8}
    found = [journey for journey in journeys(log) if journey.reached("demo_attended")]
    waits: dict[int, list[float]] = defaultdict(list)
    for journey in found:
        week = (journey.times[2] - datetime(2026, 1, 5, tzinfo=UTC)).days // 7
        waits[week].append((journey.times[3] - journey.times[2]) / timedelta(days=1))
    medians = {week: median(days) for week, days in waits.items()}
    assert (
        f"the median wait grows from {medians[0]:.1f} days in the first week to {medians[2]:.1f} in the third" in readme
    )


def test_the_demo_misses_its_target_by_far_and_the_others_hardly(log: list[Event], readme: str) -> None:
    last = log[-1]["at"]
    ripe = [journey for journey in journeys(log) if journey.first_entry_at + WINDOW <= last]
    reached = [sum(journey.reached(stage) for journey in ripe) for stage in STAGES]
    funnel = yaml.safe_load((ROOT / "funnels/saas_signup.yml").read_text("utf-8"))
    targets = [float(stage["target"].rstrip("%")) / 100 for stage in funnel["stages"][1:]]
    rates = [later / earlier for earlier, later in pairwise(reached)]
    entries = [journey.first_entry_at for journey in ripe]
    payments = reached[-1] * timedelta(days=30) / (max(entries) - min(entries))
    recoverable = [payments / rate * max(0, target - rate) for rate, target in zip(rates, targets, strict=True)]
    assert recoverable[2] > 5 * max(recoverable[0], recoverable[1], recoverable[3])
    assert recoverable[2] > 0.2 * payments
    assert all(rate > 0.95 * target for k, (rate, target) in enumerate(zip(rates, targets, strict=True)) if k != 2)
    landing, signup, demo, payment = (f"{target:.0%}".rstrip("%") for target in targets)
    assert f"targets of {landing}, {signup}, {demo} and {payment} %" in readme
    assert " → ".join(str(count) for count in reached) in readme
    assert ", ".join(f"{rate:.1%}".replace("%", " %") for rate in rates) in readme


def test_the_dead_campaign_never_pays_and_every_other_does(log: list[Event], readme: str) -> None:
    found = journeys(log)
    rows = {}
    for campaign in make.CAMPAIGNS:
        members = list(of(found, campaign=campaign))
        rows[campaign] = [sum(journey.reached(stage) for journey in members) for stage in STAGES]
    clicks, landings, signups, _, payments = rows.pop("display")
    assert payments == 0
    assert landings / clicks > 0.78
    assert signups / landings < 0.03
    assert all(row[-1] >= 10 and row[2] / row[1] > 0.1 for row in rows.values())
    assert f"{clicks} people, {landings} landings, {signups} signups, 0 payments" in readme
    costs = pl.read_csv(SAMPLE / "costs.csv").filter(pl.col("campaign") == "display")["amount"].sum()
    assert f"{costs:.0f} EUR" in readme


def test_clicks_triple_in_the_outage_and_nobody_lands(log: list[Event], readme: str) -> None:
    counts = Counter(event["event"] for event in log if OUTAGE[0] <= event["at"] < OUTAGE[1])
    week = timedelta(days=7)
    usual = Counter(event["event"] for event in log if OUTAGE[0] - week <= event["at"] < OUTAGE[1] - week)
    assert counts["ad_click"] >= 2.5 * usual["ad_click"]
    assert counts["landing_view"] <= 0.05 * counts["ad_click"]
    assert f"{counts['ad_click']} clicks, {counts['landing_view']} landings" in readme
    assert f"{usual['ad_click']} and {usual['landing_view']}" in readme


def test_signup_on_desktop_falls_although_it_rises_in_every_country(log: list[Event], readme: str) -> None:
    months = [
        list(of(journeys(log, *dates), device="desktop")) for dates in ((None, MIX_MOVES), (MIX_MOVES, FORM_BREAKS))
    ]
    whole = [signups_of_landings(month) for month in months]
    assert whole[1][0] / whole[1][1] < 0.93 * whole[0][0] / whole[0][1]
    assert f"from {percent(whole[0])} to {percent(whole[1])}" in readme
    for country in make.COUNTRIES:
        before, after = (signups_of_landings(of(month, country=country)) for month in months)
        assert after[0] / after[1] > 1.1 * before[0] / before[1]
        assert f"| {country} | {percent(before)} | {percent(after)} |" in readme


def test_dirty_rows_are_few_and_counted(raw: pl.DataFrame, log: list[Event], readme: str) -> None:
    repeated = raw.height - raw["event_id"].n_unique()
    assert repeated == raw.is_duplicated().sum() / 2 == 60
    bad = raw.filter(pl.col("timestamp").str.to_datetime("%Y-%m-%dT%H:%M:%SZ", strict=False).is_null()).height
    nulls = raw["anonymous_id"].null_count()
    assert (bad, nulls) == (36, 45)
    assert repeated + bad + nulls < 0.005 * raw.height
    clicks = Counter(event["anonymous_id"] for event in log if event["event"] == "ad_click")
    again = sum(count > 1 for count in clicks.values())
    seconds = {kind: {(e["anonymous_id"], e["at"]) for e in log if e["event"] == kind} for kind in STAGES[:2]}
    ties = len(seconds["ad_click"] & seconds["landing_view"])
    assert f"{raw.height} rows" in readme
    assert f"{repeated} rows delivered twice, {bad} unreadable timestamps, {nulls} rows without" in readme
    assert f"{again} people click more than once; {ties} land in the second of their click" in readme


def test_costs_name_every_campaign_every_day_and_the_sales_team_on_weekdays() -> None:
    costs = pl.read_csv(SAMPLE / "costs.csv", try_parse_dates=True)
    ads, sales = costs.filter(phase="acquisition"), costs.filter(phase="sales")
    assert costs.columns == ["day", "campaign", "amount", "phase"]
    assert ads["day"].n_unique() == 90
    assert set(ads["campaign"]) == set(make.CAMPAIGNS)
    assert sales.height == 65
    assert sales["campaign"].null_count() == 65


FUNNELS = [path for path in sorted((ROOT / "funnels").glob("*.yml")) if path.stem != "company"]


@pytest.mark.parametrize("path", FUNNELS, ids=lambda path: path.stem)
def test_funnels_name_files_events_and_properties_that_exist(path: Path, raw: pl.DataFrame) -> None:
    funnel = yaml.safe_load(path.read_text("utf-8"))
    assert (path.parent / funnel["source"]["path"]).resolve().is_file()
    assert {stage["event"] for stage in funnel["stages"]} <= set(raw["event"])
    assert {*funnel["source"]["columns"].values(), *funnel.get("segments", [])} <= set(raw.columns)
