"""Single times, and what clocks show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from growthctl.clock import DAY, HOUR, LONG_AGO, NEVER, TimeRange, at_clock, instant_of, iso, micros, on_clock


def test_a_range_holds_its_beginning_and_not_its_end() -> None:
    assert [TimeRange(10, 20).holds(at) for at in (9, 10, 19, 20)] == [False, True, True, False]
    assert TimeRange().holds(LONG_AGO)
    assert not TimeRange(0, 10).overlaps(TimeRange(10, 20))
    assert TimeRange(0, 11).overlaps(TimeRange(10, 20))


def test_an_instant_is_written_with_as_many_digits_as_it_takes() -> None:
    assert [iso(at) for at in (0, 1, 1_500_000)] == [
        "1970-01-01T00:00:00Z",
        "1970-01-01T00:00:00.000001Z",
        "1970-01-01T00:00:01.500000Z",
    ]
    assert [iso(at) for at in (None, NEVER, LONG_AGO)] == [None, None, None]
    assert [instant_of(text) for text in ("1970-01-02T00:00:00Z", "1970-01-02T02:00:00+02:00", None)] == [
        DAY,
        DAY,
        None,
    ]


def test_durations_are_whole_microseconds() -> None:
    assert micros(timedelta(hours=1)) == HOUR
    assert micros(None) is None


@pytest.mark.parametrize("timezone", ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Apia"])
def test_the_first_instant_at_which_clocks_show_a_time_is_found_again(timezone: str) -> None:
    start = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
    for hour in range(0, 24 * 365, 5):
        local = on_clock(start + hour * HOUR, timezone)
        assert on_clock(at_clock(local, timezone), timezone) == local


def test_of_a_time_that_clocks_show_twice_it_is_the_first_and_of_one_that_they_skip_the_jump() -> None:
    def local(text: str) -> int:
        at = instant_of(f"{text}Z")
        assert at is not None
        return at

    # Berlin: 02:00 to 03:00 is skipped on 29 March and shown twice on 25 October; Apia skipped 30 December 2011.
    assert iso(at_clock(local("2026-10-25T02:30"), "Europe/Berlin")) == "2026-10-25T00:30:00Z"
    assert iso(at_clock(local("2026-03-29T02:30"), "Europe/Berlin")) == "2026-03-29T01:00:00Z"
    assert iso(at_clock(local("2011-12-30T05:00"), "Pacific/Apia")) == "2011-12-30T10:00:00Z"
    assert iso(at_clock(local("2026-10-04T02:10"), "Australia/Lord_Howe")) == "2026-10-03T15:30:00Z"
