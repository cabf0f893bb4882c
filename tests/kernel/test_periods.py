"""Periods on local clocks."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from growthctl.clock import TimeRange
from growthctl.kernel.periods import Every, period_of, periods, span_of

HOUR = 3_600_000_000


def instant(text: str, timezone: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(timezone)).timestamp()) * 1_000_000


@pytest.mark.parametrize(
    ("every", "timezone", "first", "last", "hours"),
    [
        ("day", "Europe/Berlin", "2026-03-28T12:00", "2026-03-30T01:00", [24, 23, 24]),
        ("day", "Europe/Berlin", "2026-10-24T12:00", "2026-10-26T01:00", [24, 25, 24]),
        ("hour", "Europe/Berlin", "2026-03-29T01:30", "2026-03-29T03:30", [1, 1]),
        ("hour", "Europe/Berlin", "2026-10-25T01:30", "2026-10-25T03:30", [1, 2, 1]),
        ("week", "Europe/Berlin", "2026-03-23T00:00", "2026-03-30T00:00", [167, 168]),
        ("month", "America/New_York", "2026-02-15T00:00", "2026-03-15T00:00", [672, 743]),
        ("day", "America/Santiago", "2026-09-05T12:00", "2026-09-07T12:00", [24, 23, 24]),
        ("day", "Asia/Kathmandu", "2026-03-01T00:00", "2026-03-01T23:59", [24]),
    ],
)
def test_periods_follow_each_other_without_gaps_and_are_as_long_as_the_clocks_say(
    every: Every, timezone: str, first: str, last: str, hours: list[int]
) -> None:
    found = periods(every, timezone, instant(first, timezone), instant(last, timezone))
    assert [(period.end_at - period.start_at) / HOUR for period in found] == hours
    assert [period.start_at for period in found[1:]] == [period.end_at for period in found[:-1]]
    assert found[0].start_at <= instant(first, timezone)
    assert found[-1].end_at > instant(last, timezone)


@pytest.mark.parametrize("every", ["hour", "day", "week", "month"])
@pytest.mark.parametrize("timezone", ["UTC", "Europe/Berlin", "America/Santiago", "Australia/Lord_Howe"])
def test_an_instant_belongs_to_the_period_that_holds_it(every: Every, timezone: str) -> None:
    start = instant("2026-03-27T00:00", timezone)
    moments = [start + k * HOUR // 4 for k in range(24 * 4 * 5)]
    groups = pl.DataFrame({"at": moments}).select(period_of(every, timezone)(pl.col("at"))).to_series()
    by_group = {period.group: period for period in periods(every, timezone, moments[0], moments[-1])}
    for moment, group in zip(moments, groups, strict=True):
        assert by_group[group].start_at <= moment < by_group[group].end_at


def test_a_time_lies_in_its_span_from_the_first_instant_to_before_the_last() -> None:
    position = span_of([TimeRange(10, 20), TimeRange(0, 10)])
    places = pl.DataFrame({"at": [-1, 0, 9, 10, 19, 20]}).select(position(pl.col("at"))).to_series()
    assert places.to_list() == [2, 1, 1, 0, 0, 2]
