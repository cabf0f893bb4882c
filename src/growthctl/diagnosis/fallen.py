"""Which falls of a rate are worth a word, and whether the stage did it or other people came."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

import numpy as np

from growthctl.diagnosis.counts import Segment
from growthctl.diagnosis.falls import fall
from growthctl.diagnosis.passages import Floats, Passages
from growthctl.diagnosis.signs import Finding, Signs

MIX_SHARE = 2 / 3


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
    """A fall of the whole is the traffic's, where MIX_SHARE of it comes from who came (Kitagawa 1955)."""
    if finding.segment is not None or finding.since_at is None:
        return finding
    for by, parts in groupby(signs.segments, key=lambda part: part.segment.by if part.segment else ()):
        counts = [_inside_and_outside(part, stage, signs, finding) for part in parts]
        rest = _inside_and_outside(signs.whole.daily(), stage, signs, finding) - sum(counts)
        if _mix(np.stack([*counts, rest])) >= MIX_SHARE:
            return replace(finding, cause="traffic", segment=Segment(by, ()))
    return finding


def _inside_and_outside(passages: Passages, stage: int, signs: Signs, finding: Finding) -> Floats:
    """[[entered, converted] in the stretch, the same at other times]."""
    part = signs.ripe_part(passages, stage)
    inside = part.between(finding.since_at or 0, finding.until_at)
    counts = (part.reached[stage - 1], part.went_on[stage - 1])
    return np.array([[count[where].sum() for count in counts] for where in (inside, ~inside)], dtype=float)


def _mix(counts: Floats) -> float:
    """The share of a change of rate that comes from how those who came are spread over segments.

    Of counts of shape (segments, [now, before], [entered, converted]). A segment that is empty once has its other rate.
    """
    entered, converted = counts[..., 0], counts[..., 1]
    rates = np.divide(converted, entered, out=np.full_like(entered, np.nan), where=entered > 0)
    rates = np.where(np.isnan(rates), rates[:, ::-1], rates)
    weights = entered / entered.sum(axis=0)
    overall = converted.sum(axis=0) / entered.sum(axis=0)
    mix = (weights[:, 0] - weights[:, 1]) * (rates.mean(axis=1) - overall.mean())
    return float(np.nansum(mix) / (overall[0] - overall[1]))
