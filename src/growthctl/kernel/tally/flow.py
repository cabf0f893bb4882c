"""How many enter a funnel now: in the last four weeks, and in the four before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from growthctl.clock import DAY, LONG_AGO, Micros, TimeRange
from growthctl.kernel.search.find_journeys import JourneySet
from growthctl.kernel.tally.stage_counts import Counts

RECENT = 28 * DAY
PER = 30 * DAY


class Flow(NamedTuple):
    """How many enter per 30 days."""

    per_30_days: float
    """At the first stage, in the last 28 days that the range and the log hold; of a shorter range in all of it."""
    per_30_days_before: float | None
    """In the 28 days before; None where the range or the log does not reach back so far."""
    joining: tuple[float, ...] = ()
    """How many enter at each later required stage, in an open funnel: those who would reach it if only entries of these
    days counted, times the share that start there of all who reach it. Some of the former started before these days.
    """


def recent_ranges(entries: TimeRange, as_of: Micros) -> tuple[TimeRange, TimeRange]:
    """The last 28 days of the entries, and the 28 days before. The last instant of a log is part of it."""
    end = min(entries.until, as_of)
    last = TimeRange(max(entries.since, end - RECENT), min(entries.until, as_of + 1))
    return last, TimeRange(max(entries.since, end - 2 * RECENT), end - RECENT)


def flow_of(
    journeys: JourneySet, counts: Counts, entries: TimeRange, as_of: Micros, first_event_at: Micros | None
) -> Flow:
    """From journeys that were asked for the flows in `recent_ranges`. A range shorter than a day counts as a day."""
    end = min(entries.until, as_of)
    # A range that begins before the log does is no longer than the log.
    begins = entries.since if first_event_at is None else max(entries.since, first_event_at)
    start = counts.first_entry_at if entries.since == LONG_AGO else begins
    if start is None or end - start < RECENT:
        length = DAY if start is None else max(DAY, end - start)
        reached = [counts.stages[stage].reached * PER / length for stage in counts.ripeness.plan.required]
        return Flow(reached[0], None, _joining(reached, counts))
    last, before = ([reached * PER / RECENT for reached in flow] for flow in journeys.flows)
    known = first_event_at is not None and max(entries.since, first_event_at) <= end - 2 * RECENT
    return Flow(last[0], before[0] if known else None, _joining(last, counts))


def _joining(per_30_days: Sequence[float], counts: Counts) -> tuple[float, ...]:
    required = counts.ripeness.plan.required
    if counts.by_entry is None:
        return (0.0,) * (len(required) - 1)
    stages = [(counts.by_entry.reached[k, k], counts.stages[k].reached) for k in required[1:]]
    shares = [entered / reached if reached else 0.0 for entered, reached in stages]
    return tuple(float(now * share) for now, share in zip(per_30_days[1:], shares, strict=True))
