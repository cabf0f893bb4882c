"""Time as the program counts it: whole microseconds, of instants since 1970-01-01T00:00Z.

Also what the clocks of a timezone show, for single times; columns of times are for `events.times` and `kernel.periods`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

Micros = int
"""A duration in microseconds; or an instant, as that long after the epoch."""

SECOND = 1_000_000
HOUR = 3_600 * SECOND
DAY = 24 * HOUR
WEEK = 7 * DAY
NEVER = 2**63 - 1
"""The time of what did not happen, and the end of what has none."""
LONG_AGO = -NEVER
"""The beginning of what has none."""
_EPOCH = datetime(1970, 1, 1)
_MICROSECOND = timedelta(microseconds=1)


class TimeRange(NamedTuple):
    """The instants in [since, until)."""

    since: Micros = LONG_AGO
    """LONG_AGO is without beginning."""
    until: Micros = NEVER
    """NEVER is without end."""

    def holds(self, instant: Micros) -> bool:
        """Does the instant lie in it?"""
        return self.since <= instant < self.until

    @property
    def length(self) -> Micros:
        """How long it is."""
        return self.until - self.since

    def overlaps(self, span: TimeRange) -> bool:
        """Do they share an instant?"""
        return self.since < span.until and span.since < self.until


def micros(duration: timedelta | None) -> Micros | None:
    """A duration as a whole number; None stays None."""
    return None if duration is None else duration // _MICROSECOND


def iso(instant: Micros | None) -> str | None:
    """ISO 8601, UTC, with as many digits after the second as it takes; None of None, NEVER and LONG_AGO."""
    if instant is None or abs(instant) == NEVER:
        return None
    return f"{(_EPOCH + timedelta(microseconds=instant)).isoformat()}Z"


def instant_of(text: str | None) -> Micros | None:
    """The instant of an ISO text with an offset; None stays None. Raises ValueError for anything else."""
    if text is None:
        return None
    return (datetime.fromisoformat(text) - _EPOCH.replace(tzinfo=UTC)) // _MICROSECOND


def on_clock(instant: Micros, timezone: str) -> Micros:
    """What the clocks of a timezone show at an instant: whole days are multiples of DAY."""
    return instant + utc_offset(instant, timezone)


def utc_offset(instant: Micros, timezone: str) -> Micros:
    """How far the clocks of a timezone are ahead of UTC at an instant."""
    at = (_EPOCH + timedelta(microseconds=instant)).replace(tzinfo=UTC).astimezone(ZoneInfo(timezone))
    return (at.utcoffset() or timedelta()) // _MICROSECOND


def at_clock(local: Micros, timezone: str) -> Micros:
    """The first instant at which the clocks of a timezone show at least this."""
    shown = (_EPOCH + timedelta(microseconds=local)).replace(tzinfo=ZoneInfo(timezone))
    # Of a time that clocks show twice the first; of one that they skip a moment after the jump, and one before it.
    at, before = (local - (shown.replace(fold=fold).utcoffset() or timedelta()) // _MICROSECOND for fold in (0, 1))
    if on_clock(at, timezone) == local:
        return at
    while at - before > 1:
        middle = (at + before) // 2
        at, before = (middle, before) if on_clock(middle, timezone) >= local else (at, middle)
    return at
