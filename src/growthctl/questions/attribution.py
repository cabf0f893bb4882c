"""Which event of a journey gives a segment its value."""

from __future__ import annotations

from growthctl.errors import Problem, UsageError
from growthctl.funnel.nearest import did_you_mean
from growthctl.funnel.sections.model import Funnel


def attribution_of(funnel: Funnel, rule: str) -> str | int:
    """`first`, `last`, or the position of a stage. Raises UsageError for what is no rule."""
    names = [stage.name for stage in funnel.stages]
    if rule in ("first", "last"):
        return rule
    if rule == "entry":
        return 0
    name = rule.removeprefix("stage:")
    if not rule.startswith("stage:") or name not in names:
        near = did_you_mean(name, [*names, "entry", "first", "last"])
        hint = "entry, first, last, or stage: and the name of a stage"
        raise UsageError(Problem("invalid_attribution", f"'{rule}' is no rule of attribution{near}", hint))
    return names.index(name)
