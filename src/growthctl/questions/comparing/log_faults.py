"""Where the log lacks events in a range that is compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from growthctl.clock import LONG_AGO, NEVER, TimeRange
from growthctl.diagnosis.health.detect import detect
from growthctl.diagnosis.health.inputs import Finding
from growthctl.kernel.ripeness import mark_ripe
from growthctl.kernel.search.entries import EntryScope
from growthctl.kernel.search.find_journeys import JourneyRequest
from growthctl.kernel.tally.stage_counts import FunnelTally
from growthctl.kernel.tally.sums import total
from growthctl.questions.analyzing.health_inputs import health_inputs
from growthctl.questions.ask import FunnelLog

LACKING = ("stage_silent", "entries_silent")


def log_faults(log: FunnelLog, spans: Sequence[TimeRange], age: int | None) -> Iterator[tuple[int, Finding]]:
    """The silences of the whole log that the people of a range run into, each with the position of the range.

    `age`: how long after its entry an entity is looked at; nine of ten have reached the stage by then or sooner.
    """
    everything = log._replace(range=TimeRange())
    journey_set = everything.find_journeys(JourneyRequest(EntryScope()))
    ripeness = log.ripeness(journey_set.journeys)
    journeys = [mark_ripe(part, ripeness) for part in journey_set.journeys]
    counts = total(partial(FunnelTally.of, ripeness=ripeness), journeys).counts(ripeness)
    inputs = health_inputs(everything, journey_set, journeys, counts, {})
    waits = {stage.name: int(stage.p90_seconds * 1e6) for stage in inputs.stages}
    for finding in detect(inputs).findings:
        if finding.code in LACKING and finding.stage is not None:
            silence = TimeRange(
                LONG_AGO if finding.since_at is None else finding.since_at,
                NEVER if finding.until_at is None else finding.until_at,
            )
            wait = waits[finding.stage] if age is None else min(age, waits[finding.stage])
            for side, span in enumerate(spans):
                if silence.overlaps(TimeRange(span.since, span.until + wait)):
                    yield side, finding
