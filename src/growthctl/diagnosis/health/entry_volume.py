"""Whether as many enter as usual: stretches in which nobody does, and last days whose events are not all there yet."""

from __future__ import annotations

import numpy as np

from growthctl.clock import DAY
from growthctl.diagnosis.health.counts_over_time import usual
from growthctl.diagnosis.health.inputs import Finding, HealthInputs
from growthctl.diagnosis.health.missing_events import BY_CHANCE, missing_finding, missing_stretches
from growthctl.stats.arrays import Bools, Floats, Ints
from growthctl.stats.overdispersion import fit_size, negative_binomial_cdf

THIN_SHARE = 0.5
LEAST_TO_JUDGE_A_DAY = 5
LEAST_ON_THIN_DAYS = 30
MOST_THIN_DAYS = 7
STOPPED_SHARE = 0.8


def entry_volume(inputs: HealthInputs) -> list[Finding]:
    """Stretches in which hardly anybody entered; or, at the end, days of which not all has arrived."""
    if not inputs.entries_go_on or not inputs.everybody.bins:
        return []
    quiet = [
        missing_finding(inputs.everybody, 0, inputs, stretch)
        for stretch in missing_stretches(inputs.everybody, 0, looks=inputs.looks)
    ]
    thin = incomplete_days(inputs)
    if thin is None:
        return quiet
    at_the_end = [found for found in quiet if found.overlaps(thin)]
    if sum(found.missed for found in at_the_end) >= STOPPED_SHARE * thin.missed:
        return quiet
    return [thin, *(found for found in quiet if found not in at_the_end)]


def incomplete_days(inputs: HealthInputs) -> Finding | None:
    """The last days, at most MOST_THIN_DAYS, each with less than THIN_SHARE of its usual entries.

    Usual is the mean of the same hours of the week before these days; of the last hour, the part that has passed.
    Together they have LEAST_ON_THIN_DAYS expected entries, and a negative binomial probability of BY_CHANCE at most.
    """
    hours = inputs.everybody
    days = (hours.start % DAY // hours.width + np.arange(hours.bins)) * hours.width // DAY
    entries, thin = hours.reached[0], None
    for first in range(int(days[-1]), max(0, int(days[-1]) - MOST_THIN_DAYS), -1):
        expected = _expected(inputs, days < first)
        today, usually = entries[days == first].sum(), expected[days == first].sum()
        if usually >= LEAST_TO_JUDGE_A_DAY and today >= THIN_SHARE * usually:
            break
        if usually >= LEAST_TO_JUDGE_A_DAY:
            thin = first, expected
    return _judged(inputs, days, *thin) if thin else None


def _expected(inputs: HealthInputs, before: Bools) -> Floats:
    passed = np.ones(inputs.everybody.bins)
    passed[-1] = min(1.0, (inputs.as_of - inputs.everybody.at(inputs.everybody.bins - 1)) / inputs.everybody.width)
    return usual(inputs.everybody.reached[0], inputs.everybody.slots, before) * passed


def _judged(inputs: HealthInputs, days: Ints, first: int, expected: Floats) -> Finding | None:
    entries, tail = inputs.everybody.reached[0], days >= first
    observed, should = int(entries[tail].sum()), float(expected[tail].sum())
    counts, means = (np.bincount(days, each)[:first].astype(float) for each in (entries, expected))
    probability = negative_binomial_cdf(observed, should, fit_size(counts, means))
    if should < LEAST_ON_THIN_DAYS or probability > BY_CHANCE:
        return None
    return Finding(
        "last_days_thin",
        "unripe",
        inputs.stages[0].name,
        since_at=inputs.everybody.at(int(np.flatnonzero(tail)[0])),
        observed=observed,
        expected=should,
        probability=probability,
    )
