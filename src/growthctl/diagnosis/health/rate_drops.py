"""Where a rate fell for a stretch of time, and whether the stage did it or other people came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from math import sqrt
from typing import NamedTuple

import numpy as np

from growthctl.clock import DAY, WEEK
from growthctl.diagnosis.health.counts_over_time import CountsOverTime, usual
from growthctl.diagnosis.health.inputs import Finding, HealthInputs
from growthctl.diagnosis.transitions import SegmentValues
from growthctl.stats.arrays import Floats, Ints
from growthctl.stats.kitagawa import decompose_rate
from growthctl.stats.normal import two_sided
from growthctl.stats.overdispersion import overdispersion
from growthctl.stats.proportions import NO_PAIR, Pair, Proportion

LARGEST_RATIO = 0.8
LEAST_BEFORE = 10
BY_CHANCE = 0.001
MOST_STEPS = 128
_SHORTEST = 2
LEAST_WEEKS = 3


class RateDrop(NamedTuple):
    """A stretch of time in which fewer went on; instants are µs since the epoch, UTC."""

    segment: SegmentValues | None
    since_at: int
    until_at: int | None
    """It lasts until before then; None: to the end."""
    entered: int
    converted: int
    """How many of `entered` went on."""
    usual_rate: float
    """That of other times."""
    missing: float
    """How many fewer that is."""
    statistic: float
    """What drops are compared by."""
    probability: float
    """Of any such stretch by chance."""


def clearest_drop(series: CountsOverTime, stage: int, looks: int = 1) -> RateDrop | None:
    """The clearest fall of the rate into a stage, by when people reached the stage before; None where it is steady.

    `series` end where windows are still open. The scan statistic (Kulldorff 1997): of all intervals of days (of
    weeks, where there are more than MOST_STEPS days) the one with the largest likelihood ratio of two rates, inside and
    outside, against one, for Poisson counts around the number who came × the rate of their weekday. The ratio is
    divided by how much more than that the days vary; its χ² probability is multiplied by the number of intervals and
    by `looks`, the series looked at. A fall has BY_CHANCE at most, and LARGEST_RATIO at most of the usual rate and of
    that before it: what rises later has not fallen. In less than LEAST_WEEKS a weekend cannot be told from a fall.
    """
    steps = _steps(series.daily())
    if steps.bins * steps.width < LEAST_WEEKS * WEEK:
        return None
    entered, converted = steps.reached[stage - 1], steps.went_on[stage - 1]
    expected = _expected(entered, converted, steps)
    clearest = _clearest(converted, expected)
    if clearest is None:
        return None
    since, until, ratio = clearest
    inside = np.zeros(steps.bins, dtype=bool)
    inside[since:until] = True
    n, x = int(entered[inside].sum()), int(converted[inside].sum())
    usually = expected * converted[~inside].sum() / expected[~inside].sum()
    fitted = np.where(inside, usually * x / usually[inside].sum(), usually)
    statistic = 2 * ratio / _dispersion(entered, converted, fitted)
    missing = float(usually[inside].sum()) - x
    intervals = steps.bins * (steps.bins - 1) / 2
    probability = min(1.0, intervals * looks * two_sided(sqrt(statistic)) / 2)
    if probability > BY_CHANCE or x > LARGEST_RATIO * (x + missing):
        return None
    return RateDrop(
        segment=series.segment,
        since_at=steps.at(since),
        until_at=None if until == steps.bins else steps.at(until),
        entered=n,
        converted=x,
        usual_rate=min(1.0, (x + missing) / n),
        missing=missing,
        statistic=statistic,
        probability=probability,
    )


def _steps(days: CountsOverTime) -> CountsOverTime:
    """Days, or as many weeks at a time as it takes to have at most MOST_STEPS."""
    if days.bins <= MOST_STEPS:
        return days
    size = 7 * -(-days.bins // (7 * MOST_STEPS))

    def merged(counts: Ints) -> Ints:
        padded = np.pad(counts, ((0, 0), (0, -days.bins % size)))
        sums: Ints = padded.reshape(len(counts), -1, size).sum(axis=2)
        return sums

    return days._replace(
        width=size * DAY, reached=merged(days.reached), ripe=merged(days.ripe), went_on=merged(days.went_on)
    )


def _expected(entered: Ints, converted: Ints, steps: CountsOverTime) -> Floats:
    """How many should go on if nothing but the weekday mattered."""
    everywhere = np.ones(steps.bins, dtype=bool)
    came, went = (usual(counts, steps.slots, everywhere) for counts in (entered, converted))
    expected: Floats = np.divide(entered * went, came, out=np.zeros(steps.bins), where=came > 0)
    return expected


def _clearest(converted: Ints, expected: Floats) -> tuple[int, int, float] | None:
    """(since, until, log of the likelihood ratio) of the interval with too few that has the largest ratio."""
    observed_before, expected_before = (np.concatenate([[0], np.cumsum(counts)]) for counts in (converted, expected))
    total = float(observed_before[-1])
    observed = observed_before[np.newaxis, :] - observed_before[:, np.newaxis]
    should = expected_before[np.newaxis, :] - expected_before[:, np.newaxis]
    steps = np.arange(len(observed_before))
    long_enough = steps[np.newaxis, :] - steps[:, np.newaxis] >= _SHORTEST
    before, mean_before = observed_before[:, np.newaxis], expected_before[:, np.newaxis]
    fell = (before >= LEAST_BEFORE) & (observed * mean_before <= LARGEST_RATIO * before * should)
    eligible = long_enough & fell & (observed < should) & (should < total)
    if not eligible.any():
        return None
    inside, mean = observed[eligible].astype(float), should[eligible]
    outside = total - inside
    ratio = outside * np.log(outside / (total - mean))
    ratio += np.where(inside > 0, inside * np.log(np.maximum(inside, 1) / mean), 0.0)
    best = int(ratio.argmax())
    since, until = np.argwhere(eligible)[best]
    return int(since), int(until), float(ratio[best])


def _dispersion(entered: Ints, converted: Ints, fitted: Floats) -> float:
    """Pearson's X² ÷ degrees of freedom around the fitted counts; at least what a binomial count varies by chance."""
    known = fitted > 0
    least = 1 - converted.sum() / entered.sum()
    squares = ((converted[known] - fitted[known]) ** 2 / fitted[known]).sum()
    return overdispersion(float(squares), max(1, int(known.sum()) - 2), least=max(float(least), 1e-9))


def rate_drops(inputs: HealthInputs, silent: Sequence[Finding]) -> Iterator[Finding]:
    """For each stage the clearest fall, of all or of a segment, unless its events are missing then."""
    for stage, stage_inputs in enumerate(inputs.stages[1:], 1):
        falls = []
        for series in (inputs.everybody, *inputs.segments):
            clearest = clearest_drop(inputs.ripe_part(series, stage), stage, inputs.looks)
            if clearest is not None:
                finding = Finding(
                    "rate_fell",
                    "product",
                    stage_inputs.name,
                    segment=series.segment,
                    since_at=clearest.since_at,
                    until_at=clearest.until_at,
                    observed=clearest.converted,
                    expected=clearest.converted + clearest.missing,
                    upstream=clearest.entered,
                    rate=clearest.converted / clearest.entered,
                    usual_rate=clearest.usual_rate,
                    probability=clearest.probability,
                    missing=clearest.missing,
                )
                if not any(finding.overlaps(hole) for hole in silent if hole.stage == stage_inputs.name):
                    falls.append((clearest.statistic, finding))
        if falls:
            yield _blamed(max(falls, key=lambda pair: pair[0])[1], stage, inputs)


def _blamed(finding: Finding, stage: int, inputs: HealthInputs) -> Finding:
    """A fall of the whole is the traffic's, where two thirds of it come from who came."""
    if finding.segment is not None:
        return finding
    everybody = _pair(inputs.everybody.daily(), stage, inputs, finding)
    for by, parts in groupby(inputs.segments, key=lambda part: part.segment.by if part.segment else ()):
        pairs = [_pair(part, stage, inputs, finding) for part in parts]
        decomposition = decompose_rate(dict(enumerate([*pairs, everybody - sum(pairs, NO_PAIR)])))
        if decomposition is not None and decomposition.mix_dominated:
            return finding._replace(cause="traffic", segment=SegmentValues(by, ()))
    return finding


def _pair(series: CountsOverTime, stage: int, inputs: HealthInputs, finding: Finding) -> Pair:
    """The stretch of a fall against all other times."""
    part = inputs.ripe_part(series, stage)
    inside = part.between(finding.since_at or 0, finding.until_at)
    entered, converted = part.reached[stage - 1], part.went_on[stage - 1]
    this, against = (Proportion(int(entered[at].sum()), int(converted[at].sum())) for at in (inside, ~inside))
    return Pair(this, against)
