"""Times of a declared format."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from growthctl.events.times.event_time import event_time
from growthctl.funnel.sections.source import Source


def instant(text: str | int, format: str, timezone: str = "UTC") -> datetime | None:
    frame = pl.DataFrame({"time": [text]})
    source = Source.model_validate({"time_format": format})
    micros = frame.select(event_time(pl.col("time"), frame.schema["time"], source, timezone)).item()
    return None if micros is None else datetime.fromtimestamp(micros / 1e6, UTC)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("text", "format", "time"),
    [
        ("31/01/2014", "day-first", at(2014, 1, 31)),
        ("03/02/2014 9:05", "day-first", at(2014, 2, 3, 9, 5)),
        ("03/02/2014 9:05", "month-first", at(2014, 3, 2, 9, 5)),
        ("12-01-2018 12:38", "day-first", at(2018, 1, 12, 12, 38)),
        ("3.2.2014 10:11:12.25", "day-first", at(2014, 2, 3, 10, 11, 12, 250_000)),
        ("1/31/2014 1:10 PM", "month-first", at(2014, 1, 31, 13, 10)),
        ("1/31/2014 12:10:05 AM", "month-first", at(2014, 1, 31, 0, 10, 5)),
        ("31.12.14 7:05", "day-first", at(2014, 12, 31, 7, 5)),
        ("2-Jan-2014", "%d-%b-%Y", at(2014, 1, 2)),
        ("20090319043255", "%Y%m%d%H%M%S", at(2009, 3, 19, 4, 32, 55)),
        (20090319043255, "%Y%m%d%H%M%S", at(2009, 3, 19, 4, 32, 55)),
        (20090319, "%Y%m%d", at(2009, 3, 19)),
        ("02/Jan/2014:10:11:12 +0200", "%d/%b/%Y:%H:%M:%S %z", at(2014, 1, 2, 8, 11, 12)),
        ("31/01/2014", "month-first", None),
        ("2014-01-31", "day-first", at(2014, 1, 31)),
        ("soon", "%Y-%m-%d", None),
    ],
)
def test_a_text_is_read_as_it_is_declared_to_be_written(text: str | int, format: str, time: datetime | None) -> None:
    assert instant(text, format) == time


@pytest.mark.parametrize("format", ["day-first", "%d/%m/%Y %H:%M"])
def test_without_a_zone_it_is_local(format: str) -> None:
    berlin = datetime(2014, 7, 31, 9, 5, tzinfo=ZoneInfo("Europe/Berlin"))
    assert instant("31/07/2014 09:05", format, "Europe/Berlin") == berlin
    # The hour that clocks skipped.
    assert instant("30/03/2014 02:30", format, "Europe/Berlin") is None


def test_a_column_that_has_times_needs_no_format() -> None:
    frame = pl.DataFrame({"time": [datetime(2014, 1, 31)]})
    source = Source(time_format="day-first")
    assert frame.select(event_time(pl.col("time"), frame.schema["time"], source, "UTC")).item() is not None


def instants(values: list[Any], timezone: str = "UTC", **keys: str) -> list[str | None]:
    frame = pl.DataFrame({"time": values}, strict=False)
    source = Source.model_validate(keys)
    micros = frame.select(event_time(pl.col("time"), frame.schema["time"], source, timezone)).to_series()
    return [None if at is None else f"{datetime.fromtimestamp(at / 1e6, UTC):%Y-%m-%d %H:%M}" for at in micros]


def test_relative_times_count_from_their_origin() -> None:
    assert instants(["0", " 1 ", "2.5", "-1", "x"], time_origin="2024-01-01", time_unit="h") == [
        "2024-01-01 00:00",
        "2024-01-01 01:00",
        "2024-01-01 02:30",
        "2023-12-31 23:00",
        None,
    ]
    assert instants([0, 1, 10**9], time_origin="2024-01-01T00:00:00+05:00", time_unit="d") == [
        "2023-12-31 19:00",
        "2024-01-01 19:00",
        None,
    ]


def test_an_origin_without_an_offset_is_local_and_what_follows_is_time_that_passed() -> None:
    # An hour later clocks went forward.
    times = instants([0, 1.5], "US/Pacific", time_origin="2024-03-10 01:30", time_unit="h")
    assert times == ["2024-03-10 09:30", "2024-03-10 11:00"]


def epochs(*local: str) -> list[int]:
    """What somebody logs who takes the local time for that of UTC."""
    return [int(datetime.fromisoformat(f"{text}+00:00").timestamp()) for text in local]


@pytest.mark.parametrize("as_written", [lambda number: number, str, float, lambda number: number * 1000])
def test_local_epochs_are_wall_clocks_through_both_changes(as_written: Callable[[int], Any]) -> None:
    numbers = epochs("2024-03-10 01:59", "2024-03-10 03:00", "2024-11-03 00:59", "2024-11-03 01:30", "2024-11-03 02:00")
    assert instants([as_written(number) for number in numbers], "US/Pacific", time_is="local") == [
        "2024-03-10 09:59",
        "2024-03-10 10:00",
        "2024-11-03 07:59",
        "2024-11-03 08:30",  # the first of two
        "2024-11-03 10:00",
    ]
    (skipped,) = epochs("2024-03-10 02:30")
    assert instants([as_written(skipped)], "US/Pacific", time_is="local") == [None]


def test_texts_are_not_moved_by_local_epochs() -> None:
    texts = ["2024-03-13T10:00:00Z", "2024-03-13 10:00"]
    assert instants(texts, "US/Pacific", time_is="local") == ["2024-03-13 10:00", "2024-03-13 17:00"]


def test_a_number_is_a_time_from_1990_to_2099() -> None:
    assert instants([631_152_000, 631_151_999, 4_102_444_799, 4_102_444_800, -5, 0]) == [
        "1990-01-01 00:00",
        None,
        "2099-12-31 23:59",
        None,
        None,
        None,
    ]


def test_no_time_lies_after_2099_whatever_its_offset_and_whoever_reads_it() -> None:
    text = "2099-12-31T23:59:59-05:00"
    for examples in ([], [text]):
        read = event_time(pl.col("time"), pl.String(), Source(), "UTC", examples)
        assert pl.DataFrame({"time": [text]}).select(read).item() is None
