"""The report as text, where names are long, strange or hostile."""

from __future__ import annotations

import re

import pytest
from rich.cells import cell_len

from growthctl.report.analysis import Analysis, Report
from growthctl.report.funnel import Warning
from growthctl.report.health import HealthFacts
from tests.golden import examples
from tests.render.pages import markdown_of, table_of

HOSTILE = "[bold red]:boom:[/] \x1b[31m\x07\u202e\nx"
HARMLESS = "[bold red]:boom:[/] �[31m���x"


def text_of(analysis: Analysis, width: int | None = None, *, color: bool = False) -> str:
    return table_of(Report(analyses=[analysis]), width=width, color=color)


def renamed(label: str) -> Analysis:
    """The confirmed example with `label` wherever a name from a file or a log may stand."""
    analysis = examples.CONFIRMED
    return analysis.model_copy(
        update={
            "funnel": analysis.funnel.model_copy(update={"name": label, "description": label, "entity": label}),
            "stages": [stage.model_copy(update={"label": label, "owner": label}) for stage in analysis.stages],
            "segments": [
                segment.model_copy(update={"by": [label], "values": [label]}) for segment in analysis.segments
            ],
            "bottleneck": analysis.bottleneck.model_copy(
                update={
                    "owner": label,
                    "explained_by": [examples.MOBILE.model_copy(update={"by": [label], "values": [label]})],
                    "explained_by_mix": [examples.BY_COUNTRY.model_copy(update={"by": [label]})],
                }
            ),
            "recommendations": [
                item.model_copy(update={"owner": label, "action": label, "next_test": label})
                for item in analysis.recommendations
            ],
            "warnings": [Warning(code="x", stage=None, message=label)],
        }
    )


@pytest.mark.parametrize("color", [False, True])
def test_a_hostile_name_is_shown_and_not_obeyed(color: bool) -> None:
    shown = text_of(renamed(HOSTILE), color=color)
    assert HARMLESS in re.sub(r"\x1b\[[\d;]*m", "", shown)
    assert not {"\x07", "\u202e"} & set(shown)
    if not color:
        assert "\x1b" not in shown


@pytest.mark.parametrize("label", ["a" * 300, "word " * 60, "台所の流し台" * 20, "🛒" * 100])
@pytest.mark.parametrize("width", [80, 120])
def test_a_very_long_name_is_folded_and_no_line_gets_wider_than_the_terminal(label: str, width: int) -> None:
    lines = text_of(renamed(label), width).split("\n")
    assert max(cell_len(line) for line in lines) <= width


def test_nothing_is_cut_in_a_pipe() -> None:
    label = "a rather long label of a stage that some team somewhere agreed on in a meeting"
    assert f"▶ {label}" in text_of(renamed(label))


def test_a_narrow_terminal_is_no_reason_to_fail() -> None:
    for width in (1, 10, 40):
        assert "saas-signup"[:width] in text_of(examples.CONFIRMED, width)


def test_two_stages_of_one_label_are_both_among_the_open() -> None:
    stages = [stage.model_copy(update={"label": "Same"}) for stage in examples.CONFIRMED.stages]
    shown = text_of(examples.CONFIRMED.model_copy(update={"stages": stages}))
    assert "100 before Same, 270 before Same" in " ".join(shown.split())


def test_without_a_window_nobody_is_told_to_wait_for_one() -> None:
    funnel = examples.FUNNEL.model_copy(update={"window_seconds": None, "ripe_after_seconds": None})
    stages = [
        stage.model_copy(update={"open": 0, "ripe": stage.ripe and stage.ripe.model_copy(update={"after": "unknown"})})
        for stage in examples.CONFIRMED.stages
    ]
    shown = text_of(examples.CONFIRMED.model_copy(update={"funnel": funnel, "stages": stages}))
    assert "whose window" not in shown
    assert "Ripe: the same, for there is no window." in " ".join(shown.split())


def test_a_table_in_any_order_says_what_its_rows_are() -> None:
    funnel = examples.FUNNEL.model_copy(update={"order": "any"})
    shown = text_of(examples.CONFIRMED.model_copy(update={"funnel": funnel}))
    assert "In any order, row by row: who did 1, 2, 3 … different stages" in " ".join(shown.split())


def test_a_range_after_the_end_of_the_log_does_not_run_backwards() -> None:
    data = examples.DATA.model_copy(update={"since": "2027-01-01T00:00:00Z"})
    assert "2027-01-01 to 2027-01-01" in text_of(examples.CONFIRMED.model_copy(update={"data": data}))


def test_of_many_findings_three_are_shown() -> None:
    health = HealthFacts(cause=None, findings=[examples.OUTAGE] * 4)
    shown = text_of(examples.CONFIRMED.model_copy(update={"health": health}), 80)
    assert shown.count("\n  - ") == 3
    assert (
        markdown_of(Report(analyses=[examples.CONFIRMED.model_copy(update={"health": health})])).count("expected") == 4
    )
