"""Holes in the tracking: which silences to report, of all and of segments."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from growthctl.diagnosis.health.inputs import Finding, Signs
from growthctl.diagnosis.health.missing_events import Silence, never, silences
from growthctl.diagnosis.health.series import Passages


def holes(signs: Signs) -> Iterator[Finding]:
    """Every stage's stretches of silence: of all, and of segments in which it is silent while it is not for all."""
    for stage, here in enumerate(signs.stages[1:], 1):
        skip = ceil(here.p90_seconds * 1e6 / signs.whole.width)
        whole = [
            hole(signs.whole, stage, signs, silence) for silence in silences(signs.whole, stage, skip, signs.looks)
        ]
        yield from whole
        for passages in signs.segments:
            found = (hole(passages, stage, signs, each) for each in _of_segment(passages, stage, signs))
            yield from (each for each in found if not any(each.overlaps(other) for other in whole))


def _of_segment(passages: Passages, stage: int, signs: Signs) -> list[Silence]:
    whole, part = signs.ripe_part(signs.whole, stage), signs.ripe_part(passages, stage)
    came = int(whole.reached[stage - 1].sum() - part.reached[stage - 1].sum())
    went_on = int(whole.went_on[stage - 1].sum() - part.went_on[stage - 1].sum())
    always = never(part, stage, came, went_on, signs.looks)
    if always is not None:
        return [always]
    skip = ceil(signs.stages[stage].p90_seconds * 1e6 / passages.width)
    return silences(passages, stage, skip, signs.looks)


def hole(passages: Passages, stage: int, signs: Signs, silence: Silence) -> Finding:
    """The finding of a silence; without a start where it begins with the log, without an end where it lasts."""
    begins = not passages.reached[stage][: silence.since].any()
    lasts = not passages.reached[stage][silence.until :].any()
    return Finding(
        "stage_silent" if stage else "entries_silent",
        "tracking" if stage else "traffic",
        signs.stages[stage].name,
        segment=passages.segment,
        since_at=None if begins else passages.at(silence.since),
        until_at=None if lasts else passages.at(silence.until),
        observed=silence.observed,
        expected=silence.expected,
        upstream=silence.upstream,
        probability=silence.probability,
        missing=silence.missing,
    )
