"""Times of a declared format."""

from __future__ import annotations

from datetime import UTC, datetime
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


def test_no_time_lies_after_2099_whatever_its_offset_and_whoever_reads_it() -> None:
    text = "2099-12-31T23:59:59-05:00"
    for examples in ([], [text]):
        read = event_time(pl.col("time"), pl.String(), Source(), "UTC", examples)
        assert pl.DataFrame({"time": [text]}).select(read).item() is None
