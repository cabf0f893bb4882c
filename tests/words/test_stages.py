"""What stands below the table of stages."""

from __future__ import annotations

from typing import Any

import pytest

from growthctl.report.analysis import Analysis
from growthctl.report.bottleneck import ReferenceFacts
from growthctl.report.stages import Ripe
from growthctl.words.stages import footnotes, phases
from tests.golden import examples


def notes(analysis: Analysis) -> str:
    return " ".join(footnotes(analysis))


def at_demo(**changes: Any) -> Analysis:
    """The confirmed example with other facts about the demo."""
    stages = [
        stage.model_copy(update=changes) if stage.name == "demo" else stage for stage in examples.CONFIRMED.stages
    ]
    return examples.CONFIRMED.model_copy(update={"stages": stages})


def ripe(entered: int, converted: int, **more: Any) -> Ripe:
    return Ripe(entered=entered, converted=converted, conversion_rate=None, low=None, high=None, **more)


def test_the_open_ones_are_counted_and_the_rate_that_uses_them_stands_beside() -> None:
    shown = notes(at_demo(ripe=ripe(900, 225, kaplan_meier=0.2617)))
    assert "Still open, not lost (and the rate that uses them too, by Kaplan-Meier): " in shown
    assert "270 before Signup, 24 before Demo attended (26.2%)" in shown


def test_of_few_no_rate_is_shown() -> None:
    shown = notes(at_demo(reached=4, dropped=25, ripe=ripe(5, 4, kaplan_meier=0.2617)))
    assert "Still open, not lost: 100 before Landing page" in shown
    assert "26.2%" not in shown


def test_with_nobody_open_nothing_is_said_of_them() -> None:
    stages = [stage.model_copy(update={"open": 0}) for stage in examples.CONFIRMED.stages]
    assert "open" not in notes(examples.CONFIRMED.model_copy(update={"stages": stages}))


def test_where_nobody_is_ripe_yet_the_day_of_the_first_is_named() -> None:
    nobody = ripe(0, 0, first_ripe_at="2026-04-13T23:30:00Z")
    assert "Nobody before Demo attended is ripe yet; the first will be on 2026-04-13." in notes(at_demo(ripe=nobody))
    abroad = at_demo(ripe=nobody).model_copy(
        update={"funnel": examples.FUNNEL.model_copy(update={"timezone": "Europe/Berlin"})}
    )
    assert "will be on 2026-04-14." in notes(abroad)
    assert "ripe yet" not in notes(at_demo(ripe=ripe(0, 0)))
    assert "ripe yet" not in notes(examples.NO_DATA)


@pytest.mark.parametrize(
    ("weeks", "sentence"),
    [
        ((8, 8), "percentile of the 8 ripe weeks before the last two."),
        ((7, 6), "percentile of the 6 to 7 ripe weeks before the last two."),
    ],
)
def test_letters_beside_references_are_explained(weeks: tuple[int, int], sentence: str) -> None:
    ranking = [
        item.model_copy(update={"reference": ReferenceFacts(rate=0.3, source="history", weeks=count)})
        for item, count in zip(examples.RANKING, weeks, strict=False)
    ]
    shown = notes(examples.CONFIRMED.model_copy(update={"ranking": ranking}))
    assert f"h: its own history, the 75th {sentence}" in shown
    assert "s: " not in shown
    assert "h: " not in notes(examples.CONFIRMED)
    changed = [examples.RANKING[0].model_copy(update={"reference": ReferenceFacts(rate=0.3, source="history")})]
    fell = notes(examples.CONFIRMED.model_copy(update={"ranking": changed}))
    assert "h of a rate that fell or rose: what it was before." in fell


def test_phases_are_one_line_with_their_owners_and_shares() -> None:
    assert phases(examples.QUEUE) == (
        "By phase: acquisition 7.5% (marketing and product; 20.8% of the shortfall), "
        "sales 5.0% (sales; 79.2% of the shortfall), overall 0.38%, target 0.65%."
    )


def test_a_phase_alone_says_nothing_that_the_funnel_does_not() -> None:
    assert phases(examples.CONFIRMED.model_copy(update={"phases": examples.PHASES[1:]})) == ""


def test_unknown_owners_and_shares_are_left_out() -> None:
    bare = [phase.model_copy(update={"owners": [], "share_of_shortfall": None}) for phase in examples.PHASES]
    shown = phases(examples.CONFIRMED.model_copy(update={"phases": bare}))
    assert shown == "By phase: acquisition 7.5%, sales 5.0%."
