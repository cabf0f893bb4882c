"""Shared devices: whoever is known next after an anonymous event, inside a source and between two."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from growthctl import analyze, entities
from growthctl.events.sources.next_known import NEXT, with_next_known

STAGES = [{"name": "visit", "event": "visit"}, {"name": "login", "event": "login"}]
DEVICE = [
    ("d1", None, "visit", "2026-03-01T10:00:00Z"),
    ("d1", "ann", "login", "2026-03-01T10:05:00Z"),
    ("d1", None, "visit", "2026-03-01T11:00:00Z"),
    ("d1", "bob", "login", "2026-03-01T11:05:00Z"),
    ("d1", None, "visit", "2026-03-01T12:00:00Z"),
    ("d2", None, "visit", "2026-03-02T10:00:00Z"),
]


def log(rows: list[tuple[str, str | None, str, str]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["device", "person", "event", "timestamp"], orient="row")


def shared(rule: str) -> dict[str, Any]:
    return {"source": {"identity": {"anonymous": "device", "known": "person", "rule": rule}}, "stages": STAGES}


def test_each_of_two_people_on_one_device_has_the_visit_before_the_own_login() -> None:
    reached = entities(shared("next"), log(DEVICE), stage="login").select("entity", "visit").rows()
    assert [(who, at.hour) for who, at in reached] == [("ann", 10), ("bob", 11)]
    assert entities(shared("first"), log(DEVICE), stage="login")["entity"].to_list() == ["ann"]


def test_after_the_last_login_the_device_is_still_that_persons() -> None:
    visits = entities(shared("next"), log(DEVICE), stage="visit")["entity"].to_list()
    assert visits == ["ann", "bob", "d2"]


def test_the_warning_says_by_which_rule() -> None:
    (warning,) = analyze(shared("next"), log(DEVICE)).warnings[:1]
    assert warning.message == (
        "1 anonymous id is linked to several known ids; an event is of the one who is known next after it"
    )


@pytest.mark.parametrize("seed", range(5))
def test_with_one_person_a_device_both_rules_say_the_same(seed: int) -> None:
    rng = random.Random(seed)
    rows = [
        (
            f"d{device}",
            rng.choice([None, f"p{device % 7}"]),
            rng.choice(["visit", "login"]),
            f"2026-03-{rng.randrange(1, 29):02}",
        )
        for device in rng.choices(range(20), k=200)
    ]
    first, following = (analyze(shared(rule), log(rows)).to_dict() for rule in ("first", "next"))
    assert first == following


@pytest.mark.parametrize("seed", range(20))
def test_the_next_moment_is_found_as_a_person_would(seed: int) -> None:
    rng = random.Random(seed)
    rows = [(f"d{rng.randrange(4)}", rng.randrange(20), number) for number in range(40)]
    moments = [(f"d{rng.randrange(3)}", rng.randrange(20), f"p{rng.randrange(3)}") for _ in range(8)]
    expected = {}
    for device, at, number in rows:
        own = sorted((when, person) for who, when, person in moments if who == device)
        later = [person for when, person in own if when >= at]
        last = [person for when, person in own if when == own[-1][0]]
        expected[number] = later[0] if later else last[0] if own else None
    frame = pl.LazyFrame(rows, schema=["who", "when", "number"], orient="row")
    known = pl.LazyFrame(moments, schema=["who", "when", NEXT], orient="row")
    answer = with_next_known(frame, "who", "when", known).select("number", NEXT).collect()
    assert dict(answer.rows()) == expected


def test_a_visitor_that_is_linked_to_two_customers_is_who_of_them_comes_next(tmp_path: Path) -> None:
    (tmp_path / "site.csv").write_text(
        "user_id,event,timestamp\nv1,visit,2026-03-01\nv1,visit,2026-03-05\nv2,visit,2026-03-01\n"
    )
    (tmp_path / "crm.csv").write_text("user_id,event,timestamp\nann,won,2026-03-03\nbob,won,2026-03-07\n")
    (tmp_path / "links.csv").write_text("site,crm\nv1,ann\nv1,bob\n")
    funnel = {
        "sources": {name: {"path": str(tmp_path / f"{name}.csv")} for name in ("site", "crm")},
        "identity": {"links": str(tmp_path / "links.csv"), "rule": "next"},
        "stages": [{"name": "visit", "event": "visit"}, {"name": "won", "event": "won"}],
    }
    reached = entities(funnel, stage="won").select("entity", "visit").rows()
    assert [(who, at.day) for who, at in reached] == [("ann", 1), ("bob", 5)]
    assert entities(funnel, stage="visit")["entity"].to_list() == ["ann", "bob", "site:v2"]


def test_a_source_says_how_many_of_its_devices_are_shared(tmp_path: Path) -> None:
    log(DEVICE).write_csv(tmp_path / "site.csv")
    identity = {"anonymous": "device", "known": "person"}
    funnel = {"sources": {"site": {"path": str(tmp_path / "site.csv"), "identity": identity}}, "stages": STAGES}
    messages = [warning.message for warning in analyze(funnel).warnings]
    assert "1 anonymous id of 'site' is linked to several known ids; the first link counts" in messages
