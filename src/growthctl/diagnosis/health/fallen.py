"""Which falls of a rate are worth a word, and whether the stage did it or other people came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from growthctl.diagnosis.health.inputs import Finding, Signs
from growthctl.diagnosis.health.rate_drops import fall
from growthctl.diagnosis.health.series import Passages
from growthctl.diagnosis.transitions import Segment
from growthctl.stats.kitagawa import within
from growthctl.stats.proportions import Conversion, Pair, rest, total


def fallen(signs: Signs, silent: Sequence[Finding]) -> Iterator[Finding]:
    """For each stage the clearest fall, of all or of a segment, unless its events are missing then."""
    for stage, here in enumerate(signs.stages[1:], 1):
        found = []
        for passages in (signs.whole, *signs.segments):
            clearest = fall(signs.ripe_part(passages, stage), stage, signs.looks)
            if clearest is not None:
                finding = Finding(
                    "rate_fell",
                    "product",
                    here.name,
                    segment=passages.segment,
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
            yield _blamed(max(found, key=lambda pair: pair[0])[1], stage, signs)


def _blamed(finding: Finding, stage: int, signs: Signs) -> Finding:
    """A fall of the whole is the traffic's, where two thirds of it come from who came."""
    if finding.segment is not None:
        return finding
    whole = _pair(signs.whole.daily(), stage, signs, finding)
    for by, parts in groupby(signs.segments, key=lambda part: part.segment.by if part.segment else ()):
        pairs = [_pair(part, stage, signs, finding) for part in parts]
        found = within(dict(enumerate([*pairs, rest(whole, total(pairs))])))
        if found is not None and found.mix_dominated:
            return finding._replace(cause="traffic", segment=Segment(by, ()))
    return finding


def _pair(passages: Passages, stage: int, signs: Signs, finding: Finding) -> Pair:
    """The stretch of a fall against all other times."""
    part = signs.ripe_part(passages, stage)
    inside = part.between(finding.since_at or 0, finding.until_at)
    entered, converted = part.reached[stage - 1], part.went_on[stage - 1]
    this, against = (Conversion(int(entered[at].sum()), int(converted[at].sum())) for at in (inside, ~inside))
    return Pair(this, against)
