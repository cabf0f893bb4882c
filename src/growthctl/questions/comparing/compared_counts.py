"""What both sides of a comparison reached, for each of its questions; side 0 is `this`, side 1 `against`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import polars as pl

from growthctl.build.analysis import LogFacts
from growthctl.build.bottleneck import plain
from growthctl.build.comparison import ComparisonKind, ComparisonScope, SideFacts
from growthctl.clock import LONG_AGO, NEVER, WEEK, TimeRange, iso
from growthctl.diagnosis.comparison.entrants import EQUAL, Lengths
from growthctl.diagnosis.comparison.explain_change import ComparisonInput
from growthctl.diagnosis.comparison.sample_ratio import DOUBTFUL, looks_assigned, sample_ratio
from growthctl.diagnosis.comparison.segment_search import SegmentKey, SegmentTable, SegmentTables
from growthctl.diagnosis.health.inputs import Finding
from growthctl.errors import Notice, Problem, UsageError
from growthctl.events.column_names import FIRST_ENTRY, SIDE
from growthctl.funnel.nearest import did_you_mean
from growthctl.kernel.plan import Plan, at_age
from growthctl.kernel.search.entries import EntryScope
from growthctl.kernel.segment_values import MISSING
from growthctl.kernel.tally.side_counts import Reached, SideCounts, by_entry_day, by_previous_day
from growthctl.questions.ask import FunnelLog
from growthctl.questions.comparing.cohorts import entry_days
from growthctl.questions.comparing.compared_journeys import (
    CauseProperties,
    ComparedJourneys,
    judged,
    of_range,
    with_weeks,
)
from growthctl.questions.comparing.compared_ranges import ComparedRanges, earlier_weeks
from growthctl.questions.comparing.log_faults import log_faults
from growthctl.questions.comparing.previous_counts import PreviousCounts
from growthctl.questions.notices import taken_back_anytime

NONE = "(none)"
OTHERS = "(all others)"


class ComparedCounts(NamedTuple):
    """What was asked and read, what both sides reached, and the plan that their journeys follow."""

    scope: ComparisonScope
    facts: LogFacts
    sight: ComparisonInput
    plan: Plan


def two_periods(log: FunnelLog, compared: ComparedRanges, along: CauseProperties) -> ComparedCounts:
    """Entries of one range against those of another one."""
    spans = [compared.this, compared.against]
    plan = at_age(log.plan, compared.age)
    sides = judged(log, plan, spans, along)
    pairs = [span for pair in compared.earlier for span in pair]
    faults = tuple(log_faults(log, spans, compared.age))
    sight = ComparisonInput(
        reached=sides.counts(plan).both,
        so_far=None if plan == log.plan else judged(log, log.plan, spans).counts(plan).both,
        lengths=compared.lengths,
        known_from=along.known_from(plan),
        same_weekdays=compared.same_weekdays,
        earlier=_pooled(judged(log, plan, pairs).counts(plan), len(pairs)) if pairs else None,
        in_time=compared.complete,
        faulty=_faulty(log, faults),
    )
    sight = _by_day(sight, log, plan, with_weeks(log, plan, sides, compared.weeks, along), (*spans, *compared.weeks))
    late = Notice("log_starts_later", numbers={"first_event_at": iso(log.quality.first_event_at)})
    this, against = map(SideFacts, spans)
    facts = _facts(log, sides, () if compared.complete else (late,))
    scope = _scope(log, this, against, compared.age)
    return ComparedCounts(scope._replace(faults=faults, weeks=len(compared.weeks)), facts, sight, plan)


def two_segments(log: FunnelLog, chosen: tuple[str, Sequence[str]], along: CauseProperties) -> ComparedCounts:
    """The entities with one value of a property against those with another one, or against all others.

    Of everybody who entered in the range, as far as they got: both have had the same days to get there.
    """
    name, values = chosen
    plan = log.plan
    everybody = of_range(log, plan, log.entries, along._replace(properties=(*along.properties, name)), 0)
    text = everybody.segments[name].cast(pl.String).fill_null(NONE)
    reached = ~everybody.segments[MISSING]
    _check_values(name, values, text.filter(reached))
    # With one value named, side 1 is everybody else.
    side = text.replace_strict(values, list(range(len(values))), default=len(values), return_dtype=pl.Int64)
    split = everybody._replace(
        journeys=everybody.journeys.with_columns(side.alias(SIDE)), segments=everybody.segments.drop(name)
    )
    both = split.only(reached & (side < 2))
    # The columns of no property are no columns at all.
    both = both if along.properties else both._replace(segments=pl.DataFrame())
    since = log.range.since if log.range.since != LONG_AGO else log.quality.first_event_at or 0
    span = TimeRange(since, min(log.range.until, max(log.as_of, since + 1)))
    sight = ComparisonInput(both.counts(plan).both, known_from=along.known_from(plan), in_time=False)
    sight = _by_day(sight, log, plan, both, (span, span), is_shared=True)
    ratio = sample_ratio(sight.days) if sight.days else None
    this, against = (SideFacts(span, name, value) for value in [*values, OTHERS][:2])
    ripe = plan.give_up is None or span.until + plan.give_up <= log.settled_until
    scope = _scope(log, this, against, None, "segments")._replace(ripe=ripe)
    if looks_assigned(name, values):
        scope = scope._replace(ratio=ratio)
    uneven = (Notice("uneven_days"),) if ratio and ratio.p_steady < DOUBTFUL and not ripe else ()
    return ComparedCounts(scope, _facts(log, everybody, uneven), sight, plan)


def an_earlier_result(log: FunnelLog, earlier: PreviousCounts, along: CauseProperties) -> ComparedCounts:
    """Now against what was counted then: of entities that are ripe at every stage, as many as `analyze` says.

    Where the ranges overlap, of those alone who entered after that of the result.
    """
    (since, until), as_of = log.range, log.as_of
    window = (log.plan.give_up or 0) + log.plan.settling
    end = until if until + window <= as_of else as_of - window
    overlaps = earlier.range.until != NEVER and since < earlier.range.until and end > earlier.range.since
    since = earlier.range.until if overlaps else since
    properties = tuple(name for name in along.properties if name in earlier.segments)
    along = along._replace(properties=properties)
    all_now = of_range(log, log.plan, EntryScope(TimeRange(since, max(since, until))), along, 0)
    ripeness = log.ripeness(all_now.journey_set.journeys)
    window = ripeness.up_to_the_end or 0
    end = until if until + window <= as_of else as_of - window
    now = all_now.only(pl.concat([pl.Series(ripeness.throughout(part)) for part in all_now.journey_set.journeys]))
    first = now.journeys[FIRST_ENTRY].min() if since == LONG_AGO else since
    range = TimeRange(first if isinstance(first, int) else LONG_AGO, max(since, end))
    weeks = (
        earlier_weeks(log, min(range.since, earlier.range.since)) if LONG_AGO not in (*range, *earlier.range) else ()
    )
    faults = tuple(log_faults(log, [range], log.plan.give_up)) if range.length > 0 else ()
    sight = ComparisonInput(
        reached=(now.counts(log.plan).reached(0), earlier.reached),
        lengths=_lengths(range, earlier.range),
        known_from=along.known_from(log.plan),
        in_time=False,
        faulty=_faulty(log, faults),
    )
    spans = (range, TimeRange(range.since, range.since), *weeks)
    sight = _by_day(sight, log, log.plan, with_weeks(log, log.plan, now, weeks, along), spans)
    tables: SegmentTables = {
        by: _joined(table, earlier.segments[by[0]]) for by, table in sight.tables.items() if len(by) == 1
    }
    age = None if ripeness.up_to_the_end is None else ripeness.up_to_the_end - log.plan.settling
    scope = ComparisonScope("result", SideFacts(range), SideFacts(earlier.range), age, ripe=True)
    numbers = {"until_at": iso(earlier.range.until)}
    notices = (Notice("counted_apart" if end > since else "ranges_overlap", numbers=numbers),) if overlaps else ()
    return ComparedCounts(
        scope._replace(faults=faults, weeks=len(weeks)),
        _facts(log, now, notices),
        replace(sight, tables=tables),
        log.plan,
    )


def _by_day(
    sight: ComparisonInput,
    log: FunnelLog,
    plan: Plan,
    journeys: ComparedJourneys,
    spans: Sequence[TimeRange],
    *,
    is_shared: bool = False,
) -> ComparisonInput:
    """With what tells how much all of it varies by itself, and in which segments."""
    counts = by_entry_day(journeys.journeys, journeys.segments, plan, log.funnel.timezone)
    tables = {by: by_day.over_days().table for by, by_day in counts.items() if by}
    transitions = by_previous_day(journeys.journeys, plan, log.funnel.timezone)
    days = entry_days(counts, transitions, spans, log.funnel.timezone, is_shared=is_shared)
    return replace(sight, tables=tables, days=days)


def _faulty(log: FunnelLog, faults: Sequence[tuple[int, Finding]]) -> frozenset[int]:
    """The positions, among the required stages, of those that are silent."""
    names = [log.rows.stages[stage].name for stage in log.plan.required]
    return frozenset(names.index(finding.stage) for _, finding in faults if finding.stage is not None)


def _facts(log: FunnelLog, journeys: ComparedJourneys, warnings: Sequence[Notice] = ()) -> LogFacts:
    facts = log.facts(journeys.journey_set)
    return facts._replace(warnings=[*facts.warnings, *taken_back_anytime(log.rows), *warnings])


def _scope(
    log: FunnelLog, this: SideFacts, against: SideFacts, age: int | None, question: ComparisonKind = "periods"
) -> ComparisonScope:
    window = log.plan.give_up
    ripe = window is None if age is None else window is not None and window <= age
    return ComparisonScope(question, this, against, window if ripe else age, ripe)


def _joined(now: SegmentTable, then: Mapping[SegmentKey, Reached]) -> SegmentTable:
    reached_now: dict[SegmentKey, Sequence[int]] = {
        (plain(values[0]),): reached for values, (reached, _) in now.items()
    }
    nobody = (0,) * len(next(iter({**reached_now, **then}.values())))
    return {key: (reached_now.get(key, nobody), then.get(key, nobody)) for key in [*reached_now, *then]}


def _pooled(counts: SideCounts, sides: int) -> tuple[Reached, Reached]:
    """Of pairs of sides together."""
    first, second = (
        tuple(map(sum, zip(*(counts.reached(side) for side in range(start, sides, 2)), strict=True)))
        for start in (0, 1)
    )
    return first, second


def _lengths(now: TimeRange, then: TimeRange) -> Lengths:
    """Equal ones where one is unknown."""
    ends = (*now, *then)
    if LONG_AGO in ends or NEVER in ends or now.length <= 0 or then.length <= 0:
        return EQUAL
    return Lengths(now.length / WEEK, then.length / WEEK)


def _check_values(name: str, values: Sequence[str], column: pl.Series) -> None:
    known = column.unique().sort().to_list()
    for value in values:
        if value not in known:
            near = did_you_mean(value, known)
            hint = f"values: {', '.join(known[:10])}" if known else "nobody entered in this range"
            raise UsageError(Problem("unknown_value", f"--split: no journey has {name} '{value}'{near}", hint))
