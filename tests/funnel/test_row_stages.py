"""What rows are called."""

from __future__ import annotations

from growthctl.funnel.file import funnel_from_mapping
from growthctl.funnel.row_stages import with_row_stages

STAGES = [
    {"name": "sign", "event": "sign", "kind": "signup", "owner": "product", "label": "Sign up"},
    {"name": "pay", "event": "pay", "kind": "payment", "target": "5%", "runbook": "https://example.org/pay"},
]


def test_in_any_order_a_row_is_a_number_of_stages_and_has_nothing_of_a_stage() -> None:
    rows = with_row_stages(funnel_from_mapping({"order": "any", "stages": STAGES})).stages
    assert [(row.name, row.label) for row in rows] == [("any_1", "any 1 of 2"), ("any_2", "any 2 of 2")]
    assert {(row.kind, row.phase, row.owner, row.target, row.runbook) for row in rows} == {(None,) * 5}


def test_in_every_other_order_a_row_is_a_stage() -> None:
    for order in ("sequential", "strict"):
        funnel = funnel_from_mapping({"order": order, "stages": STAGES})
        assert with_row_stages(funnel) is funnel
