"""Which event of a journey gives a segment its value, and at which transitions segments can be compared."""

from __future__ import annotations

from collections.abc import Sequence

from growthctl.diagnosis.change.arrivals import spread_of_segments
from growthctl.diagnosis.health.inputs import HealthInputs
from growthctl.diagnosis.segments import SegmentProportion, Split
from growthctl.errors import Problem, UsageError
from growthctl.funnel.nearest import did_you_mean
from growthctl.funnel.sections.model import Funnel
from growthctl.kernel.plan import Plan
from growthctl.kernel.segment_values import ENTRY
from growthctl.kernel.tally.segment_counts import SegmentCounts


def attribution_of(funnel: Funnel, rule: str) -> str | int:
    """`first`, `last`, in an open funnel ENTRY, or the position of a stage. Raises UsageError for what is no rule."""
    names = [stage.name for stage in funnel.stages]
    if rule in ("first", "last"):
        return rule
    if rule == "entry":
        return ENTRY if funnel.entry == "any_stage" else 0
    name = rule.removeprefix("stage:")
    if not rule.startswith("stage:") or name not in names:
        near = did_you_mean(name, [*names, "entry", "first", "last"])
        hint = "entry, first, last, or stage: and the name of a stage"
        raise UsageError(Problem("invalid_attribution", f"'{rule}' is no rule of attribution{near}", hint))
    return names.index(name)


def comparable_splits(
    funnel: Funnel,
    plan: Plan,
    segments: Sequence[tuple[tuple[str, ...], Sequence[SegmentCounts]]],
    attribution: str | int,
    inputs: HealthInputs,
) -> list[Split]:
    """Every transition by every split, where the value of a segment is known before the outcome is.

    That is from the attributed stage on. Of the first or last value along a journey one does not know whether it came
    before the outcome: a property that only customers have would explain why people become customers.
    """
    if attribution in ("first", "last"):
        return []
    known_at = 0 if isinstance(attribution, str) else attribution
    return [
        Split(
            by,
            funnel.stages[stage].name,
            tuple(_part(counts, stage) for counts in parts),
            spread_of_segments(inputs, by, position),
        )
        for by, parts in segments
        for position, stage in enumerate(plan.required[1:], 1)
        if known_at <= plan.anchor(stage)
    ]


def _part(counts: SegmentCounts, stage: int) -> SegmentProportion:
    return SegmentProportion(counts.values, counts.ripe[stage], counts.later[stage], counts.is_value)
