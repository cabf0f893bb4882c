"""What the rows of a funnel are called: its stages, or in any order how many of them."""

from __future__ import annotations

from growthctl.funnel.sections.model import Funnel


def with_row_stages(funnel: Funnel) -> Funnel:
    """The funnel with a stage for each row of its answers.

    In any order the k-th row is who did k different stages, whichever they were: no stage's name, owner, kind or target
    is true of it.
    """
    if funnel.order != "any":
        return funnel
    nothing = {"kind": None, "phase": None, "owner": None, "target": None, "runbook": None}
    rows = (
        stage.model_copy(update={"name": f"any_{k}", "label": f"any {k} of {len(funnel.stages)}", **nothing})
        for k, stage in enumerate(funnel.stages, 1)
    )
    return funnel.model_copy(update={"stages": tuple(rows)})
