"""When entries count and up to when the log is complete, as a person says it: a time, a month, or back from the end."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from growthctl.clock import DAY, HOUR, LONG_AGO, NEVER, Micros, TimeRange, at_clock, iso, on_clock
from growthctl.errors import Problem, UsageError
from growthctl.events.times.time_column import parse_instant

PointInTime = str | date
"""ISO text, a date or a datetime; of ranges also `2026-03`, `2026-W10`, `7d`, `4w`, `36h`, `today` and `yesterday`."""
_BACK = re.compile(r"-?(\d{1,5})([hdw])")
_WEEK = re.compile(r"(\d{4})-?W(\d{2})")
_MONTH = re.compile(r"\d{4}-\d{2}")
_DAYS = {"d": 1, "w": 7}
_WORDS = {"today": "0d", "yesterday": "1d"}


class Back(NamedTuple):
    """So long before the end of the log: of whole days from their start on the local clock."""

    amount: int
    unit: str

    def before(self, end: Micros, timezone: str) -> Micros:
        """The instant."""
        if self.unit == "h":
            return end - self.amount * HOUR
        today = on_clock(end, timezone) // DAY
        return at_clock((today - self.amount * _DAYS[self.unit]) * DAY, timezone)


Moment = Micros | Back | None


class Times(NamedTuple):
    """When entries count, and up to when the log is complete."""

    since: Moment = None
    until: Moment = None
    as_of: Micros | None = None
    """None is up to its last event."""
    timezone: str = "UTC"

    @classmethod
    def of(
        cls, since: PointInTime | None, until: PointInTime | None, as_of: PointInTime | None, timezone: str
    ) -> Times:
        """Of times as a person wrote them; a date is midnight in the timezone, a month or week its start.

        Raises UsageError for what is no time.
        """
        start, end = (_moment(text, timezone, what) for text, what in ((since, "--since"), (until, "--until")))
        complete = _moment(as_of, timezone, "--as-of")
        if isinstance(complete, Back):
            hint = "write a day, such as 2026-03-01: other times count back from it"
            raise UsageError(Problem("invalid_time", f"--as-of: '{as_of}' is not a time of its own", hint))
        times = cls(start, end, complete, timezone)
        if not isinstance(start, Back) and not isinstance(end, Back):
            times.range(0)
        return times

    def range(self, end: Micros) -> TimeRange:
        """Of the entries, in a log that ends then. Raises UsageError for a range that is empty."""
        since, until = (
            moment.before(end, self.timezone) if isinstance(moment, Back) else moment
            for moment in (self.since, self.until)
        )
        span = TimeRange(LONG_AGO if since is None else since, NEVER if until is None else until)
        if span.since >= span.until:
            hint = "entries count from --since on, and before --until"
            message = f"--since {iso(span.since)} is not before --until {iso(span.until)}"
            raise UsageError(Problem("empty_range", message, hint))
        return span


def _moment(text: PointInTime | None, timezone: str, what: str) -> Moment:
    if text is None:
        return None
    words = str(text).strip()
    if back := _BACK.fullmatch(_WORDS.get(words.lower(), words)):
        return Back(int(back[1]), back[2])
    if week := _WEEK.fullmatch(words):
        try:
            words = date.fromisocalendar(int(week[1]), int(week[2]), 1).isoformat()
        except ValueError:
            hint = "a year has the weeks W01 to W52, some W53"
            raise UsageError(Problem("invalid_time", f"{what}: '{text}' is not a week", hint)) from None
    return parse_instant(f"{words}-01" if _MONTH.fullmatch(words) else words, timezone, what=what)
