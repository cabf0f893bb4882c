"""What changed, in words; the whole pages are in tests/golden."""

from __future__ import annotations

import pytest

from growthctl.report.comparison import ComparisonReport
from growthctl.words import comparison as change
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
        ("inside", "What changed: no stage as a whole, but a part of Signup"),
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


def test_at_most_three_changes_are_explained() -> None:
    assert said("mix").count("Also: ") == 2


def test_names_from_the_log_cannot_write_markup_or_control_the_terminal() -> None:
    cell = comparisons.cell(["dev[red]ice"], ["mo\x1bbile"], (52, 1300, 180, 1350), (197, 1560, 210, 1520))
    found = comparisons.PRODUCT.model_copy(update={"slices": [cell]})
    text = table_of(ComparisonReport(comparisons=[found]), width=80, color=False)
    assert "dev[red]ice" in text
    assert "\x1b" not in text
