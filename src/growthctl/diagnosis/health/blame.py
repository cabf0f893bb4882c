"""What a fall of a rate comes from, as far as the log can tell: who came, the product, or unknown."""

from __future__ import annotations

import re
from itertools import groupby

from growthctl.diagnosis.health.counts_over_time import CountsOverTime
from growthctl.diagnosis.health.inputs import Finding, HealthInputs
from growthctl.diagnosis.transitions import SegmentValues
from growthctl.stats.kitagawa import decompose_rate
from growthctl.stats.proportions import NO_PAIR, Pair, Proportion

TECHNICAL = frozenset(
    ("app", "browser", "build", "client", "device", "os", "platform", "resolution", "screen", "sdk", "version")
)
"""Words in the names of properties that say on what somebody uses the product, not who it is or where from."""
STEADY = 0.9
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")


def blamed(finding: Finding, stage: int, inputs: HealthInputs) -> Finding:
    """A fall with its cause.

    `traffic`: two thirds of a fall of all come from who came; the segment names the property. `product`: it fell in one
    segment of a technical property (see TECHNICAL), while all others kept STEADY of their rate: what differs by
    browser or version only is seldom the market's doing. Else nothing speaks for either: `unknown`.
    """
    everybody = _pair(inputs.everybody.daily(), stage, inputs, finding)
    if finding.segment is not None:
        part = next((each for each in inputs.segments if each.segment == finding.segment), None)
        steady = part is not None and _is_steady(everybody - _pair(part, stage, inputs, finding))
        return finding._replace(cause="product" if steady and is_technical(finding.segment.by) else "unknown")
    for by, parts in groupby(inputs.segments, key=lambda part: part.segment.by if part.segment else ()):
        pairs = [_pair(part, stage, inputs, finding) for part in parts]
        decomposition = decompose_rate(dict(enumerate([*pairs, everybody - sum(pairs, NO_PAIR)])))
        if decomposition is not None and decomposition.mix_dominated:
            return finding._replace(cause="traffic", segment=SegmentValues(by, ()))
    return finding._replace(cause="unknown")


def is_technical(by: tuple[str, ...]) -> bool:
    """Do these properties, all of them, say on what somebody uses the product?"""
    return all(TECHNICAL & {word.lower() for word in _WORD.findall(name)} for name in by)


def _is_steady(others: Pair) -> bool:
    """Others that came at both times went on as before."""
    this, against = others.this.rate, others.against.rate
    return this is not None and against is not None and this >= STEADY * against


def _pair(series: CountsOverTime, stage: int, inputs: HealthInputs, finding: Finding) -> Pair:
    """The stretch of a fall against all other times."""
    part = inputs.ripe_part(series, stage)
    inside = part.between(finding.since_at or 0, finding.until_at)
    entered, converted = part.reached[stage - 1], part.went_on[stage - 1]
    this, against = (Proportion(int(entered[at].sum()), int(converted[at].sum())) for at in (inside, ~inside))
    return Pair(this, against)
