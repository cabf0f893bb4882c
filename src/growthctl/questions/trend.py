"""One funnel per hour, day, week or month."""

from __future__ import annotations

from growthctl.build.trend import build_trend
from growthctl.clock import DAY, HOUR, LONG_AGO, NEVER, WEEK, TimeRange
from growthctl.errors import Problem, UsageError
from growthctl.events.reading.open import Data
from growthctl.events.storage.memory import Memory
from growthctl.kernel.journeys import reached_of
from growthctl.kernel.periods import Every, Period, period_of, periods
from growthctl.kernel.ripeness import ripeness_of
from growthctl.kernel.search.entries import EntryScope
from growthctl.kernel.search.find_journeys import JourneyRequest
from growthctl.kernel.tally.period_counts import PeriodCounts
from growthctl.kernel.tally.sums import total
from growthctl.questions.ask import FunnelLike, FunnelLog, PointInTime, Times, load, read_journeys
from growthctl.questions.notices import window_notices
from growthctl.report.trend import Trend

MOST_PERIODS = 100_000
LENGTH = {"hour": HOUR, "day": DAY, "week": WEEK, "month": 4 * WEEK}


def trend(
    funnel: FunnelLike,
    data: Data = None,
    every: Every = "day",
    *,
    since: PointInTime | None = None,
    until: PointInTime | None = None,
    as_of: PointInTime | None = None,
    memory: Memory = None,
) -> Trend:
    """One funnel per period: of the entries inside it, each entity once per period.

    A period says what `analyze` says for it with `since` and `until`; periods are in the funnel's timezone. Arguments
    and errors as for `analyze`.
    """
    declared, folder = load(funnel)
    times = Times.of(since, until, as_of, declared.timezone)
    request = JourneyRequest(EntryScope(times.range, period_of(every, declared.timezone)))
    log, journey_set = read_journeys(declared, folder, data, times, request, memory=memory)
    counts = total(PeriodCounts.of, journey_set.journeys)
    shown = _shown(log, counts, every)
    reached = _by_attempts(log, shown) if log.plan.count == "attempts" else counts.reached
    nobody = (0,) * log.plan.stages
    by_period = [(period, reached.get(period.group, nobody)) for period in shown]
    ripeness = ripeness_of(journey_set.journeys, log.plan, log.as_of)
    facts = log.facts(journey_set)
    facts = facts._replace(warnings=[*facts.warnings, *window_notices(log.rows, ripeness)])
    return build_trend(log.rows, facts, ripeness, every, by_period)


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


def _by_attempts(log: FunnelLog, shown: list[Period]) -> dict[int, tuple[int, ...]]:
    """How many attempts of each period include each stage: which follow one another depends on where it starts."""
    reached = {}
    for period in shown:
        range = TimeRange(max(period.start_at, log.range.since), min(period.end_at, log.range.until))
        reached[period.group] = reached_of(log.find_journeys(JourneyRequest(EntryScope(range))).journeys)
    return reached
