"""Which entries are compared with which, and at what age both are judged."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import takewhile
from typing import NamedTuple

from growthctl.clock import DAY, HOUR, LONG_AGO, NEVER, WEEK, Micros, TimeRange, at_clock, iso, on_clock
from growthctl.diagnosis.comparison.entrants import Lengths
from growthctl.errors import DataError, Problem, UsageError
from growthctl.events.times.time_column import parse_instant
from growthctl.kernel.periods import Every, periods
from growthctl.questions.ask import FunnelLog

MOST_EARLIER = 8
MOST_WEEKS = 26
LATE_SHARE = 0.1
SAME_WEEKDAYS = 0.1
PREVIOUS = "previous"
_HINT = "write --against previous, --against 2026-01-01..2026-02-01, or the JSON file of an earlier analyze"


class ComparedRanges(NamedTuple):
    """Two ranges of entries."""

    this: TimeRange
    against: TimeRange
    age: int
    """How long (µs) after their entry entities are looked at."""
    same_weekdays: bool
    """Do both hold the same hours of the week?"""
    earlier: tuple[tuple[TimeRange, TimeRange], ...]
    """Where they do not, pairs of ranges before both that lie to one another as these do, on the same weekdays."""
    weeks: tuple[TimeRange, ...]
    """Those before both, the last one first: what is usual."""
    complete: bool
    """Does the log hold both ranges from their beginning on?"""

    @property
    def lengths(self) -> Lengths:
        """In weeks."""
        (this, against), middle = (self.this, self.against), [(span.since + span.until) / 2 for span in self[:2]]
        return Lengths(this.length / WEEK, against.length / WEEK, (middle[0] - middle[1]) / WEEK)


def periods_compared(log: FunnelLog, against: str, every: Every) -> ComparedRanges:
    """The range asked for and what it is held against; without a range the last period whose windows have passed."""
    if log.range.since == LONG_AGO:
        if log.range.until != NEVER or against != PREVIOUS:
            raise UsageError(Problem("missing_since", "--since is missing: from when on do entries count?", None))
        this, against_range = _last_two(log, every)
    else:
        this = TimeRange(log.range.since, end_of(log))
        against_range = _previous(this, log.funnel.timezone) if against == PREVIOUS else _range(against, log)
    if this.overlaps(against_range):
        message = "the two ranges overlap: who entered in both would be compared with themselves"
        raise UsageError(Problem("ranges_overlap", message, "name ranges that have no day in common"))
    age = log.settled_until - max(this.until, against_range.until)
    if age <= 0:
        message = "who entered last in the ranges may still be taken back: there is nothing to compare yet"
        raise UsageError(Problem("too_young", message, f"name ranges that end before {iso(log.settled_until)}"))
    shares = (shares_of_week(span, log.funnel.timezone) for span in (this, against_range))
    same = sum(abs(one - two) for one, two in zip(*shares, strict=True)) / 2 <= SAME_WEEKDAYS
    return ComparedRanges(
        this,
        against_range,
        age,
        same,
        earlier=() if same else tuple(_earlier(log, this, against_range)),
        weeks=earlier_weeks(log, min(this.since, against_range.since)),
        complete=all(_held(log, span) for span in (this, against_range)),
    )


def earlier_weeks(log: FunnelLog, before: Micros) -> tuple[TimeRange, ...]:
    """Weeks of seven days counted back from an instant, as far as the log has them, at most MOST_WEEKS."""
    end, timezone = on_clock(before, log.funnel.timezone), log.funnel.timezone
    ends = [at_clock(end - number * WEEK, timezone) for number in range(MOST_WEEKS + 1)]
    return tuple(takewhile(partial(_held, log), (TimeRange(*pair) for pair in zip(ends[1:], ends, strict=False))))


def end_of(log: FunnelLog) -> Micros:
    """Where a range ends: as asked, if the log goes on after it; else with the last day whose windows have all passed.

    Where there is none after the beginning of the range, with the last whole day.
    """
    as_of, timezone = log.settled_until, log.funnel.timezone
    if log.range.until < as_of:
        return log.range.until
    for age in dict.fromkeys((log.plan.give_up or 0, 0)):
        midnight = at_clock(on_clock(as_of - age, timezone) // DAY * DAY, timezone)
        if log.range.since < midnight < as_of:
            return midnight
    message = "the log ends before, or on the day on which, the range begins: there is nothing to compare yet"
    raise UsageError(Problem("too_young", message, "choose an earlier --since, or an --until before the log's end"))


def _last_two(log: FunnelLog, every: Every) -> tuple[TimeRange, TimeRange]:
    """The last two periods whose windows have passed; where the log is too short, the last two that are over."""
    first, as_of = log.quality.first_event_at or 0, log.settled_until
    listed = periods(every, log.funnel.timezone, first, as_of)
    spans = [TimeRange(period.start_at, period.end_at) for period in listed]
    spans = [span for span in spans if _held(log, span)]
    for age in dict.fromkeys((log.plan.give_up or 0, 0)):
        over = [span for span in spans if span.until + age <= as_of and span.until < as_of]
        if len(over) > 1:
            return over[-1], over[-2]
    message = f"the log does not hold two whole {every}s"
    raise DataError(Problem("log_too_short", message, "choose a shorter --every, or --since and --until"))


def _previous(this: TimeRange, timezone: str) -> TimeRange:
    """As long, and just before; by the clock, so that days stay whole when clocks change."""
    start, end = on_clock(this.since, timezone), on_clock(this.until, timezone)
    return TimeRange(at_clock(start - (end - start), timezone), this.since)


def _range(text: str, log: FunnelLog) -> TimeRange:
    start, dots, end = text.partition("..")
    if not dots:
        raise UsageError(Problem("invalid_against", f"'{text}' is nothing to compare with", _HINT))
    since, until = (parse_instant(part.strip(), log.funnel.timezone, what="--against") for part in (start, end))
    if since >= until:
        raise UsageError(Problem("empty_range", f"--against {text} ends before it starts", _HINT))
    if until >= log.as_of:
        raise UsageError(Problem("too_young", f"--against {text} ends after the log does", "name an earlier range"))
    return TimeRange(since, until)


def _earlier(log: FunnelLog, this: TimeRange, against: TimeRange) -> Iterator[tuple[TimeRange, TimeRange]]:
    """Both ranges moved back together, as often as the log has room for, without touching those compared."""
    timezone = log.funnel.timezone
    start, end = min(this.since, against.since), max(this.until, against.until)
    step = -(-(on_clock(end, timezone) - on_clock(start, timezone)) // WEEK) * WEEK
    for times in range(1, MOST_EARLIER + 1):
        pair = [
            TimeRange(*(at_clock(on_clock(at, timezone) - times * step, timezone) for at in (span.since, span.until)))
            for span in (this, against)
        ]
        if not all(_held(log, span) for span in pair):
            return
        yield pair[0], pair[1]


def _held(log: FunnelLog, span: TimeRange) -> bool:
    """Does the log begin before the range, or soon after its beginning?"""
    return (log.quality.first_event_at or 0) - span.since <= LATE_SHARE * span.length


def shares_of_week(span: TimeRange, timezone: str) -> list[float]:
    """Which share of a span lies in each hour of the week, the first from Monday midnight."""
    start, end = on_clock(span.since, timezone), on_clock(span.until, timezone)
    held = [0] * (WEEK // HOUR)
    for hour in range(start // HOUR, -(-end // HOUR)):
        # The epoch was a Thursday.
        held[(hour + 3 * 24) % len(held)] += min(end, (hour + 1) * HOUR) - max(start, hour * HOUR)
    return [part / (end - start) for part in held]
