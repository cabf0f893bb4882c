"""What changed, in words; the whole pages are in tests/golden."""

from __future__ import annotations

from growthctl.report.comparison import Comparison, ComparisonReport, SpreadFacts
from growthctl.words.comparison.differences import because, explanation
from tests.golden import comparisons
from tests.render.pages import table_of


def reasons(comparison: Comparison) -> str:
    """What the log says of where each change comes from."""
    return " ".join(reason for stage in comparison.stages if stage.changed for reason in because(comparison, stage))


def said(name: str) -> str:
    return reasons(comparisons.ALL[name])


def rests(comparison: Comparison) -> str:
    return " ".join(explanation(comparison))


def test_a_reversal_is_put_down_to_who_came() -> None:
    assert (
        "Landing page → Signup fell from 14.9% to 13.0% although it rose for every country: traffic moved to "
        "country IN (from 11.6% to 58.3% of those who got that far)."
    ) in said("mix")
    assert "Look at the campaigns, not at the stage." in said("mix")


def test_a_reversal_that_not_every_segment_shares_is_not_said_of_every_segment() -> None:
    parts = {**comparisons.MOVED, "FR": (10, 100, 20, 100)}
    split = comparisons.decomposition("signup", "country", (0.0368, -0.0557), parts)
    found = comparisons.MIX.model_copy(update={"decompositions": [split]})
    text = reasons(found)
    assert "although it rose inside the values of country, taken together" in text
    assert "for every country" not in text


def test_a_stage_that_is_half_to_blame_is_called_so() -> None:
    split = comparisons.decomposition("signup", "device", (-0.030, -0.019), comparisons.DEVICES)
    found = comparisons.PRODUCT.model_copy(update={"decompositions": [split]})
    assert reasons(found) == "In part another mix of who came: inside each device it is -3.0 of -4.9 points."
    assert said("product") == ""


def test_ranges_with_restless_days_are_said_to_allow_for_them() -> None:
    restless = comparisons.USUAL[1].model_copy(update={"spread": SpreadFacts(factor=2.5, degrees=12)})
    stages = [comparisons.USUAL[0], restless, *comparisons.USUAL[2:]]
    allowed = "allow for how much days and weeks vary by themselves."
    assert allowed in rests(comparisons.PRODUCT.model_copy(update={"stages": stages}))
    assert allowed not in rests(comparisons.PRODUCT)


def test_a_date_that_was_chosen_for_its_fall_is_not_put_to_chance() -> None:
    assert "for dates that were not chosen because something fell then." in rests(comparisons.PRODUCT)
    assert "dates" not in rests(comparisons.SEGMENTS)
    assert "dates" not in rests(comparisons.NO_CHANGE)


def test_names_from_the_log_cannot_write_markup_or_control_the_terminal() -> None:
    cell = comparisons.cell(["dev[red]ice"], ["mo\x1bbile"], (52, 1300, 180, 1350), (197, 1560, 210, 1520))
    found = comparisons.PRODUCT.model_copy(update={"slices": [cell]})
    text = table_of(ComparisonReport(comparisons=[found]), width=80, color=False)
    assert "dev[red]ice" in text
    assert "\x1b" not in text
