"""Holes in the tracking: which silences to report, of all and of segments."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from growthctl.diagnosis.health.counts_over_time import CountsOverTime
from growthctl.diagnosis.health.inputs import Finding, HealthInputs
from growthctl.diagnosis.health.missing_events import Silence, silences, silent_throughout


def holes(inputs: HealthInputs) -> Iterator[Finding]:
    """Every stage's stretches of silence: of all, and of segments in which it is silent while it is not for all."""
    for stage, here in enumerate(inputs.stages[1:], 1):
        skip = ceil(here.p90_seconds * 1e6 / inputs.everybody.width)
        whole = [
            hole(inputs.everybody, stage, inputs, silence)
            for silence in silences(inputs.everybody, stage, skip, inputs.looks)
        ]
        yield from whole
        for series in inputs.segments:
            found = (hole(series, stage, inputs, each) for each in _of_segment(series, stage, inputs))
            yield from (each for each in found if not any(each.overlaps(other) for other in whole))


def _of_segment(series: CountsOverTime, stage: int, inputs: HealthInputs) -> list[Silence]:
    whole, part = inputs.ripe_part(inputs.everybody, stage), inputs.ripe_part(series, stage)
    came = int(whole.reached[stage - 1].sum() - part.reached[stage - 1].sum())
    went_on = int(whole.went_on[stage - 1].sum() - part.went_on[stage - 1].sum())
    always = silent_throughout(part, stage, came, went_on, inputs.looks)
    if always is not None:
        return [always]
    skip = ceil(inputs.stages[stage].p90_seconds * 1e6 / series.width)
    return silences(series, stage, skip, inputs.looks)


def hole(series: CountsOverTime, stage: int, inputs: HealthInputs, silence: Silence) -> Finding:
    """The finding of a silence; without a start where it begins with the log, without an end where it lasts."""
    begins = not series.reached[stage][: silence.since].any()
    lasts = not series.reached[stage][silence.until :].any()
    return Finding(
        "stage_silent" if stage else "entries_silent",
        "tracking" if stage else "traffic",
        inputs.stages[stage].name,
        segment=series.segment,
        since_at=None if begins else series.at(silence.since),
        until_at=None if lasts else series.at(silence.until),
        observed=silence.observed,
        expected=silence.expected,
        upstream=silence.upstream,
        probability=silence.probability,
        missing=silence.missing,
    )
