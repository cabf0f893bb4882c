"""What stands below the table of stages."""

from __future__ import annotations

from typing import Any

import pytest

from growthctl.report.analysis import Analysis
from growthctl.report.bottleneck import ReferenceFacts
from growthctl.report.stages import Ripe
from growthctl.words.analysis.stages import cells, footnotes, phases, reference_notes
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
    facts: dict[str, Any] = {"conversion_rate": None, "low": None, "high": None} | more
    return Ripe(entered=entered, converted=converted, **facts)


def row(analysis: Analysis) -> tuple[str, ...]:
    return cells(analysis.stages[3], analysis)


def test_the_open_ones_are_counted_and_the_rate_that_uses_them_stands_beside() -> None:
    analysis = at_demo(ripe=ripe(900, 225, low=0.22, high=0.28, kaplan_meier=0.2617))
    assert row(analysis) == ("Demo attended", "25.0%", "22.0–28.0%", "24.8%", "24", "26.2%", "5.9 d")
    assert "With open: the rate when they count as far as they were followed (Kaplan-Meier)." in notes(analysis)


def test_of_few_the_rate_is_rough_and_that_with_the_open_ones_is_not_shown() -> None:
    assert row(at_demo(reached=4, dropped=25, ripe=ripe(5, 4, kaplan_meier=0.2617)))[1:6] == (
        "~80%", "", "~14%", "24", "",
    )  # fmt: skip


def test_where_nobody_is_ripe_yet_the_day_of_the_first_is_named() -> None:
    nobody = ripe(0, 0, first_ripe_at="2026-04-13T23:30:00Z")
    assert "Nobody before Demo attended has had the time yet; the first will on 13 Apr." in notes(at_demo(ripe=nobody))
    abroad = at_demo(ripe=nobody).model_copy(
        update={"funnel": examples.FUNNEL.model_copy(update={"timezone": "Europe/Berlin"})}
    )
    assert "the first will on 14 Apr." in notes(abroad)
    assert "has had the time yet" not in notes(at_demo(ripe=ripe(0, 0)))
    assert "has had the time yet" not in notes(examples.NO_DATA)


@pytest.mark.parametrize(
    ("weeks", "sentence"),
    [
        ((8, 8), "h: what its best quarter of 8 weeks reached."),
        ((7, 6), "h: what its best quarter of 6 to 7 weeks reached."),
    ],
)
def test_letters_beside_references_are_explained(weeks: tuple[int, int], sentence: str) -> None:
    ranking = [
        item.model_copy(update={"reference": ReferenceFacts(rate=0.3, source="history", weeks=count)})
        for item, count in zip(examples.RANKING, weeks, strict=False)
    ]
    untargeted = examples.analysis(examples.CONFIRMED.bottleneck, stages=examples.stages(targets=[None] * 5))
    shown = " ".join(reference_notes(untargeted.model_copy(update={"ranking": ranking})))
    assert shown == sentence
    assert list(reference_notes(examples.CONFIRMED)) == []
    changed = [examples.RANKING[0].model_copy(update={"reference": ReferenceFacts(rate=0.3, source="history")})]
    assert list(reference_notes(untargeted.model_copy(update={"ranking": changed}))) == ["h: what it was before."]


def test_phases_are_one_line_with_their_owners_and_shares() -> None:
    assert phases(examples.QUEUE) == (
        "By phase: acquisition (marketing and product) 7.5%, 20.8% of the lasting gaps; "
        "sales (sales) 5.0%, 79.2% of the lasting gaps."
    )


def test_a_phase_alone_says_nothing_that_the_funnel_does_not() -> None:
    assert phases(examples.CONFIRMED.model_copy(update={"phases": examples.PHASES[1:]})) == ""


def test_unknown_owners_and_shares_are_left_out() -> None:
    bare = [phase.model_copy(update={"owners": [], "share_of_shortfall": None}) for phase in examples.PHASES]
    shown = phases(examples.CONFIRMED.model_copy(update={"phases": bare}))
    assert shown == "By phase: acquisition 7.5%; sales 5.0%."
