"""Where a stage falls silent though as many as ever get to the one before it, and which silences to report."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, inf
from typing import NamedTuple

import numpy as np

from growthctl.diagnosis.bottleneck.posterior import prior_strength
from growthctl.diagnosis.health.batches import in_batches
from growthctl.diagnosis.health.counts_over_time import CountsOverTime, usual, usual_volume
from growthctl.diagnosis.health.inputs import Finding, HealthInputs
from growthctl.diagnosis.health.written_events import FAR_BELOW, goes_on
from growthctl.stats.arrays import Bools, Floats, Ints
from growthctl.stats.overdispersion import (
    LEAST_EXPECTED,
    beta_binomial_cdf,
    fit_concentration,
    fit_size,
    negative_binomial_cdf,
)

BY_CHANCE = 0.001
MOST_STRETCHES = 3
_SILENT = 0.05
_LONGER = 1.5


class MissingStretch(NamedTuple):
    """Bins in which too few reached a stage."""

    since: int
    until: int
    """The bins are [since, until)."""
    observed: int
    expected: float
    """How many should have reached it."""
    upstream: int | None
    """How many reached the stage before in them; None for the first stage."""
    missing: float
    """What is expected of the ripe among these, less what is observed."""
    probability: float
    """Of so few by chance anywhere where it was looked for."""

    def within(self, series: CountsOverTime) -> Bools:
        """Which bins of a series it is."""
        inside = np.zeros(series.bins, dtype=bool)
        inside[self.since : self.until] = True
        return inside


def missing_stretches(series: CountsOverTime, stage: int, skip: int = 1, looks: int = 1) -> list[MissingStretch]:
    """The stretches, at most MOST_STRETCHES, in which a stage is all but silent; the clearest first.

    Expected is the smaller of the usual rate × how many reached the stage before meanwhile, and the usual volume: a
    stage that rests at weekends is expected to. Candidates are the intervals in which 5 % of that is most likelier
    than all of it, for Poisson counts. *Usual* is then what is so outside the candidate, of entries the smaller of
    before and after; at most what the same hours of other weeks have. A candidate counts with LEAST_EXPECTED expected,
    a tenth of them observed at most, and a probability of BY_CHANCE at most, multiplied by the places looked at: so
    many stretches fit into the log, in each of `looks` series. The first `skip` bins do not count: a log may begin
    within an hour, and it takes time to get far.
    """
    alive = np.arange(series.bins) >= skip
    result = []
    for _ in range(MOST_STRETCHES):
        score = (1 - _SILENT) * _expected(series, stage, alive) + np.log(_SILENT) * series.reached[stage]
        inside = _largest_sum(np.where(alive, score, -np.inf))
        if not inside.any():
            break
        alive &= ~inside
        stretch = _judged(series, stage, inside, alive, looks)
        if stretch.probability <= BY_CHANCE:
            result.append(stretch)
    return result


def silent_throughout(
    series: CountsOverTime, stage: int, came: int, went_on: int, looks: int = 1
) -> MissingStretch | None:
    """Is a stage all but silent in a segment as long as the log lasts, although others get on as usual?

    `series` end where windows are still open. Outside the segment `came` reached the stage before, of which
    `went_on`. Rates of segments differ: they are taken to spread around that of the others as a prior does.
    """
    entered, observed = int(series.reached[stage - 1].sum()), int(series.went_on[stage - 1].sum())
    if not 0 < went_on < came:
        return None
    rate = went_on / came
    expected = entered * rate
    if expected < LEAST_EXPECTED or observed > FAR_BELOW * expected:
        return None
    probability = min(1.0, looks * beta_binomial_cdf(observed, entered, rate, prior_strength(rate)))
    if probability > BY_CHANCE:
        return None
    return MissingStretch(0, series.bins, observed, expected, entered, expected - observed, probability)


def _judged(series: CountsOverTime, stage: int, inside: Bools, outside: Bools, looks: int) -> MissingStretch:
    since, last = (int(end) for end in np.flatnonzero(inside)[[0, -1]])
    counts, observed = series.reached[stage], int(series.reached[stage][inside].sum())
    expected = min(
        _seasonal(series, stage, inside, outside),
        float(usual(counts, series.slots, outside)[inside].sum()),
        float(_rate(series, stage, outside) * series.reached[stage - 1][inside].sum()) if stage else inf,
    )
    upstream, missing = None, 0.0
    if stage:
        upstream = int(series.reached[stage - 1][inside].sum())
        ripe, came = series.ripe[stage - 1][inside].sum(), series.ripe[stage][inside].sum()
        rate = _rate(series, stage, outside)
        if series.is_open:
            # Of those who are missing only who came from the stage before would have converted.
            went_on = series.went_on[stage - 1]
            rate, came = _rate_of(went_on, series, stage, outside), went_on[inside].sum()
        missing = max(0.0, float(rate * ripe - came))
    probability = 1.0
    if expected >= LEAST_EXPECTED and observed <= FAR_BELOW * expected:
        places = looks * series.bins / int(inside.sum())
        if upstream is None:
            # Each entry may begin a pause: so many more places.
            places *= expected
        days = series.whole_days(outside)
        probability = min(1.0, places * _by_chance(series.daily(), stage, days, observed, expected, upstream))
    return MissingStretch(since, last + 1, observed, expected, upstream, missing, probability)


def _seasonal(series: CountsOverTime, stage: int, inside: Bools, outside: Bools) -> float:
    def going_by(bins: Bools) -> float:
        return float(usual_volume(series.reached[stage], series, bins)[inside].sum())

    if stage:
        return going_by(outside)
    # Traffic comes and goes: it was there before, and came back, if it did.
    is_before = np.arange(series.bins) < np.flatnonzero(inside)[0]
    before, after = going_by(outside & is_before), going_by(outside & ~is_before)
    return min(before, after) if after else before


def _by_chance(
    days: CountsOverTime, stage: int, outside: Bools, observed: int, expected: float, upstream: int | None
) -> float:
    """The probability of so few, given how much the days `outside` vary around what is usual on their weekday.

    What is usual is known from those days only, so that it varies too: as Gamma and Beta distributions of their counts.
    Where it takes days to reach a stage, volumes are steadier than rates of those who came the same day; else rates
    are. The smaller probability of both, twice; in an open funnel that of volumes.
    """
    counts, entered = days.reached[stage], days.reached[stage - 1]
    came, went_on = (usual(each, days.slots, outside) for each in (entered, counts))
    size = fit_size(counts[outside], went_on[outside], fitted=7)
    by_volume = negative_binomial_cdf(observed, expected, 1 / (1 / size + 1 / max(1, counts[outside].sum())))
    if upstream is None or days.is_open:
        return by_volume
    usually = np.divide(entered * went_on, came, out=np.zeros(days.bins), where=came > 0)
    strength = fit_concentration(entered[outside], counts[outside], usually[outside], fitted=7)
    known = 1 / (1 / strength + 1 / max(1, entered[outside].sum())) if strength else 0.0
    return min(1.0, 2 * min(by_volume, beta_binomial_cdf(observed, upstream, expected / upstream, known)))


def _expected(series: CountsOverTime, stage: int, among: Bools) -> Floats:
    """How many each bin should have, going by the bins `among`."""
    seasonal = usual_volume(series.reached[stage], series, among)
    if not stage:
        return seasonal
    expected: Floats = np.minimum(seasonal, _rate(series, stage, among) * series.reached[stage - 1])
    return expected


def _rate(series: CountsOverTime, stage: int, among: Bools) -> float:
    """How many usually reach the stage for each one at the stage before; 0 where nobody was there. In an open funnel
    that may be more than one.
    """
    rate = _rate_of(series.reached[stage], series, stage, among)
    return rate if series.is_open else min(1.0, rate)


def _rate_of(counts: Ints, series: CountsOverTime, stage: int, among: Bools) -> float:
    entered = int(series.reached[stage - 1][among].sum())
    return int(counts[among].sum()) / entered if entered else 0.0


def _largest_sum(scores: Floats) -> Bools:
    """The interval of the largest sum, the shortest of equals; none where no sum is positive. −∞ is never inside."""
    inside = np.zeros(len(scores), dtype=bool)
    silent_throughout = -1.0 - scores[scores > 0].sum()
    totals = np.concatenate([[0.0], np.cumsum(np.maximum(scores, silent_throughout))])
    lowest = np.minimum.accumulate(totals)
    until = int((totals - lowest).argmax())
    if until:
        inside[np.flatnonzero(totals[:until] == lowest[until])[-1] : until] = True
    return inside


def missing_events(inputs: HealthInputs) -> Iterator[Finding]:
    """Every stage's stretches without events, of all, and of segments in which it is silent while it is not for all.

    Not of a stage whose own events go on: who has these lacks an earlier stage. Nor where an earlier one fell silent
    just before: then nobody is on the way. Nor of a stage that comes in batches.
    """
    earlier = [
        (0, stretch) for stretch in missing_stretches(inputs.full(inputs.everybody), 0, looks=len(inputs.stages))
    ]
    for stage in range(1, len(inputs.stages)):
        if in_batches(inputs, stage) is not None:
            continue
        stretches = [
            stretch
            for stretch in missing_stretches(
                inputs.full(inputs.everybody), stage, _skip(inputs, stage, inputs.everybody), len(inputs.stages)
            )
            if not goes_on(inputs, stage, stretch.within(inputs.everybody))
            and not any(_follows(stretch, before, _way(inputs, position, stage)) for position, before in earlier)
        ]
        earlier += [(stage, stretch) for stretch in stretches]
        in_all = [missing_finding(inputs.everybody, stage, inputs, stretch) for stretch in stretches]
        yield from in_all
        for series in inputs.segments:
            in_segment = (missing_finding(series, stage, inputs, each) for each in _of_segment(series, stage, inputs))
            yield from (each for each in in_segment if not any(each.overlaps(other) for other in in_all))


def _follows(stretch: MissingStretch, before: MissingStretch, way: int) -> bool:
    """Is it what a silence of an earlier stage leads to: no longer, and no later than the `way` takes (bins)?"""
    length, length_before = stretch.until - stretch.since, before.until - before.since
    in_time = before.since <= stretch.since <= before.until + way
    return in_time and length <= _LONGER * length_before + 1


def _way(inputs: HealthInputs, before: int, stage: int) -> int:
    """In how many bins nine of ten get from one stage to another, at most."""
    seconds = sum(each.p90_seconds_from_previous for each in inputs.stages[before + 1 : stage + 1])
    return ceil(seconds * 1e6 / inputs.everybody.width)


def _skip(inputs: HealthInputs, stage: int, series: CountsOverTime) -> int:
    """How many bins it takes until people have got to a stage."""
    return max(1, ceil(inputs.stages[stage].p90_seconds * 1e6 / series.width))


def _of_segment(series: CountsOverTime, stage: int, inputs: HealthInputs) -> list[MissingStretch]:
    everybody, part = inputs.ripe_part(inputs.everybody, stage), inputs.ripe_part(series, stage)
    came = int(everybody.reached[stage - 1].sum() - part.reached[stage - 1].sum())
    went_on = int(everybody.went_on[stage - 1].sum() - part.went_on[stage - 1].sum())
    always = silent_throughout(part, stage, came, went_on, inputs.looks)
    if always is not None:
        return [always]
    return missing_stretches(inputs.full(series), stage, _skip(inputs, stage, series), inputs.looks)


def missing_finding(series: CountsOverTime, stage: int, inputs: HealthInputs, stretch: MissingStretch) -> Finding:
    """The finding of a stretch; without a start where it begins with the log, without an end where it lasts."""
    begins = not series.reached[stage][: stretch.since].any()
    lasts = not series.reached[stage][stretch.until :].any()
    return Finding(
        "stage_silent" if stage else "entries_silent",
        "tracking" if stage else "traffic",
        inputs.stages[stage].name,
        segment=series.segment,
        since_at=None if begins else series.at(stretch.since),
        until_at=None if lasts else series.at(stretch.until),
        observed=stretch.observed,
        expected=stretch.expected,
        upstream=stretch.upstream,
        probability=stretch.probability,
        missing=stretch.missing,
    )
