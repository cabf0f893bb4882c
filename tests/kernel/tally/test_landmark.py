"""Who did what in the meantime, of those still on their way."""

from __future__ import annotations

import polars as pl

from growthctl.events.column_names import ENTITY, EVENT, NAMED, TIME
from growthctl.funnel.file import funnel_from_mapping
from growthctl.kernel.plan import plan_of
from growthctl.kernel.tally.landmark import Landmark, usual_wait

STAGES = ("visit", "signup", "pay")
PLAN = plan_of(funnel_from_mapping({"stages": [{"name": name, "event": name} for name in STAGES], "window": "100s"}))
SECOND = 1_000_000


def journeys(**people: tuple[int, int | None, int | None]) -> pl.DataFrame:
    rows = [(name, *(None if at is None else at * SECOND for at in times)) for name, times in people.items()]
    return pl.DataFrame(rows, [ENTITY, "#time_0", "#time_1", "#time_2"], orient="row")


def events(*rows: tuple[str, str, int]) -> pl.DataFrame:
    named = [sum(1 << k for k, stage in enumerate(STAGES) if stage == event) for _, event, _ in rows]
    return pl.DataFrame(
        {
            ENTITY: pl.Series([row[0] for row in rows], dtype=pl.String),
            EVENT: pl.Series([row[1] for row in rows], dtype=pl.String),
            TIME: pl.Series([row[2] * SECOND for row in rows], dtype=pl.Int64),
            NAMED: pl.Series(named, dtype=pl.UInt8),
        }
    )


PEOPLE = journeys(early=(0, 10, 15), late=(0, 10, 50), never=(0, 10, None), left=(0, None, None))


def test_only_those_still_on_their_way_are_looked_at() -> None:
    counts = Landmark.of(PEOPLE, events(), PLAN, 2, 20 * SECOND)
    assert counts.all == (2, 1)


def test_who_converts_exactly_at_the_landmark_is_no_longer_on_the_way() -> None:
    assert Landmark.of(PEOPLE, events(), PLAN, 2, 40 * SECOND).all.entered == 1
    assert Landmark.of(PEOPLE, events(), PLAN, 2, 39 * SECOND).all.entered == 2


def test_an_event_counts_once_for_each_person_and_only_in_the_meantime() -> None:
    log = events(
        *(("late", "docs", at) for at in (10, 11, 30, 31)),
        ("never", "docs", 31),
        ("never", "training", 30),
        ("early", "training", 12),
        ("left", "training", 12),
    )
    assert Landmark.of(PEOPLE, log, PLAN, 2, 20 * SECOND).after == {"docs": (1, 1), "training": (1, 0)}


def test_the_funnels_own_later_events_never_go_with_converting() -> None:
    log = events(("late", "pay", 20), ("late", "signup", 20), ("late", "visit", 20))
    assert list(Landmark.of(PEOPLE, log, PLAN, 2, 20 * SECOND).after) == ["signup", "visit"]
    assert list(Landmark.of(PEOPLE, log, PLAN, 1, 20 * SECOND).after) == []


def test_who_has_no_time_left_is_not_on_the_way() -> None:
    assert Landmark.of(PEOPLE, events(), PLAN, 2, 90 * SECOND).all.entered == 0


def test_the_usual_wait_is_the_median_of_those_who_convert() -> None:
    assert usual_wait(PEOPLE, PLAN, 2) == 22_500_000
    assert usual_wait(PEOPLE.clear(), PLAN, 2) == 0
