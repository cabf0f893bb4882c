"""Dates as people write them."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from growthctl.events.times.time_column import time_expr
from growthctl.events.times.written_dates import DateOrder


def read(text: str, order: DateOrder | None = None) -> str | None:
    """In UTC, without what is zero of the time."""
    frame = pl.DataFrame({"text": [text]})
    micros = frame.select(time_expr(pl.col("text"), pl.String(), "UTC", order=order)).item()
    return (
        None
        if micros is None
        else str(datetime.fromtimestamp(micros / 1e6, UTC)).removesuffix("+00:00").removesuffix(" 00:00:00")
    )


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2-Jan-2014", "2014-01-02"),
        ("2 January 2014, 9:05", "2014-01-02 09:05:00"),
        ("Jan 2nd, 2014 9:05:07.25 PM", "2014-01-02 21:05:07.250000"),
        ("Friday, March 14, 2014 10:11", "2014-03-14 10:11:00"),
        ("Thu, 02 Jan 2014 10:11:12 GMT", "2014-01-02 10:11:12"),
        ("02/Jan/2014:10:11:12 +0200", "2014-01-02 08:11:12"),
        ("2014/3/13 7:05", "2014-03-13 07:05:00"),
        ("2014.03.13", "2014-03-13"),
        ("2014-01-02 10:11 PM", "2014-01-02 22:11:00"),
        ("30 Sept 2014", "2014-09-30"),
        (" 29 Feb 2016 ", "2016-02-29"),
    ],
)
def test_a_date_is_read_where_it_can_mean_one_day_only(text: str, time: str) -> None:
    assert read(text) == time


@pytest.mark.parametrize(
    ("clock", "time"),
    [
        ("12:05 AM", "2014-01-03 00:05:00"),
        ("12:05 PM", "2014-01-03 12:05:00"),
        ("12 :05 PM", None),
        ("11:59:59 p.m.", "2014-01-03 23:59:59"),
        ("1:00 am", "2014-01-03 01:00:00"),
        ("0:05 AM", None),
        ("13:05 PM", None),
        ("24:00", None),
        ("10:60", None),
    ],
)
def test_noon_and_midnight_are_twelve_of_a_half(clock: str, time: str | None) -> None:
    assert read(f"Jan 3, 2014 {clock}") == time


@pytest.mark.parametrize(
    "text", ["31-Feb-2014", "29 Feb 2015", "2014/2/30", "31 June 2014", "0 Jan 2014", "Foo 3, 2014"]
)
def test_a_day_that_never_was_is_no_time(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize("order", [None, "day-first", "month-first"])
def test_a_date_of_numbers_is_read_by_its_order_only(order: DateOrder | None) -> None:
    dates = {"day-first": "2014-02-03", "month-first": "2014-03-02"}
    assert read("03/02/2014") is None
    assert order is None or read("03/02/2014", order) == dates[order]
    assert read("2014-02-03", order) == "2014-02-03"


def test_a_date_that_its_order_does_not_allow_is_none() -> None:
    assert read("31/12/2014", "day-first") == "2014-12-31"
    assert read("31/12/2014", "month-first") is None
    assert read("31/02/2014", "day-first") is None


@pytest.mark.parametrize(("year", "full"), [("00", 2000), ("24", 2024), ("68", 2068), ("69", 1969), ("99", 1999)])
def test_a_year_of_two_digits_is_read_as_posix_does(year: str, full: int) -> None:
    assert read(f"3/2/{year}", "day-first") == f"{full}-02-03"
