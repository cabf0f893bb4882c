"""Small exact logs on which a judgement easily goes wrong: each a funnel and its log, the right answer in its text.

Logs have `user_id`, `event`, `timestamp`, so that a funnel needs nothing but its stages.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import polars as pl

FIRST_DAY = datetime(2026, 3, 2)  # a Monday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

Row = tuple[str, str, datetime]


class RestlessLog(NamedTuple):
    """A funnel as a mapping, and its log."""

    funnel: dict[str, Any]
    log: pl.DataFrame


def _restless(stages: Sequence[str], rows: Iterator[Row], targets: Sequence[float] = (), **keys: Any) -> RestlessLog:
    """Targets are those of the stages after the first."""
    listed: list[dict[str, Any]] = [{"name": name, "event": name} for name in stages]
    for stage, target in zip(listed[1:], targets, strict=False):
        stage["target"] = target
    log = pl.DataFrame(list(rows), ["user_id", "event", "timestamp"], orient="row")
    written = pl.col("timestamp").dt.strftime("%Y-%m-%dT%H:%M:%S")
    return RestlessLog({"stages": listed} | keys, log.with_columns(written))


def days_without_invoices() -> RestlessLog:
    """28 days of 50 orders, invoices half a minute later; none on every third day, nor on days 14 to 17.

    Right: an answer; that invoices come in batches; no single day is called silent.
    """

    def rows() -> Iterator[Row]:
        for day in range(1, 29):
            for number in range(50):
                who, at = f"{day}-{number}", FIRST_DAY + (day - 1) * DAY + 8 * HOUR + number * 10 * MINUTE
                yield who, "order", at
                if day % 3 and not 14 <= day <= 17:
                    yield who, "invoice", at + MINUTE / 2

    return _restless(("order", "invoice"), rows(), window="1d")


def accounts_dated_by_day() -> RestlessLog:
    """3,000 people over 30 days: a visit at a time of day, an account on the same day at 00:00:00, 40 % pay in 9 days.

    Right: the account has days where the others have times; it comes before the visit; nobody is to blame.
    """

    def rows() -> Iterator[Row]:
        for number in range(3_000):
            day = FIRST_DAY + number % 30 * DAY
            visit = day + MINUTE + number // 30 * 14 * MINUTE
            yield f"{number}", "visit", visit
            yield f"{number}", "account", day
            if number % 5 < 2:
                yield f"{number}", "pay", visit + (1 + number // 30 % 9) * DAY - HOUR

    return _restless(("visit", "account", "pay"), rows(), (0.95, 0.40), window="14d")


def signup_broken_for_eight_weeks() -> RestlessLog:
    """16 weeks of 120 visits a day; 40 % sign up for 8 weeks, 10 % since. There are no targets.

    Right: signup is broken now, since the first day of week 9; 40 % before, 10 % since.
    """

    def rows() -> Iterator[Row]:
        for day in range(16 * 7):
            for number in range(120):
                who, at = f"{day}-{number}", FIRST_DAY + day * DAY + number * 12 * MINUTE
                yield who, "visit", at
                if number % 10 < (4 if day < 8 * 7 else 1):
                    yield who, "signup", at + 10 * MINUTE

    return _restless(("visit", "signup"), rows(), window="1d")


def one_bad_day(bad: int = 20) -> RestlessLog:
    """22 days of 100 visits, 14 minutes apart; 40 pay within five minutes, on day 20 only 10.

    Right: against the day before pay fell from 40 to 10 %, and not because of the calendar; `analyze` finds the day.
    """

    def rows() -> Iterator[Row]:
        for day in range(1, 23):
            for number in range(100):
                who, at = f"{day}-{number}", FIRST_DAY + (day - 1) * DAY + number * 14 * MINUTE
                yield who, "visit", at
                if number % 10 < (1 if day == bad else 4):
                    yield who, "pay", at + (1 + number % 4) * MINUTE

    return _restless(("visit", "pay"), rows(), window="1d")


def two_visits_a_year_apart() -> RestlessLog:
    """Right: nothing is missing between them."""
    rows: list[Row] = [("a", "visit", FIRST_DAY + 9 * HOUR), ("b", "visit", FIRST_DAY + 365 * DAY + 9 * HOUR)]
    return _restless(("visit", "pay"), iter(rows), window="7d")


def a_visit_every_two_minutes() -> RestlessLog:
    """Four weeks, ending at 06:01; a third of them pay. Right: the hour that has just begun is not silent."""

    def rows() -> Iterator[Row]:
        end = FIRST_DAY + 28 * DAY + 6 * HOUR + MINUTE
        for number in range(28 * 720 + 1):
            at = end - number * 2 * MINUTE
            yield f"{number}", "visit", at
            if number % 3 == 0 and at + MINUTE / 2 <= end:
                yield f"{number}", "pay", at + MINUTE / 2

    return _restless(("visit", "pay"), rows(), window="1h")


def two_arms() -> RestlessLog:
    """100 people in arm a, of whom 25 buy, 200 in arm b, of whom 40 do, over 35 hours; without a window.

    Right: split by arm, all 100 and 200 count: +5.0 points, from −4.6 to +15.5 (Newcombe 1998, method 10).
    """

    def rows() -> Iterator[Row]:
        for number in range(300):
            at = FIRST_DAY + 8 * HOUR + number * 7 * MINUTE
            yield f"{number}", "exposed", at
            buys = number // 3 % 4 == 0 if number % 3 == 0 else (number - number // 3 - 1) % 5 == 0
            if buys:
                yield f"{number}", "buy", at + MINUTE

    made = _restless(("exposed", "buy"), rows())
    arm = pl.when(pl.col("user_id").cast(pl.Int64) % 3 == 0).then(pl.lit("a")).otherwise(pl.lit("b"))
    return made._replace(log=made.log.with_columns(arm=arm))


def written_twice() -> RestlessLog:
    """A day's export in which every row stands twice; all windows are open. Right: the copies are said first."""

    def rows() -> Iterator[Row]:
        for number in range(200):
            at = FIRST_DAY + 8 * HOUR + number * 3 * MINUTE
            yield f"{number}", "visit", at
            if number % 2 == 0:
                yield f"{number}", "pay", at + 2 * MINUTE

    made = _restless(("visit", "pay"), rows(), (0.9,), window="7d")
    return made._replace(log=pl.concat([made.log, made.log]))


def two_of_two() -> RestlessLog:
    """Two people come, and both convert. Right: there is nothing to find, and nobody to ask."""
    rows: list[Row] = []
    for number in range(2):
        at = FIRST_DAY + 9 * HOUR + number * HOUR
        rows += [(f"{number}", "visit", at), (f"{number}", "pay", at + MINUTE)]
    return _restless(("visit", "pay"), iter([*rows, ("end", "other", FIRST_DAY + 3 * DAY)]), window="1h")
