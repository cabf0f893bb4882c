"""What both sides of a comparison reached, for each of its questions; side 0 is `this`, side 1 `against`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl

from growthctl.build.analysis import LogFacts
from growthctl.build.bottleneck import plain
from growthctl.build.comparison import ComparisonKind, ComparisonScope, SideFacts
from growthctl.clock import LONG_AGO, NEVER, TimeRange, iso
from growthctl.diagnosis.comparison.explain_change import ComparisonInput
from growthctl.errors import Notice, Problem, UsageError
from growthctl.events.column_names import FIRST_ENTRY, SIDE
from growthctl.funnel.nearest import did_you_mean
from growthctl.kernel.journeys import mark_ripe
from growthctl.kernel.plan import Plan, at_age
from growthctl.kernel.segment_values import MISSING
from growthctl.kernel.tally.side_counts import Reached, SideTable, by_weekday
from growthctl.questions.ask import FunnelLog
from growthctl.questions.comparing.compared_journeys import CauseProperties, ComparedJourneys, judged, of_range
from growthctl.questions.comparing.compared_ranges import ComparedRanges, end_of
from growthctl.questions.comparing.previous_counts import PreviousCounts

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
    sides = judged(log, plan, [*spans, *(span for pair in compared.earlier for span in pair)], along)
    both = sides.only(sides.journeys[SIDE] < len(spans))
    counts = sides.counts(plan)
    earlier = [counts.reached(side) for side in range(2, 2 + 2 * len(compared.earlier))]
    sight = ComparisonInput(
        reached=counts.both,
        so_far=None if plan == log.plan else judged(log, log.plan, spans).counts(plan).both,
        scale=compared.scale,
        tables=both.tables(plan),
        known_from=along.known_from(plan),
        weekdays=by_weekday(both.journeys, plan, log.funnel.timezone).table,
        same_weekdays=compared.same_weekdays,
        earlier=(_summed(earlier[::2]), _summed(earlier[1::2])) if earlier else None,
        in_time=compared.complete,
    )
    late = Notice("log_starts_later", numbers={"first_event_at": iso(log.quality.first_event_at)})
    this, against = map(SideFacts, spans)
    facts = _facts(log, sides, () if compared.complete else (late,))
    return ComparedCounts(_scope(log, this, against, compared.age), facts, sight, plan)


def two_segments(log: FunnelLog, chosen: tuple[str, Sequence[str]], along: CauseProperties) -> ComparedCounts:
    """The entities with one value of a property against those with another one, or against all others."""
    name, values = chosen
    since = log.range.since if log.range.since != LONG_AGO else log.quality.first_event_at or 0
    span = TimeRange(since, end_of(log))
    age = log.as_of - span.until
    plan = at_age(log.plan, age)
    everybody = judged(log, plan, [span], along._replace(properties=(*along.properties, name)))
    text = everybody.segments[name].cast(pl.String).fill_null(NONE)
    reached = ~everybody.segments[MISSING]
    _check_values(name, values, text.filter(reached))
    # With one value named, side 1 is everybody else.
    side = text.replace_strict(values, list(range(len(values))), default=len(values), return_dtype=pl.Int64)
    split = everybody._replace(
        journeys=everybody.journeys.with_columns(side.alias(SIDE)), segments=everybody.segments.drop(name)
    )
    both = split.only(reached & (side < 2))
    known_from = along.known_from(plan)
    sight = ComparisonInput(both.counts(plan).both, tables=both.tables(plan), known_from=known_from, in_time=False)
    this, against = (SideFacts(span, name, value) for value in [*values, OTHERS][:2])
    return ComparedCounts(_scope(log, this, against, age, "segments"), _facts(log, everybody), sight, plan)


def an_earlier_result(log: FunnelLog, earlier: PreviousCounts, along: CauseProperties) -> ComparedCounts:
    """Now against what was counted then: of ripe entities, as many as `analyze` shows for the range."""
    (since, until), as_of = log.range, log.as_of
    properties = tuple(name for name in along.properties if name in earlier.segments)
    all_now = of_range(log, log.plan, log.entries, along._replace(properties=properties), 0)
    ripe = [mark_ripe(part, log.plan, as_of).ripe for part in all_now.journey_set.journeys]
    now = all_now.only(pl.concat([pl.Series(part) for part in ripe]))
    window = log.plan.give_up or 0
    first = now.journeys[FIRST_ENTRY].min() if since == LONG_AGO else since
    start = first if isinstance(first, int) else LONG_AGO
    range = TimeRange(start, until if until + window <= as_of else as_of - window)
    tables = now.tables(log.plan)
    sight = ComparisonInput(
        reached=(now.counts(log.plan).reached(0), earlier.reached),
        scale=_scale(range, earlier.range),
        tables={by: _joined(table, earlier.segments[by[0]]) for by, table in tables.items() if len(by) == 1},
        known_from=along.known_from(log.plan),
        in_time=False,
    )
    overlaps = range.since != LONG_AGO and earlier.range.until != NEVER and range.since < earlier.range.until
    scope = _scope(log, SideFacts(range), SideFacts(earlier.range), log.plan.give_up, "result")
    return ComparedCounts(scope, _facts(log, now, (Notice("ranges_overlap"),) if overlaps else ()), sight, log.plan)


def _facts(log: FunnelLog, journeys: ComparedJourneys, warnings: Sequence[Notice] = ()) -> LogFacts:
    facts = log.facts(journeys.journey_set)
    return facts._replace(warnings=[*facts.warnings, *warnings])


def _scope(
    log: FunnelLog, this: SideFacts, against: SideFacts, age: int | None, question: ComparisonKind = "periods"
) -> ComparisonScope:
    window = log.plan.give_up
    ripe = window is None if age is None else window is not None and window <= age
    return ComparisonScope(question, this, against, window if ripe else age, ripe)


def _joined(now: SideTable, then: Mapping[tuple[object, ...], Reached]) -> SideTable:
    reached_now: dict[tuple[object, ...], Reached] = {
        (plain(values[0]),): reached for values, (reached, _) in now.items()
    }
    nobody = (0,) * len(next(iter({**reached_now, **then}.values())))
    return {key: (reached_now.get(key, nobody), then.get(key, nobody)) for key in [*reached_now, *then]}


def _summed(reached: Sequence[Reached]) -> Reached:
    return tuple(sum(column) for column in zip(*reached, strict=True))


def _scale(now: TimeRange, then: TimeRange) -> float:
    """How much longer the range is; 1 where one is unknown."""
    ends = (*now, *then)
    if LONG_AGO in ends or NEVER in ends or now.length <= 0 or then.length <= 0:
        return 1.0
    return now.length / then.length


def _check_values(name: str, values: Sequence[str], column: pl.Series) -> None:
    known = column.unique().sort().to_list()
    for value in values:
        if value not in known:
            near = did_you_mean(value, known)
            hint = f"values: {', '.join(known[:10])}" if known else "nobody entered in this range"
            raise UsageError(Problem("unknown_value", f"--split: no journey has {name} '{value}'{near}", hint))
