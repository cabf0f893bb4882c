"""Who came to a stage, by the day on which they did, and who of them went on: what changes are looked for in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from growthctl.clock import DAY
from growthctl.diagnosis.days import Days, Span
from growthctl.diagnosis.health.counts_over_time import CountsOverTime
from growthctl.diagnosis.health.inputs import HealthInputs
from growthctl.diagnosis.transitions import SegmentValues
from growthctl.stats.spread import CHANCE, Spread, spread_between_groups


class Arrivals(NamedTuple):
    """Those who came to the stage before, by the day on which they did."""

    stage: int
    """The required one that they may go on to, from 1."""
    at_age: Days
    """Who went on within the time that nearly all take who do; up to the last day of which that has passed."""
    ripe: Days
    """Who went on at all; up to the last day of which all are ripe."""
    segment: SegmentValues | None = None
    """Whose arrivals these are; None for all."""

    def without(self, spans: Sequence[Span]) -> Arrivals:
        """With nobody on the days that have a part in one of some spans."""
        at_age, ripe = (days.only(days.of_spans(spans) == 0) for days in (self.at_age, self.ripe))
        return self._replace(at_age=at_age, ripe=ripe)


def arrivals_of(inputs: HealthInputs, series: CountsOverTime) -> list[Arrivals]:
    """At each stage but the first."""
    days, as_of = series.daily(), inputs.as_of
    arrivals = []
    for stage, stage_inputs in enumerate(inputs.stages[1:], 1):
        limit = inputs.ripe_after(stage)
        age = limit if stage_inputs.age is None else stage_inputs.age + stage_inputs.settling
        in_time, at_all = (
            Days(days.start, days.reached[stage - 1], went_on[stage - 1], days.offset)
            for went_on in (days.in_time, days.went_on)
        )
        arrivals.append(Arrivals(stage, in_time.until(as_of - age), at_all.until(as_of - limit), series.segment))
    return arrivals


def spread_of_segments(inputs: HealthInputs, by: tuple[str, ...], stage: int) -> Spread:
    """How restless the segments of properties are beside each other at a stage."""
    series = [each for each in inputs.segments if each.segment is not None and each.segment.by == by]
    days = [arrivals_of(inputs, each)[stage - 1].at_age for each in series]
    if len(days) < 2:
        return CHANCE
    start, end = min(each.at(0) for each in days), max(each.at(each.length) for each in days)
    entered, converted = np.zeros((2, len(days), (end - start) // DAY), np.int64)
    for group, of_group in enumerate(days):
        place = slice((of_group.at(0) - start) // DAY, (of_group.at(of_group.length) - start) // DAY)
        entered[group, place], converted[group, place] = of_group.entered, of_group.converted
    return spread_between_groups(entered, converted)
