"""Where entries end while the log goes on: an export of those who entered before a date, with all that they did."""

from __future__ import annotations

import numpy as np

from growthctl.diagnosis.health.batches import in_batches
from growthctl.diagnosis.health.counts_over_time import LEAST_SLOTS
from growthctl.diagnosis.health.inputs import Finding, HealthInputs
from growthctl.diagnosis.health.missing_events import missing_stretches
from growthctl.diagnosis.health.written_events import goes_on, lack_entries
from growthctl.stats.arrays import Ints
from growthctl.stats.overdispersion import LEAST_EXPECTED

LEAST_DAYS = 3
"""A weekend, with the night before and after, is shorter."""
_LONGEST = 2


def entries_end(inputs: HealthInputs) -> Finding | None:
    """From when on nobody enters (`since_at`), while the log goes on (to `until_at`).

    Either that is a silence (see `missing_stretches`) that lasts to the end of the log, or, in a log too short to tell,
    it takes LEAST_DAYS, twice as long as ever before, and at the pace of the last quarter of entries LEAST_EXPECTED
    would have come; LEAST_SLOTS hours or more had any. There are events in the second half of that time too, of later
    stages or others; not of the stage itself, and not so many of later stages that it is the entries' own events that
    are missing. In an open funnel those of later stages are entries.
    """
    hours = inputs.everybody
    having = np.flatnonzero(hours.reached[0])
    may_end = inputs.entries_go_on and not hours.is_open
    if not may_end or len(having) < LEAST_SLOTS or in_batches(inputs, 0) is not None:
        return None
    since = int(having[-1]) + 1
    inside = np.arange(hours.bins) >= since
    if (
        inputs.last_event_at < (hours.at(since) + inputs.as_of) // 2
        or goes_on(inputs, 0, inside)
        or lack_entries(inputs, inside)
    ):
        return None
    silent = [
        each for each in missing_stretches(inputs.full(hours), 0, looks=len(inputs.stages)) if each.since >= since
    ]
    expected = silent[0].expected if silent else _expected_after(inputs, having, since)
    if expected is None:
        return None
    return Finding(
        "entries_end",
        "traffic",
        inputs.stages[0].name,
        since_at=hours.at(since),
        until_at=inputs.last_event_at,
        observed=0,
        expected=expected,
    )


def _expected_after(inputs: HealthInputs, having: Ints, since: int) -> float | None:
    """How many would have entered since; None where that is no wonder. `having`: the hours in which somebody did."""
    empty = inputs.full(inputs.everybody).bins - since
    if empty < LEAST_DAYS * inputs.everybody.per_day or empty <= _LONGEST * np.diff(having).max():
        return None
    quarter = -(-(since - int(having[0])) // 4)
    expected = float(inputs.everybody.reached[0][since - quarter : since].sum()) / quarter * empty
    return expected if expected >= LEAST_EXPECTED else None
