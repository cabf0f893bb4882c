"""Days as people say them."""

from __future__ import annotations

import pytest

from growthctl.words.dates import Clocks
from tests.golden import examples

BERLIN = Clocks("Europe/Berlin", 2026)
UTC = Clocks("UTC", 2026)


def test_the_year_in_which_the_log_ends_goes_without_saying() -> None:
    assert Clocks.of(examples.CONFIRMED) == Clocks("UTC", 2026)
    assert UTC.day("2026-03-06T00:00:00Z") == "6 Mar"
    assert UTC.day("2025-12-29T00:00:00Z") == "29 Dec 2025"
    assert UTC.day(None) == "unknown"


def test_days_are_those_of_the_timezone() -> None:
    assert BERLIN.day("2026-03-28T23:30:00Z") == "29 Mar"
    assert BERLIN.day("2025-12-31T23:30:00Z") == "1 Jan"


@pytest.mark.parametrize(
    ("since", "until", "range"),
    [
        ("2026-01-05T00:00:00Z", "2026-04-05T00:00:00Z", "5 Jan to 4 Apr 2026"),
        ("2025-12-29T00:00:00Z", "2026-01-05T00:00:00Z", "29 Dec 2025 to 4 Jan 2026"),
        ("2026-03-03T00:00:00Z", "2026-03-04T00:00:00Z", "3 Mar 2026"),
        ("2026-03-03T09:00:00Z", "2026-03-03T12:00:00Z", "3 Mar 2026, 09:00 to 12:00"),
        ("2026-03-31T00:00:00Z", "2026-04-01T00:00:01Z", "31 Mar to 1 Apr 2026"),
        (None, "2026-04-05T00:00:00Z", "unknown"),
    ],
)
def test_a_range_ends_before_its_end(since: str | None, until: str, range: str) -> None:
    assert UTC.range(since, until) == range


@pytest.mark.parametrize(
    ("since", "until", "stretch"),
    [
        ("2026-02-19T12:00:00Z", "2026-02-19T18:00:00Z", " from 19 Feb 12:00 to 18:00"),
        ("2026-02-19T12:00:00Z", "2026-02-20T00:00:00Z", " from 19 Feb 12:00 to 20 Feb"),
        ("2026-02-19T00:00:00Z", None, " since 19 Feb"),
        (None, "2026-02-19T12:00:00Z", " until 19 Feb 12:00"),
        (None, None, ""),
    ],
)
def test_a_stretch_has_times_only_where_it_does_not_begin_or_end_with_a_day(
    since: str | None, until: str | None, stretch: str
) -> None:
    assert UTC.stretch(since, until) == stretch


def test_what_a_command_takes_is_local_iso() -> None:
    assert BERLIN.argument("2026-03-05T23:00:00Z") == "2026-03-06"
    assert BERLIN.argument("2026-03-06T11:30:00Z") == "2026-03-06T12:30:00"
