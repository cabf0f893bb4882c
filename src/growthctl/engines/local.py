"""On this machine: part after part of a log, and the chunks of each on all processors."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from growthctl.events.reading.progress import Progress, tell
from growthctl.kernel.plan import Plan
from growthctl.kernel.search.find_journeys import JourneyRequest, JourneySet, journeys_by_chunk


def run(parts: Iterable[pl.DataFrame], plan: Plan, request: JourneyRequest, total: int | None = None) -> JourneySet:
    """The journeys of the entities of `parts`, frames of events, `total` in all; says how far it is.

    A part holds all events of its entities. Raises SharedNumberError where CHECK says that two of them have one number.
    """
    sets, done = [], 0
    for part in parts:
        for journeys, events in journeys_by_chunk(part, plan, request):
            tell(Progress("events", done, total))
            sets.append(journeys)
            done += events
    tell(Progress("events", done, total))
    return JourneySet.total(sets, plan, request)
