"""The report as text, where names are long, strange or hostile."""

from __future__ import annotations

import re

import pytest
from rich.cells import cell_len

from growthctl.render.formats import Look, render
from growthctl.report.analysis import Analysis, Report
from growthctl.report.funnel import Warning
from growthctl.report.health import HealthFacts
from growthctl.report.stages import InAnyOrder
from tests.golden import examples
from tests.render.pages import table_of

HOSTILE = "[bold red]:boom:[/] \x1b[31m\x07\u202e\nx"
HARMLESS = "[bold red]:boom:[/] �[31m���x"


def text_of(analysis: Analysis, width: int | None = None, *, color: bool = False) -> str:
    return table_of(Report(analyses=[analysis]), width=width, color=color)


def words_of(analysis: Analysis) -> str:
    """With all that it rests on."""
    return " ".join(table_of(Report(analyses=[analysis]), width=80, color=False, details=True).split())


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


def test_a_table_in_any_order_says_what_its_rows_are() -> None:
    any_order = InAnyOrder(stages=[], lacking_one=0)
    analysis = examples.CONFIRMED.model_copy(update={"any_order": any_order})
    assert "In any order, row by row: who did 1, 2, 3 … different stages" in words_of(analysis)


def test_details_hold_every_finding_and_warning_with_its_hint() -> None:
    health = HealthFacts(cause=None, findings=[examples.OUTAGE] * 4)
    shown = words_of(examples.CONFIRMED.model_copy(update={"health": health}))
    assert shown.count("instead of about 76") == 4
    assert "never occurs in the log (did you mean 'demo_attended'?)" in shown


def test_what_is_too_long_for_one_line_is_a_command_in_one_piece() -> None:
    look = Look(True, 60, False, subjects=["a/rather/long/path/to/the/funnel/of/the/shop.yml"])
    shown = str(render("analysis", "table", Report(analyses=[examples.CONFIRMED]), look))
    command = "growthctl who a/rather/long/path/to/the/funnel/of/the/shop.yml --stage demo --dropped"
    assert f"\n      {command}\n" in shown


def test_an_owner_who_does_not_fit_beside_the_finding_stands_below_it() -> None:
    lines = text_of(renamed("word " * 10), 80).splitlines()
    assert any(line.strip().startswith("→ word") for line in lines)


def test_of_several_funnels_that_which_loses_most_is_shown_and_the_others_in_a_line_each() -> None:
    report = Report(analyses=[examples.NO_DATA, examples.CONFIRMED, examples.NONE_BELOW])
    brief = table_of(report, width=80, color=False)
    assert brief.startswith("saas-signup: From the ad")
    assert brief.split("\n\n")[-1].splitlines() == [
        "OTHERS  saas-signup: bottleneck: No data yet",
        "        saas-signup: bottleneck: None: every rate is at its target or close to",
        "        it",
    ]
    whole = table_of(report, width=80, color=False, details=True)
    assert whole.count("The rates in full") == 3
