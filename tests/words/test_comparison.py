"""What changed, in words; the whole pages are in tests/golden."""

from __future__ import annotations

import pytest

from growthctl.report.comparison import AssignmentFacts, ComparisonReport, FaultFacts, SpreadFacts
from growthctl.words import comparison as change
from growthctl.words import sides
from tests.golden import comparisons
from tests.render.pages import table_of


def said(name: str) -> str:
    return " ".join(change.explanation(comparisons.ALL[name]))


@pytest.mark.parametrize(
    ("name", "headline"),
    [
        ("product", "What changed: Landing page → Signup fell from 13.6% to 8.7%, owned by product"),
        ("mix", "What changed: 2,120 entered instead of 1,812 (+17%)"),
        ("segments", "What differs: Landing page → Signup is 2.1% for display and 14.0% for search, owned by product"),
        ("unripe", "What changed: nothing at the same age"),
        ("no-change", "What changed: nothing beyond chance"),
        (
            "inside",
            "What changed: Landing page → Signup for device mobile and country (none) fell from 20.0% to 10.0%, "
            "owned by product",
        ),
        ("no-data", "What changed: cannot tell, for nobody entered on one of the sides"),
    ],
)
def test_the_finding_is_one_line(name: str, headline: str) -> None:
    assert change.headline(comparisons.ALL[name]) == headline


def test_a_reversal_is_put_down_to_who_came() -> None:
    assert (
        "Landing page → Signup fell from 14.9% to 13.0% although it rose for every country: traffic moved to "
        "country IN (from 11.6% to 58.3% of those who got that far)."
    ) in said("mix")
    assert "Look at the campaign mix, not at the stage." in said("mix")


def test_a_reversal_that_not_every_segment_shares_is_not_said_of_every_segment() -> None:
    parts = {**comparisons.MOVED, "FR": (10, 100, 20, 100)}
    split = comparisons.decomposition("signup", "country", (0.0368, -0.0557), parts)
    found = comparisons.MIX.model_copy(update={"decompositions": [split]})
    text = " ".join(change.explanation(found))
    assert "although it rose inside the values of country, taken together" in text
    assert "for every country" not in text


def test_a_stage_that_is_half_to_blame_is_called_so() -> None:
    split = comparisons.decomposition("signup", "device", (-0.030, -0.019), comparisons.DEVICES)
    found = comparisons.PRODUCT.model_copy(update={"decompositions": [split]})
    assert "Because of the stage itself and, in part, of who came" in " ".join(change.explanation(found))
    assert "Because of the stage itself, not of who came" in said("product")


def test_chance_is_told_in_times() -> None:
    assert "about once in 91 times" in said("mix")
    assert "less than once in 1,000 times" in said("product")


def test_chance_with_restless_days_is_not_chance_alone() -> None:
    restless = comparisons.USUAL[1].model_copy(update={"spread": SpreadFacts(factor=2.5, degrees=12)})
    stages = [comparisons.USUAL[0], restless, *comparisons.USUAL[2:]]
    page = comparisons.PRODUCT.model_copy(update={"stages": stages})
    assert "chance, with days or weeks that vary as they do, would do this less than" in " ".join(
        change.explanation(page)
    )
    assert "Intervals allow for how much days and weeks vary by themselves." in sides.footnote(page)
    assert "Intervals allow" not in sides.footnote(comparisons.PRODUCT)


def test_a_log_without_earlier_weeks_cannot_say_how_much_weeks_vary() -> None:
    short = comparisons.PRODUCT.model_copy(update={"earlier_weeks": 2, "weeks_known": False})
    assert "the log has fewer than three whole weeks before both ranges" in " ".join(change.explanation(short))
    assert "fewer than three" not in said("product")


def test_what_the_log_lacks_comes_before_what_changed() -> None:
    fault = FaultFacts(
        code="stage_silent",
        cause="tracking",
        stage="landing",
        segment=None,
        since_at="2026-02-19T12:00:00Z",
        until_at="2026-02-19T18:00:00Z",
        observed=3,
        expected=76,
        upstream=280,
        share=None,
        conversion_rate=None,
        usual_rate=None,
        median_seconds=None,
        weekdays=[],
        missing_conversions=70,
        probability=1e-9,
        material=False,
        side="against",
    )
    unjudged = comparisons.USUAL[0].model_copy(update={"judged": False, "p_value": None})
    faulty = {"faults": [fault], "stages": [unjudged, *comparisons.USUAL[1:]]}
    page = comparisons.PRODUCT.model_copy(update=faulty)
    assert list(sides.caveats(page)) == [
        "The log lacks events of Landing page from 2026-02-19 12:00 to 18:00, which concerns 'Before': 3 where "
        "about 76 are usual. So this is not judged."
    ]
    text = table_of(ComparisonReport(comparisons=[page]), width=120, color=False)
    assert text.index("To be known first") < text.index("The log lacks") < text.index("What changed")
    assert "not judged" in text
    calm = comparisons.NO_CHANGE.model_copy(update=faulty)
    assert change.headline(calm) == "What changed: nothing beyond chance, of what can be judged"


def test_arms_of_the_wrong_size_come_first() -> None:
    halves = AssignmentFacts(this=100, against=200, p_equal=8e-9, p_steady=0.9, doubtful=True)
    page = comparisons.SEGMENTS.model_copy(update={"assignment": halves})
    assert "if each was to get half, the assignment is broken" in " ".join(sides.caveats(page))
    uneven = page.model_copy(update={"assignment": halves.model_copy(update={"p_equal": 0.5, "p_steady": 1e-5})})
    assert "shared the days unevenly" in " ".join(sides.caveats(uneven))
    fair = page.model_copy(update={"assignment": halves.model_copy(update={"doubtful": False})})
    assert list(sides.caveats(fair)) == []


def test_the_change_in_all_is_in_the_table() -> None:
    text = table_of(ComparisonReport(comparisons=[comparisons.PRODUCT]), width=120, color=False)
    (row,) = [line for line in text.splitlines() if line.lstrip().startswith("In all")]
    assert "-33%" in row


def test_at_most_three_changes_are_explained() -> None:
    assert said("mix").count("Also: ") == 2


def test_names_from_the_log_cannot_write_markup_or_control_the_terminal() -> None:
    cell = comparisons.cell(["dev[red]ice"], ["mo\x1bbile"], (52, 1300, 180, 1350), (197, 1560, 210, 1520))
    found = comparisons.PRODUCT.model_copy(update={"slices": [cell]})
    text = table_of(ComparisonReport(comparisons=[found]), width=80, color=False)
    assert "dev[red]ice" in text
    assert "\x1b" not in text
