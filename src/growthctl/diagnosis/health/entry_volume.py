"""Whether as many enter as usual: stretches in which nobody does, and last days whose events are not all there yet."""

from __future__ import annotations

import numpy as np

from growthctl.clock import DAY
from growthctl.diagnosis.health.batches import in_batches
from growthctl.diagnosis.health.counts_over_time import usual_volume
from growthctl.diagnosis.health.entries_end import entries_end
from growthctl.diagnosis.health.inputs import Finding, HealthInputs
from growthctl.diagnosis.health.missing_events import MissingStretch, missing_finding, missing_stretches
from growthctl.diagnosis.health.written_events import goes_on, lack_entries
from growthctl.stats.arrays import Bools, Ints
from growthctl.stats.overdispersion import fit_size, negative_binomial_cdf

THIN_SHARE = 0.5
LEAST_TO_JUDGE_A_DAY = 5
LEAST_ON_THIN_DAYS = 30
MOST_THIN_DAYS = 3
"""What has been less for longer is not late: fewer come."""
DAYS_BEFORE = 2
STEADY_SHARE = 0.75
RECENT_DAYS = 28
STOPPED_SHARE = 0.8
BY_CHANCE = 0.001


def entry_volume(inputs: HealthInputs) -> list[Finding]:
    """Where entries end for good; stretches in which hardly anybody entered; last days of which not all has arrived."""
    if not inputs.entries_go_on or not inputs.everybody.bins or in_batches(inputs, 0) is not None:
        return []
    end = entries_end(inputs)
    quiet = [
        _quiet(inputs, stretch)
        for stretch in missing_stretches(inputs.full(inputs.everybody), 0, looks=len(inputs.stages))
        if not goes_on(inputs, 0, stretch.within(inputs.everybody))
    ]
    if end is not None:
        return [end, *(found for found in quiet if found.until_at is not None)]
    thin = incomplete_days(inputs)
    if thin is None:
        return quiet
    at_the_end = [found for found in quiet if found.overlaps(thin)]
    if sum(found.missed for found in at_the_end) >= STOPPED_SHARE * thin.missed:
        return quiet
    return [thin, *(found for found in quiet if found not in at_the_end)]


def _quiet(inputs: HealthInputs, stretch: MissingStretch) -> Finding:
    """Nobody comes; or, where later stages go on without entries, these are not recorded."""
    finding = missing_finding(inputs.everybody, 0, inputs, stretch)
    return finding._replace(cause="tracking") if lack_entries(inputs, stretch.within(inputs.everybody)) else finding


def incomplete_days(inputs: HealthInputs) -> Finding | None:
    """The last days, at most MOST_THIN_DAYS, each with less than THIN_SHARE of its usual entries.

    Usual is what the same hours of the weekday had in the RECENT_DAYS before; an hour that has not passed is not
    judged. The DAYS_BEFORE them have STEADY_SHARE of theirs: else fewer come. Together the last days have
    LEAST_ON_THIN_DAYS expected entries, and a negative binomial probability of BY_CHANCE at most; and the events of
    entries are as few, in journeys or not.
    """
    hours = inputs.full(inputs.everybody)
    if not hours.bins:
        return None
    days = (hours.start % DAY // hours.width + np.arange(hours.bins)) * hours.width // DAY
    thin = None
    for first in range(int(days[-1]), max(0, int(days[-1]) - MOST_THIN_DAYS - 1), -1):
        today, usually = _against_usual(inputs, hours.reached[0], days, first, days == first)
        if usually >= LEAST_TO_JUDGE_A_DAY and today >= THIN_SHARE * usually:
            break
        if usually >= LEAST_TO_JUDGE_A_DAY:
            thin = first
    if thin is None or days[-1] - thin >= MOST_THIN_DAYS:
        return None
    earlier = (days >= thin - DAYS_BEFORE) & (days < thin)
    came, usually = _against_usual(inputs, hours.reached[0], days, thin - DAYS_BEFORE, earlier)
    if came < STEADY_SHARE * usually:
        return None
    written, usually = _against_usual(inputs, inputs.written[0][: hours.bins], days, thin, days >= thin)
    return _judged(inputs, days, thin) if written < THIN_SHARE * usually else None


def _against_usual(inputs: HealthInputs, counts: Ints, days: Ints, first: int, inside: Bools) -> tuple[int, float]:
    """How many there are in some bins from the day `first` on, and how many are usual, going by those before it."""
    hours = inputs.full(inputs.everybody)
    return int(counts[inside].sum()), float(usual_volume(counts, hours, _before(days, first))[inside].sum())


def _before(days: Ints, first: int) -> Bools:
    """The bins of the RECENT_DAYS before a day; not the first of all, which may be a part."""
    before: Bools = (days < first) & (days >= first - RECENT_DAYS) & (np.arange(len(days)) > 0)
    return before


def _judged(inputs: HealthInputs, days: Ints, first: int) -> Finding | None:
    hours = inputs.full(inputs.everybody)
    entries, before = hours.reached[0], _before(days, first)
    observed, should = _against_usual(inputs, entries, days, first, days >= first)
    expected = usual_volume(entries, hours, before)
    counts, means = (np.bincount(days[before], each[before]).astype(float) for each in (entries, expected))
    probability = negative_binomial_cdf(observed, should, fit_size(counts, means, fitted=7))
    if should < LEAST_ON_THIN_DAYS or probability > BY_CHANCE:
        return None
    return Finding(
        "last_days_thin",
        "unripe",
        inputs.stages[0].name,
        since_at=hours.at(int(np.flatnonzero(days >= first)[0])),
        observed=observed,
        expected=should,
        probability=probability,
    )
