"""Days and times as people say them, on the clocks of a funnel."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple, Self

from growthctl.words.numbers import local

if TYPE_CHECKING:
    from growthctl.report.analysis import Analysis
    from growthctl.report.comparison import Comparison
    from growthctl.report.trend import Trend

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Clocks(NamedTuple):
    """The clocks of a timezone, and the year that goes without saying."""

    timezone: str
    year: int | None = None

    @classmethod
    def of(cls, answer: Analysis | Comparison | Trend) -> Self:
        """In the year in which the log of an answer ends."""
        timezone, as_of = answer.funnel.timezone, answer.data.as_of
        return cls(timezone, None if as_of is None else int(local(as_of, timezone)[:4]))

    def day(self, at: str | None) -> str:
        """Of an ISO time: '6 Mar', or '29 Dec 2025' in another year."""
        if at is None:
            return "unknown"
        day = self._date(at)
        return _day(day) if day.year == self.year else f"{_day(day)} {day.year}"

    def days(self, first: str, last: str) -> str:
        """The days from one ISO time to another: '5 Jan to 4 Apr 2026', '29 Dec 2025 to 4 Jan 2026', '3 Mar 2026'."""
        start, end = self._date(first), self._date(last)
        if start >= end:
            return f"{_day(start)} {start.year}"
        year = "" if start.year == end.year else f" {start.year}"
        return f"{_day(start)}{year} to {_day(end)} {end.year}"

    def range(self, since: str | None, until: str | None) -> str:
        """The days of [since, until); of a part of one day, from when to when: '3 Mar 2026, 09:00 to 12:00'."""
        if since is None or until is None:
            return "unknown"
        days = self.days(since, before(until))
        start, end = (local(at, self.timezone)[11:16] for at in (since, until))
        is_part = " to " not in days and not start == end == "00:00"
        return f"{days}, {start} to {end}" if is_part else days

    def stretch(self, since: str | None, until: str | None) -> str:
        """' since 6 Mar', ' from 19 Feb 12:00 to 18:00', ' until 19 Feb'; whole days without a time."""
        start, end = (None if at is None else self.moment(at) for at in (since, until))
        if since and until:
            same_day = self._date(since) == self._date(until)
            return f" from {start} to {local(until, self.timezone)[11:16] if same_day else end}"
        return f" since {start}" if start else f" until {end}" if end else ""

    def argument(self, at: str) -> str:
        """An ISO time as commands take it: '2026-03-06', '2026-03-06T12:30:00'."""
        return local(at, self.timezone).removesuffix(" 00:00:00").replace(" ", "T")

    def _date(self, at: str) -> date:
        return datetime.fromisoformat(local(at, self.timezone)).date()

    def moment(self, at: str) -> str:
        """A day with its time, unless that is midnight: '19 Feb 12:00'."""
        time = local(at, self.timezone)[11:16]
        return self.day(at) if time == "00:00" else f"{self.day(at)} {time}"


def before(until: str) -> str:
    """The last instant before an ISO time."""
    return (datetime.fromisoformat(until) - timedelta(microseconds=1)).isoformat()


def _day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]}"
