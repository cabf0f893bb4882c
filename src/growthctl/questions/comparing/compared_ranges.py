"""Which entries are compared with which, and at what age both are judged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from growthctl.clock import DAY, LONG_AGO, NEVER, WEEK, Micros, TimeRange, at_clock, on_clock
from growthctl.errors import DataError, Problem, UsageError
from growthctl.events.times.time_column import parse_instant
from growthctl.kernel.periods import Every, periods
from growthctl.questions.ask import FunnelLog

YEAR = 52 * WEEK
MOST_EARLIER = 8
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
    earlier: tuple[tuple[TimeRange, TimeRange], ...]
    """Pairs of ranges before both that lie to one another as these do, with the same weekdays."""
    complete: bool
    """Does the log hold both ranges from their beginning on?"""

    @property
    def scale(self) -> float:
        """How much longer `this` is."""
        return self.this.length / self.against.length


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
    age = log.as_of - max(this.until, against_range.until)
    shares = (weekday_shares(span, log.funnel.timezone) for span in (this, against_range))
    same = sum(abs(one - two) for one, two in zip(*shares, strict=True)) / 2 <= SAME_WEEKDAYS
    complete = all(_held(log, span) for span in (this, against_range))
    return ComparedRanges(
        this, against_range, age, same, tuple(_earlier(log, this, against_range, WEEK if not same else YEAR)), complete
    )


def end_of(log: FunnelLog) -> Micros:
    """Where a range ends: as asked, if the log goes on after it; else with the last day whose windows have all passed.

    Where there is none after the beginning of the range, with the last whole day.
    """
    as_of, timezone = log.as_of, log.funnel.timezone
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
    first, as_of = log.quality.first_event_at or 0, log.as_of
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


def _earlier(log: FunnelLog, this: TimeRange, against: TimeRange, unit: int) -> Iterator[tuple[TimeRange, TimeRange]]:
    """Both ranges moved back together, as often as the log has room for, without touching those compared."""
    timezone = log.funnel.timezone
    start, end = min(this.since, against.since), max(this.until, against.until)
    step = -(-(on_clock(end, timezone) - on_clock(start, timezone)) // unit) * unit
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


def weekday_shares(span: TimeRange, timezone: str) -> list[float]:
    """Which share of a span lies on each weekday, Monday first."""
    start, end = on_clock(span.since, timezone), on_clock(span.until, timezone)
    held = [0] * 7
    for day in range(start // DAY, -(-end // DAY)):
        # The epoch was a Thursday.
        held[(day + 3) % 7] += min(end, (day + 1) * DAY) - max(start, day * DAY)
    return [part / (end - start) for part in held]
