"""Known changes in the report: those of a range, and those near something that began."""

from __future__ import annotations

from collections.abc import Sequence

from growthctl.clock import DAY, LONG_AGO, Micros, TimeRange, at_clock, iso, on_clock
from growthctl.diagnosis.known_changes import KnownChanges, NearChange
from growthctl.funnel.known_changes import KnownChange
from growthctl.report.funnel import KnownChangeFacts, NearChangeFacts


def changes_within(known: KnownChanges, span: TimeRange) -> list[KnownChangeFacts]:
    """Those of a range."""
    return [_facts(change) for change in known.within(span)]


def near_facts(near: Sequence[NearChange]) -> list[NearChangeFacts]:
    """Those near something."""
    return [NearChangeFacts(**dict(_facts(each.change)), days_after=each.days_after) for each in near]


def looked_at(range: TimeRange, first_event_at: Micros | None, as_of: Micros, timezone: str) -> TimeRange:
    """What an answer can speak of: the range of the entries, from the first day of the log up to its end."""
    since = range.since
    if since == LONG_AGO and first_event_at is not None:
        since = at_clock(on_clock(first_event_at, timezone) // DAY * DAY, timezone)
    return TimeRange(since, min(range.until, as_of + 1))


def _facts(change: KnownChange) -> KnownChangeFacts:
    return KnownChangeFacts(
        at=iso(change.at) or "",
        what=change.what,
        stage=change.stage,
        where=change.where,
        owner=change.owner,
        url=change.url,
        hoped=change.hoped,
    )
