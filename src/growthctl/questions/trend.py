"""One funnel per hour, day, week or month, of everybody and of each segment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import reduce

from growthctl.build.trend import Series, TrendScope, build_trend
from growthctl.clock import DAY, HOUR, LONG_AGO, NEVER, WEEK, Micros, TimeRange, micros
from growthctl.errors import Problem, UsageError
from growthctl.events.reading.open import Data
from growthctl.events.storage.memory import Memory
from growthctl.funnel.values import parse_duration
from growthctl.kernel.periods import Every, Period, period_of, periods
from growthctl.kernel.search.entries import EntryScope
from growthctl.kernel.search.find_journeys import JourneyRequest, JourneySet
from growthctl.kernel.segment_values import Segments
from growthctl.kernel.tally.period_counts import PeriodCounts, StagesReached, added
from growthctl.kernel.tally.segment_counts import MOST_SEGMENTS, NOT_REACHED, OTHER
from growthctl.kernel.tally.sums import total
from growthctl.questions.ask import FunnelLike, FunnelLog, counted_beside, load, read_journeys
from growthctl.questions.asked_times import PointInTime, Times
from growthctl.questions.notices import taken_back_anytime, window_notices
from growthctl.questions.segmenting import attribution_of
from growthctl.report.trend import Trend

MOST_PERIODS = 100_000
LENGTH = {"hour": HOUR, "day": DAY, "week": WEEK, "month": 4 * WEEK}
CountedPeriods = dict[tuple[object, ...], dict[int, StagesReached]]
"""By the values of the segment and the group of the period; without properties everybody is one segment."""


def trend(
    funnel: FunnelLike,
    data: Data = None,
    every: Every = "day",
    *,
    since: PointInTime | None = None,
    until: PointInTime | None = None,
    as_of: PointInTime | None = None,
    by: str | Sequence[str] | None = None,
    age: str | timedelta | None = None,
    memory: Memory = None,
) -> Trend:
    """One funnel per period: of the entries inside it, each entity once per period.

    A period says what `analyze` says for it with `since` and `until`; periods are in the funnel's timezone. `by` adds
    the same for each segment of these properties together. `age`, such as `7d`, looks at everybody for so long after
    the entry and no longer, so that periods can be compared that have not had their whole window. Other arguments and
    errors as for `analyze`.
    """
    declared, folder = load(funnel)
    times = Times.of(since, until, as_of, declared.timezone)
    properties = tuple(dict.fromkeys([by] if isinstance(by, str) else by or ()))
    where = attribution_of(declared, declared.attribution)
    entries = EntryScope(period=period_of(every, declared.timezone))
    request = JourneyRequest(entries, (properties,) if properties else (), where)
    followed = _age(age)
    log, journey_set = read_journeys(
        declared, folder, data, times, request, properties or None, memory=memory, age=followed
    )
    ends = total(PeriodCounts.of, journey_set.journeys)
    shown = _shown(log, ends, every)
    counted = _by_attempts(log, request, shown) if log.plan.count == "attempts" else _counted(journey_set)
    everybody = _series((), reduce(added, counted.values(), {}), shown)
    segments = [_series(values, reached, shown) for values, reached in counted.items()] if properties else []
    ripeness = log.ripeness(journey_set.journeys)
    facts = log.facts(journey_set)
    notices = window_notices(log.rows, ripeness) if followed is None else taken_back_anytime(log.rows)
    beside, faults = counted_beside(log, folder)
    counted_periods = []
    if beside is not None and shown and every != "hour" and log.plan.count != "attempts":
        spans = [_inside(period, log.range) for period in shown]
        counted_periods = [period for _, period in beside.ratios(journey_set.journeys, spans)]
    facts = facts._replace(warnings=[*facts.warnings, *notices, *faults])
    scope = TrendScope(every, shown, properties, followed)
    return build_trend(log.rows, facts, ripeness, scope, everybody, segments, counted_periods)


def _inside(period: Period, entries: TimeRange) -> TimeRange:
    return TimeRange(max(period.start_at, entries.since), min(period.end_at, entries.until))


def _series(values: tuple[object, ...], reached: dict[int, StagesReached], shown: Sequence[Period]) -> Series:
    return Series(values, [reached.get(period.group) for period in shown])


def _age(age: str | timedelta | None) -> Micros | None:
    try:
        return None if age is None else micros(parse_duration(age))
    except ValueError as error:
        raise UsageError(Problem("invalid_age", f"--age: {error}", None)) from None


def _shown(log: FunnelLog, counts: PeriodCounts, every: Every) -> list[Period]:
    """From `since` or the first entry to `until` or the last entry."""
    if counts.first_entry_at is None or counts.last_entry_at is None:
        return []
    first = log.range.since if log.range.since != LONG_AGO else counts.first_entry_at
    last = log.range.until - 1 if log.range.until != NEVER else counts.last_entry_at
    if (last - first) // LENGTH[every] > MOST_PERIODS:
        hint = "take a longer --every, or name the range with --since and --until"
        raise UsageError(Problem("too_many_periods", f"that is more than {MOST_PERIODS:,} {every}s", hint))
    return periods(every, log.funnel.timezone, first, last)


def _counted(journey_set: JourneySet) -> CountedPeriods:
    """The largest segments first; beyond MOST_SEGMENTS the smaller ones are one."""
    if not journey_set.segments:
        return {(): total(PeriodCounts.of, journey_set.journeys).of_segment(0)}
    segments = Segments.of(journey_set.segments[0])
    parts = list(zip(journey_set.journeys, segments.numbers, strict=True))
    counts = total(lambda part: PeriodCounts.of(*part), parts)
    counted: CountedPeriods = {}
    for number, (values, lacking) in enumerate(zip(segments.values, segments.lacking, strict=True)):
        word = OTHER if number >= MOST_SEGMENTS else NOT_REACHED if lacking else None
        key = values if word is None else (word,) * segments.properties
        counted[key] = added(counted.get(key, {}), counts.of_segment(number))
    return counted


def _by_attempts(log: FunnelLog, request: JourneyRequest, shown: Sequence[Period]) -> CountedPeriods:
    """How many attempts of each period include each stage: which follow one another depends on where it starts."""
    counted: CountedPeriods = {}
    for period in shown:
        entries = EntryScope(_inside(period, log.range))
        for values, reached in _counted(log.find_journeys(request._replace(entries=entries))).items():
            sums = reduce(lambda left, right: tuple(map(sum, zip(left, right, strict=True))), reached.values())
            counted.setdefault(values, {})[period.group] = sums
    return counted
