"""Which known changes are named beside something that began: held to the plainest way to say it, on random changes."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from growthctl.clock import DAY, HOUR
from growthctl.diagnosis.health.inputs import Finding
from growthctl.diagnosis.known_changes import KnownChanges
from growthctl.diagnosis.transitions import SegmentValues
from growthctl.funnel.conditions.parse import parse_condition
from growthctl.funnel.known_changes import KnownChange

MOBILE = SegmentValues(("device",), ("mobile",))


def instant(text: str, zone: str = "UTC") -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1_000_000)


def change(at: str, what: str = "x", stage: str | None = None, where: str | None = None) -> KnownChange:
    condition = None if where is None else parse_condition(where)
    return KnownChange(instant(at), what, stage, where, condition)


def known(*changes: KnownChange, **more: Any) -> KnownChanges:
    return KnownChanges(sorted(changes, key=lambda each: each.at), **more)


def names(changes: KnownChanges, since: str = "2026-03-06", *about: Any, **more: Any) -> list[tuple[str, int]]:
    return [(near.change.what, near.days_after) for near in changes.near(instant(since), *about, **more)]


def test_the_day_itself_and_the_seven_before_are_near_and_what_came_later_is_not() -> None:
    days = [change(f"2026-03-{day:02}", f"day {day}") for day in (1, 5, 6, 7)]
    late = change("2026-03-06T23:59", "the same day, late")
    old = [change("2026-02-27", "seven days"), change("2026-02-26T23:59", "eight days")]
    assert names(known(*days, late, *old)) == [
        ("the same day, late", 0),
        ("day 6", 0),
        ("day 5", 1),
        ("day 1", 5),
        ("seven days", 7),
    ]


def test_what_is_known_to_the_hour_is_not_dated_by_what_was_done_later_on_its_day() -> None:
    changes = known(
        change("2026-03-06T11:59", "before"), change("2026-03-06T12:30", "in it"), change("2026-03-06T13:00")
    )
    outage = Finding("stage_silent", "tracking", "signup", since_at=instant("2026-03-06T12:00"))
    assert [near.change.what for near in changes.near_finding(outage)] == ["in it", "before"]
    of_segment = outage._replace(segment=MOBILE, since_at=instant("2026-03-06"))
    assert len(changes.near_finding(of_segment)) == 3
    assert changes.near_finding(outage._replace(since_at=None)) == []


def test_a_range_begins_on_a_day_or_at_its_time() -> None:
    changes = known(change("2026-03-06T09:00", "morning"), change("2026-03-06T18:00", "evening"))
    at_noon = changes.near_boundary(instant("2026-03-06T13:00"), "signup")
    assert [(near.change.what, near.days_after) for near in at_noon] == [("morning", 0)]
    assert len(changes.near_boundary(instant("2026-03-06"), "signup")) == 2
    assert changes.near_boundary(None, "signup") == []


def test_one_that_names_the_stage_comes_first_and_one_of_another_stage_not_at_all() -> None:
    changes = known(
        change("2026-03-02", "form", "signup"), change("2026-03-06", "mail", "demo"), change("2026-03-05", "logo")
    )
    assert names(changes, "2026-03-06", "signup") == [("form", 4), ("logo", 1)]
    assert names(changes, "2026-03-06", "landing") == [("logo", 1)]
    in_any_order = changes._replace(is_ordered=False)
    assert names(in_any_order, "2026-03-06", "any_2") == [("mail", 0), ("logo", 1), ("form", 4)]


def test_one_that_names_the_segment_comes_first_and_one_of_another_segment_not_at_all() -> None:
    changes = known(
        change("2026-03-03", "app", where="device IN ('mobile', 'tablet')"),
        change("2026-03-04", "desktop", where="device = 'desktop'"),
        change("2026-03-05", "maybe", where="browser = 'safari'"),
    )
    assert names(changes, "2026-03-06", "signup", MOBILE) == [("app", 3), ("maybe", 1)]
    assert names(changes, "2026-03-06", "signup") == [("maybe", 1), ("desktop", 2), ("app", 3)]


@pytest.mark.parametrize(
    ("where", "reached"),
    [
        ("device = 'mobile'", True),
        ("device <> 'mobile'", False),
        ("NOT device = 'mobile'", False),
        ("device NOT IN ('mobile')", False),
        ("device = 'mobile' AND plan = 'pro'", None),
        ("device = 'desktop' AND plan = 'pro'", False),
        ("device = 'mobile' OR plan = 'pro'", True),
        ("device = 'desktop' OR plan = 'pro'", None),
        ("NOT (device = 'desktop' OR device = 'tablet')", True),
        ("device LIKE 'mob%'", None),
        ("device IS NOT NULL", None),
        ("device = LOWER('MOBILE')", None),
        ("device = other_device", None),
        ("plan = 'pro'", None),
        ("device > 1.5", None),
    ],
)
def test_a_condition_tells_of_a_segment_where_that_is_plain(where: str, reached: bool | None) -> None:
    # One that surely names it comes before one of a later day, and one that surely does not is left out.
    changes = known(change("2026-03-04", "it", where=where), change("2026-03-05", "later"))
    first = {True: [("it", 2), ("later", 1)], None: [("later", 1), ("it", 2)], False: [("later", 1)]}
    assert names(changes, "2026-03-06", None, MOBILE) == first[reached]


def test_numbers_are_told_apart_and_what_is_unknown_is_neither() -> None:
    changes = known(change("2026-03-05", where="seats = 3"))
    assert [len(names(changes, "2026-03-06", None, SegmentValues(("seats",), (value,)))) for value in (3, 4)] == [1, 0]
    for value in (None, True, 3.5):
        assert len(names(changes, "2026-03-06", None, SegmentValues(("seats",), (value,)))) == 1


def test_days_are_those_of_the_funnels_clocks_also_where_midnights_are_an_hour_off() -> None:
    # A log that ends in summer counts the days of winter from eleven in the evening on.
    changes = KnownChanges([KnownChange(instant("2026-03-06", "Europe/Berlin"), "x")], "Europe/Berlin")
    for since in ("2026-03-05T23:00", "2026-03-06T00:00", "2026-03-06T01:00"):
        assert [near.days_after for near in changes.near(instant(since, "Europe/Berlin"))] == [0]


@pytest.mark.parametrize("seed", range(60))
def test_random_changes_are_ranked_as_a_reader_would_by_hand(seed: int) -> None:
    rng = random.Random(seed)
    zone = ZoneInfo(rng.choice(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"]))
    listed = sorted(
        (
            KnownChange(
                int(datetime(2026, 3, rng.randint(1, 28), rng.choice([0, 7, 23]), tzinfo=UTC).timestamp()) * 1_000_000,
                f"change {number}",
                rng.choice([None, "signup", "demo"]),
            )
            for number in range(rng.randint(0, 30))
        ),
        key=lambda each: each.at,
    )
    began = datetime(2026, 3, rng.randint(1, 28), tzinfo=zone)
    step, since = rng.choice([(DAY, began), (HOUR, began + timedelta(hours=rng.randint(0, 23)))])

    expected = []
    for each in listed:
        at = datetime.fromtimestamp(each.at / 1e6, zone)
        days = (since.date() - at.date()).days
        is_late = step == HOUR and at >= since + timedelta(hours=1)
        if each.stage != "demo" and 0 <= days <= 7 and not is_late:
            expected.append((each, days))
    expected.sort(key=lambda pair: pair[0].at, reverse=True)
    in_order = [pair for pair in expected if pair[0].stage] + [pair for pair in expected if not pair[0].stage]
    near = KnownChanges(listed, str(zone)).near(int(since.timestamp()) * 1_000_000, "signup", None, step)
    # Of one instant the order is that of the file.
    assert near == in_order
