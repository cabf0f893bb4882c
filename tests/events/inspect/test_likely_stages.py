"""The suggested funnel is the way to the event that is worth most."""

from __future__ import annotations

import random

import polars as pl

from growthctl.clock import DAY, HOUR
from growthctl.events.column_names import ENTITY, EVENT, REJECTED, TIME
from growthctl.events.inspect.event_profiles import log_profile
from growthctl.events.inspect.likely_stages import LikelyFunnel, likely_funnel, telling
from growthctl.events.rows import AFTER_AS_OF, BLANK, FAULTS

START = 19_700 * DAY
STEPS = (("visit", 1.0, 0), ("sign_up", 0.5, HOUR), ("demo", 0.5, DAY), ("purchase", 0.4, DAY))


def rows(seed: int = 1, people: int = 800) -> pl.LazyFrame:
    """Each goes on with the next event with its probability; all look at the docs at any time."""
    rng = random.Random(seed)
    events = []
    for person in range(people):
        at = START + rng.randrange(60 * DAY)
        device = rng.choice(["phone", "desktop"])
        for name, rate, wait in STEPS:
            if rng.random() > rate:
                break
            at += int(wait * rng.random())
            events.append((f"u{person}", name, at, device))
            if rng.random() < 0.15:
                events.append((f"u{person}", "docs_view", at + HOUR, device))
    frame = pl.DataFrame(events, [ENTITY, EVENT, TIME, "device"], orient="row")
    return frame.with_columns(pl.lit(None, pl.String).alias(REJECTED)).lazy()


def likely(log: pl.LazyFrame, *chosen: str) -> LikelyFunnel:
    log = log.with_columns(pl.col(REJECTED).cast(pl.Enum([*FAULTS, AFTER_AS_OF, BLANK])))
    return likely_funnel(log, log_profile(log).events, chosen)


def test_stages_are_what_most_went_through_in_its_order() -> None:
    for seed in range(5):
        funnel = likely(rows(seed))
        assert funnel.events == ("visit", "sign_up", "demo", "purchase")
        assert funnel.window == "3d"


def test_chosen_stages_stay_as_they_are() -> None:
    assert likely(rows(), "visit", "docs_view", "purchase").events == ("visit", "docs_view", "purchase")


def test_without_a_valuable_name_it_is_the_event_that_comes_last() -> None:
    renamed = rows().with_columns(pl.col(EVENT).replace({"purchase": "four", "demo": "three", "sign_up": "two"}))
    assert likely(renamed).events[-1] == "four"


def test_one_event_alone_is_a_funnel_without_a_window() -> None:
    assert likely(rows().filter(pl.col(EVENT) == "visit")) == LikelyFunnel(("visit",), None)


def test_what_says_who_gets_to_the_end_splits_nothing() -> None:
    bought = rows().with_columns(
        (pl.col(EVENT) == "purchase").any().over(ENTITY).cast(pl.String).alias("outcome"),
        pl.lit("web").alias("same"),
    )
    assert telling(bought, ["device", "outcome", "same"], ("visit", "purchase")) == ("device",)


def test_what_browsers_fetch_by_themselves_is_no_stage() -> None:
    fetched = rows().with_columns(pl.lit("/static/app.js?v=2").alias(EVENT))
    assert likely(pl.concat([fetched, rows()])).events == ("visit", "sign_up", "demo", "purchase")
