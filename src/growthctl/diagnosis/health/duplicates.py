"""What is in the log more than once: some events, or days that were written twice."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from growthctl.clock import DAY
from growthctl.diagnosis.codes import TWICE_SHARE
from growthctl.diagnosis.health.inputs import Finding, HealthInputs

DUPLICATE_SHARE = 0.01
LEAST_ON_A_DAY = 30
_MOST = 0.8


def duplicates(inputs: HealthInputs) -> Iterator[Finding]:
    """Rows rejected as such, and events that repeat another one; of days written twice only theirs."""
    if inputs.duplicate_rows > DUPLICATE_SHARE * inputs.rows:
        yield _finding(inputs.duplicate_rows, inputs.rows)
    days = doubled_days(inputs)
    if inputs.repeated_events > TWICE_SHARE * inputs.events or days is None:
        if inputs.repeated_events > DUPLICATE_SHARE * inputs.events:
            yield _finding(inputs.repeated_events, inputs.events)
    else:
        yield days


def written_twice(finding: Finding) -> bool:
    """Is it about whole files or days?"""
    return (finding.share or 0.0) >= TWICE_SHARE


def doubled_days(inputs: HealthInputs) -> Finding | None:
    """Days that follow each other, LEAST_ON_A_DAY events each, on which TWICE_SHARE repeat another one, and no other
    does so; None where there are no such days, or scattered ones.
    """
    hours = inputs.everybody
    if not hours.bins:
        return None
    day = (hours.start % DAY // hours.width + np.arange(hours.bins)) * hours.width // DAY
    events, repeated = (np.bincount(day, each.sum(axis=0)) for each in (inputs.written, inputs.rewritten))
    doubled = np.flatnonzero((events >= LEAST_ON_A_DAY) & (repeated >= TWICE_SHARE * events))
    if not len(doubled) or events[doubled].sum() < _MOST * events[doubled[0] : doubled[-1] + 1].sum():
        return None
    start = hours.start // DAY * DAY - hours.offset
    since, until = start + int(doubled[0]) * DAY, start + int(doubled[-1] + 1) * DAY
    finding = _finding(int(repeated[doubled].sum()), int(events[doubled].sum()))
    return finding._replace(since_at=since, until_at=until if until < inputs.as_of else None)


def _finding(observed: int, of: int) -> Finding:
    return Finding("duplicates", "tracking", observed=observed, share=observed / of)
