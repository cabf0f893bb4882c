"""The phases of a funnel."""

from __future__ import annotations

from typing import Any

import pytest

from growthctl import analyze
from growthctl.report.analysis import Analysis
from tests.questions.shop import log


def phased(*stages: tuple[str, dict[str, Any]]) -> Analysis:
    """Twenty enter, and one fewer gets to each stage than to the one before it by a factor of two."""
    lines = [f"u{n} 09:0{k}:00 {name}" for k, (name, _) in enumerate(stages) for n in range(20 // 2**k)]
    declared = [{"name": name, "event": name, **keys} for name, keys in stages]
    return analyze({"stages": declared}, log(*lines))


def test_acquisition_ends_with_the_signup_and_sales_with_the_payment() -> None:
    analysis = phased(
        ("ad", {"kind": "ad", "owner": "marketing"}),
        ("landing", {"kind": "landing", "owner": "marketing", "target": 0.6}),
        ("signup", {"kind": "signup", "owner": "product", "target": 0.55}),
        ("demo", {"kind": "demo", "owner": "sales", "target": 0.5}),
        ("payment", {"kind": "payment", "owner": "sales", "target": 0.9}),
    )
    acquisition, sales = analysis.phases
    assert (acquisition.phase, acquisition.from_stage, acquisition.stage) == ("acquisition", "ad", "signup")
    assert (acquisition.owners, acquisition.entered, acquisition.converted) == (["marketing", "product"], 20, 5)
    assert (sales.phase, sales.from_stage, sales.stage, sales.owners) == ("sales", "signup", "payment", ["sales"])
    assert (sales.entered, sales.converted, sales.conversion_rate) == (5, 1, 0.2)
    assert sales.low is not None
    assert sales.high is not None
    assert 0 < sales.low < 0.2 < sales.high
    shares = {item.stage: item.share_of_shortfall or 0 for item in analysis.ranking}
    assert acquisition.share_of_shortfall == pytest.approx(shares["landing"] + shares["signup"])
    assert (acquisition.share_of_shortfall or 0) + (sales.share_of_shortfall or 0) == pytest.approx(1)


def test_an_optional_stage_is_in_no_phase() -> None:
    analysis = phased(
        ("signup", {"kind": "signup"}),
        ("lesson", {"kind": "landing", "optional": True, "owner": "x"}),
        ("payment", {"kind": "payment"}),
    )
    [sales] = analysis.phases
    assert (sales.from_stage, sales.stage, sales.owners, sales.entered, sales.converted) == (
        "signup",
        "payment",
        [],
        20,
        5,
    )
    assert sales.share_of_shortfall is None


def test_stages_without_a_phase_are_in_none_and_part_those_around_them() -> None:
    analysis = phased(
        ("a", {}), ("b", {"phase": "sales"}), ("c", {}), ("d", {"phase": "sales"}), ("e", {"phase": "sales"})
    )
    assert [(phase.from_stage, phase.stage) for phase in analysis.phases] == [("a", "b"), ("c", "e")]
    assert phased(("a", {}), ("b", {})).phases == []


def test_a_phase_of_an_open_funnel_is_of_those_who_were_at_its_first_stage() -> None:
    kinds = {"ad,landing,signup": 2, "ad,landing": 2, "ad": 4, "landing,signup": 8, "signup": 16}
    lines = [
        f"{kind}-{n} 09:0{k}:00 {name}"
        for kind, people in kinds.items()
        for n in range(people)
        for k, name in enumerate(kind.split(","))
    ]
    stages = [{"name": name, "event": name, "kind": name} for name in ("ad", "landing", "signup")]
    [acquisition] = analyze({"entry": "any_stage", "stages": stages}, log(*lines)).phases
    assert (acquisition.from_stage, acquisition.stage) == ("ad", "signup")
    assert (acquisition.entered, acquisition.converted) == (8, 2)
