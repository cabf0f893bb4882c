"""Data health before blame: does the verdict rest on what people did, or on what the log lacks?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from growthctl.diagnosis.bottleneck.assessment import ConversionValue
from growthctl.diagnosis.bottleneck.gap_by_segment import GapLocation
from growthctl.diagnosis.bottleneck.widest import WidestBottleneck, widest_bottleneck
from growthctl.diagnosis.codes import Cause
from growthctl.diagnosis.health.detect import Detected
from growthctl.diagnosis.health.duplicates import written_twice
from growthctl.diagnosis.health.inputs import Finding, HealthInputs
from growthctl.diagnosis.health.weekday_pattern import weekday_pattern
from growthctl.diagnosis.transitions import Transition
from growthctl.errors import Notice, guarded
from growthctl.stats.proportions import Proportion

UNDECIDED = ("cannot_tell", "no_data")


class Health(NamedTuple):
    """What is odd about the log, and the cause of the verdict's gap that this is evidence of; None without any.

    What is written twice comes first, then what concerns the verdict.
    """

    cause: Cause | None
    findings: tuple[Finding, ...]
    failed: tuple[Notice, ...] = ()
    """The looks that failed, and are left out."""


def examine(
    inputs: HealthInputs,
    transitions: Sequence[Transition],
    detected: Detected,
    entrants_per_30_days: float,
    value_per_conversion: ConversionValue = None,
) -> tuple[Health, WidestBottleneck]:
    """The health of the log, and the widest bottleneck that what was detected allows to name; see `widest_bottleneck`.

    A finding about a stage that the verdict names is material when the verdict would be another one had it not been:
    when counts to which the missing conversions are added give another verdict or another lead. What the tracking lost
    is added together; if that is material, nobody is to blame, and the verdict becomes `cannot_tell`
    (`data_in_doubt`). Other causes are judged one by one, and the verdict stands: a form that broke, or a weekend
    without anybody, is a bottleneck.
    """
    bottleneck = widest_bottleneck(transitions, entrants_per_30_days, value_per_conversion)
    named = _names(bottleneck)
    findings, failed = detected
    if bottleneck.verdict in UNDECIDED:
        return unblamed(findings, failed), bottleneck
    positions = [position for position, stage in enumerate(inputs.stages) if position and stage.name in named]
    findings += guarded("weekday_pattern", lambda: _weekday_patterns(inputs, positions), [], failed)
    about = [each for each in findings if each.stage in named and each.missing > 0]

    def explain(some: Sequence[Finding]) -> bool:
        filled = [_filled(transition, some) for transition in transitions]
        without = widest_bottleneck(filled, entrants_per_30_days, value_per_conversion)
        return (without.verdict, _names(without)) != (bottleneck.verdict, named)

    lost = [each for each in about if each.cause == "tracking"]
    if lost and explain(lost):
        in_doubt = bottleneck._replace(verdict="cannot_tell", unresolvable="data_in_doubt")
        return _health(_marked(findings, lost), failed), in_doubt
    material = [each for each in about if each.cause != "tracking" and explain([each])]
    return _health(_marked(findings, material), failed), bottleneck


def unblamed(findings: Sequence[Finding], failed: Sequence[Notice]) -> Health:
    """The health where no stage is named, so that no finding can concern one."""
    return _health([each._replace(material=each.cause == "unripe") for each in findings], failed)


def with_traffic_cause(health: Health, where: GapLocation) -> Health:
    """The health; where nothing else is behind the gap and most of it came with who entered, that is the cause."""
    return health._replace(cause="traffic") if where.mixes and health.cause is None else health


def _health(findings: Sequence[Finding], failed: Sequence[Notice]) -> Health:
    ordered = sorted(findings, key=_misleads)
    cause = next((finding.cause for finding in ordered if finding.material), None)
    return Health(cause, tuple(ordered), tuple(failed))


def _misleads(finding: Finding) -> tuple[bool, bool]:
    """What is written twice comes first, then what is material."""
    return not (finding.code == "duplicates" and written_twice(finding)), not finding.material


def _weekday_patterns(inputs: HealthInputs, positions: Sequence[int]) -> list[Finding]:
    patterns = (
        weekday_pattern(inputs.ripe_part(inputs.everybody, position), position, inputs.stages[position].name)
        for position in positions
    )
    return [pattern for pattern in patterns if pattern]


def _marked(findings: Sequence[Finding], material: Sequence[Finding]) -> list[Finding]:
    return [each._replace(material=each in material) for each in findings]


def _names(diagnosis: WidestBottleneck) -> list[str]:
    return [assessment.transition.stage for assessment in diagnosis.contenders]


def _filled(transition: Transition, findings: Sequence[Finding]) -> Transition:
    """The transition with the conversions that findings miss; as many as it can be.

    Segments of several properties hold the same people: of these the property that misses most.
    """
    missing: dict[tuple[str, ...], float] = {}
    for finding in findings:
        if finding.stage == transition.stage:
            by = finding.segment.by if finding.segment else ()
            missing[by] = missing.get(by, 0.0) + finding.missing
    more = missing.pop((), 0.0) + max(missing.values(), default=0.0)
    share = more / transition.ripe.entered if transition.ripe.entered else 0.0
    usual, now = transition.usual, transition.now
    return transition._replace(
        ripe=_with_more(transition.ripe, share),
        usual=None if usual is None else _with_more(usual, share),
        now=None if now is None else now._replace(counts=_with_more(now.counts, share)),
    )


def _with_more(counts: Proportion, share: float) -> Proportion:
    """With so many more conversions, as a share of those who entered."""
    entered, converted = counts
    return Proportion(entered, min(entered, converted + round(share * entered)))
