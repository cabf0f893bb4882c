"""The journeys of what is compared, and the values of the properties along which causes are looked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from growthctl.clock import TimeRange
from growthctl.diagnosis.comparison.entry_days import EARLIER
from growthctl.events.column_names import GROUP, SIDE
from growthctl.kernel.journeys import frame_of
from growthctl.kernel.periods import span_of
from growthctl.kernel.plan import ENTRY_TIME, Plan
from growthctl.kernel.search.entries import EntryScope
from growthctl.kernel.search.find_journeys import JourneyRequest, JourneySet
from growthctl.kernel.segment_values import MISSING
from growthctl.kernel.tally.side_counts import SideCounts
from growthctl.questions.ask import FunnelLog


class CauseProperties(NamedTuple):
    """The properties along which to look for causes, and which event of a journey gives them (see `Question`)."""

    properties: tuple[str, ...]
    attribution: str | int

    def known_from(self, plan: Plan) -> int:
        """The first required stage before which they are known (counted from 0), see `splits.comparable_splits`.

        Of the first or last value along a journey one does not know whether it came before the outcome.
        """
        if isinstance(self.attribution, str):
            return len(plan.required)
        return sum(stage < self.attribution for stage in plan.required) + 1


NOTHING = CauseProperties((), 0)


class ComparedJourneys(NamedTuple):
    """Journeys with SIDE, and row by row the values of the properties and MISSING; no columns without properties."""

    journeys: pl.DataFrame
    segments: pl.DataFrame
    journey_set: JourneySet

    def only(self, rows: pl.Series) -> ComparedJourneys:
        """Those of some rows."""
        segments = self.segments.filter(rows) if self.segments.width else self.segments
        return self._replace(journeys=self.journeys.filter(rows), segments=segments)

    def counts(self, plan: Plan) -> SideCounts:
        """How many of each side reached each required stage."""
        return SideCounts.of(self.journeys, plan)


def judged(
    log: FunnelLog, plan: Plan, spans: Sequence[TimeRange], along: CauseProperties = NOTHING
) -> ComparedJourneys:
    """The journeys of each span; who enters in several has a journey in each, as `analyze` says for that range."""
    if plan.count == "attempts":
        # Which attempts follow one another depends on where the range starts.
        sides = [of_range(log, plan, EntryScope(s), along, side) for side, s in enumerate(spans)]
        journeys, segments = (pl.concat(getattr(part, name) for part in sides) for name in ("journeys", "segments"))
        return ComparedJourneys(journeys, segments, sides[0].journey_set)
    outer = TimeRange(min(span.since for span in spans), max(span.until for span in spans))
    entries = EntryScope(outer, span_of(spans))
    everybody = of_range(log, plan, entries, along, pl.col(GROUP))
    return everybody.only(everybody.journeys[SIDE] < len(spans))


def with_weeks(
    log: FunnelLog, plan: Plan, sides: ComparedJourneys, weeks: Sequence[TimeRange], along: CauseProperties
) -> ComparedJourneys:
    """Both sides, and as sides from EARLIER on the journeys of weeks, the last one first."""
    if not weeks:
        return sides
    week, outer = span_of(weeks), TimeRange(weeks[-1].since, weeks[0].until)
    # Periods group the entries, so attempts cannot; these lie in the week of their entry anyway.
    entries = EntryScope(outer, None if plan.count == "attempts" else week)
    earlier = of_range(log, plan, entries, along, week(pl.col(ENTRY_TIME)) + EARLIER)
    journeys, segments = (
        pl.concat(getattr(part, name) for part in (sides, earlier)) for name in ("journeys", "segments")
    )
    return ComparedJourneys(journeys, segments, sides.journey_set)


def of_range(
    log: FunnelLog, plan: Plan, entries: EntryScope, along: CauseProperties, side: int | pl.Expr
) -> ComparedJourneys:
    """The journeys of a range; `side`: the number of their side, from the columns of journeys if need be."""
    splits = tuple((name,) for name in along.properties)
    journey_set = log._replace(plan=plan).find_journeys(JourneyRequest(entries, splits, along.attribution))
    number = side if isinstance(side, pl.Expr) else pl.lit(side)
    journeys = frame_of(journey_set.journeys).with_columns(number.cast(pl.Int64).alias(SIDE))
    segments = [pl.concat(parts) for parts in journey_set.segments]
    missing = [split[MISSING] for split in segments[:1]]
    values = [split[name] for split, name in zip(segments, along.properties, strict=True)]
    return ComparedJourneys(journeys, pl.DataFrame([*values, *missing]), journey_set)
