"""One entity's events as text."""

from __future__ import annotations

from typing import get_args

from growthctl.kernel.trace.reasons import Reason
from growthctl.report.journey import ExplanationReport
from tests.golden import examples
from tests.render.pages import table_of


def test_every_reason_has_words() -> None:
    events = [examples.event("2026-03-01T09:00:00Z", "x", reason=reason) for reason in get_args(Reason)]
    shown = table_of(
        ExplanationReport(explanations=[examples.explanation([], events)]), width=120, color=False
    ).splitlines()[-len(events) :]
    assert all("_" not in line for line in shown)
    assert len({line.split("x", 1)[1] for line in shown}) == len(events)


def test_names_from_the_log_are_shown_and_not_obeyed() -> None:
    hostile = examples.EXPLANATION.model_copy(
        update={"entity": "[b]\x1b", "events": [examples.event("2026-03-01T09:00:00Z", "[red]\x1b\u202e", "[x]")]}
    )
    shown = table_of(ExplanationReport(explanations=[hostile]), width=80, color=False)
    assert "[b]� in saas-signup" in shown
    assert "[red]��" in shown
    assert "\x1b" not in shown


def test_times_are_in_the_funnel_s_timezone() -> None:
    local = examples.EXPLANATION.model_copy(
        update={"funnel": examples.FUNNEL.model_copy(update={"timezone": "Asia/Tokyo"})}
    )
    shown = table_of(ExplanationReport(explanations=[local]), width=80, color=False)
    assert "Time (Asia/Tokyo)" in shown
    assert "entered 2026-03-01 18:00:00" in shown
