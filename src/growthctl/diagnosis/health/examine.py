"""Data health before blame: does the verdict rest on what people did, or on what the log lacks?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from growthctl.diagnosis.bottleneck.gap_by_segment import GapLocation
from growthctl.diagnosis.bottleneck.widest import WidestBottleneck, widest_bottleneck
from growthctl.diagnosis.codes import Cause
from growthctl.diagnosis.health.detect import detect
from growthctl.diagnosis.health.inputs import Finding, HealthInputs
from growthctl.diagnosis.health.weekday_pattern import weekday_pattern
from growthctl.diagnosis.transitions import Transition
from growthctl.stats.proportions import Proportion

UNDECIDED = ("cannot_tell", "no_data")


class Health(NamedTuple):
    """What is odd about the log, and the cause of the verdict's gap that this is evidence of; None without any.

    What concerns the verdict comes first.
    """

    cause: Cause | None
    findings: tuple[Finding, ...]


def examine(
    inputs: HealthInputs,
    transitions: Sequence[Transition],
    entrants_per_30_days: float,
    value_per_conversion: float | None = None,
) -> tuple[Health, WidestBottleneck]:
    """The health of the log, and the widest bottleneck that it allows to name; see `widest_bottleneck`.

    A finding about a stage that the verdict names is material when the verdict would be another one had it not been:
    when counts to which the missing conversions are added give another verdict or another lead. What the tracking lost
    is added together; if that is material, nobody is to blame, and the verdict becomes `cannot_tell`
    (`data_in_doubt`). Other causes are judged one by one, and the verdict stands: a form that broke, or a weekend
    without anybody, is a bottleneck.
    """
    bottleneck = widest_bottleneck(transitions, entrants_per_30_days, value_per_conversion)
    named = _names(bottleneck)
    findings = detect(inputs)
    if bottleneck.verdict in UNDECIDED:
        findings = [each._replace(material=each.cause == "unripe") for each in findings]
        return _health(findings), bottleneck
    positions = [position for position, stage in enumerate(inputs.stages) if position and stage.name in named]
    patterns = (
        weekday_pattern(inputs.ripe_part(inputs.everybody, position), position, inputs.stages[position].name)
        for position in positions
    )
    findings += [pattern for pattern in patterns if pattern]
    about = [each for each in findings if each.stage in named and each.missing > 0]

    def explain(some: Sequence[Finding]) -> bool:
        filled = [_filled(transition, some) for transition in transitions]
        without = widest_bottleneck(filled, entrants_per_30_days, value_per_conversion)
        return (without.verdict, _names(without)) != (bottleneck.verdict, named)

    lost = [each for each in about if each.cause == "tracking"]
    if lost and explain(lost):
        in_doubt = bottleneck._replace(verdict="cannot_tell", unresolvable="data_in_doubt")
        return _health(_marked(findings, lost)), in_doubt
    material = [each for each in about if each.cause != "tracking" and explain([each])]
    return _health(_marked(findings, material)), bottleneck


def with_traffic_cause(health: Health, where: GapLocation) -> Health:
    """The health; where nothing else is behind the gap and most of it came with who entered, that is the cause."""
    return health._replace(cause="traffic") if where.mixes and health.cause is None else health


def _health(findings: Sequence[Finding]) -> Health:
    ordered = sorted(findings, key=lambda finding: not finding.material)
    return Health(ordered[0].cause if ordered and ordered[0].material else None, tuple(ordered))


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
    entered, converted = transition.ripe
    return transition._replace(ripe=Proportion(entered, min(entered, converted + round(more))))
