"""Which falls of a rate are worth a word, and whether the stage did it or other people came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from growthctl.diagnosis.health.counts_over_time import CountsOverTime
from growthctl.diagnosis.health.inputs import Finding, HealthInputs
from growthctl.diagnosis.health.rate_drops import clearest_drop
from growthctl.diagnosis.transitions import SegmentValues
from growthctl.stats.kitagawa import decompose_rate
from growthctl.stats.proportions import Pair, Proportion, rest, total


def fallen(inputs: HealthInputs, silent: Sequence[Finding]) -> Iterator[Finding]:
    """For each stage the clearest fall, of all or of a segment, unless its events are missing then."""
    for stage, here in enumerate(inputs.stages[1:], 1):
        found = []
        for series in (inputs.everybody, *inputs.segments):
            clearest = clearest_drop(inputs.ripe_part(series, stage), stage, inputs.looks)
            if clearest is not None:
                finding = Finding(
                    "rate_fell",
                    "product",
                    here.name,
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
                if not any(finding.overlaps(hole) for hole in silent if hole.stage == here.name):
                    found.append((clearest.statistic, finding))
        if found:
            yield _blamed(max(found, key=lambda pair: pair[0])[1], stage, inputs)


def _blamed(finding: Finding, stage: int, inputs: HealthInputs) -> Finding:
    """A fall of the whole is the traffic's, where two thirds of it come from who came."""
    if finding.segment is not None:
        return finding
    whole = _pair(inputs.everybody.daily(), stage, inputs, finding)
    for by, parts in groupby(inputs.segments, key=lambda part: part.segment.by if part.segment else ()):
        pairs = [_pair(part, stage, inputs, finding) for part in parts]
        found = decompose_rate(dict(enumerate([*pairs, rest(whole, total(pairs))])))
        if found is not None and found.mix_dominated:
            return finding._replace(cause="traffic", segment=SegmentValues(by, ()))
    return finding


def _pair(series: CountsOverTime, stage: int, inputs: HealthInputs, finding: Finding) -> Pair:
    """The stretch of a fall against all other times."""
    part = inputs.ripe_part(series, stage)
    inside = part.between(finding.since_at or 0, finding.until_at)
    entered, converted = part.reached[stage - 1], part.went_on[stage - 1]
    this, against = (Proportion(int(entered[at].sum()), int(converted[at].sum())) for at in (inside, ~inside))
    return Pair(this, against)
