"""Segments in words and marks."""

from __future__ import annotations

from typing import Any

from growthctl.report.analysis import Report
from growthctl.report.segments import Differences
from tests.golden import examples
from tests.render.pages import table_of


def text_of(width: int | None = None, **changes: Any) -> str:
    analysis = examples.CONFIRMED.model_copy(update=changes)
    return table_of(Report(analyses=[analysis]), width=width, color=False, details=True)


def words(text: str) -> str:
    return " ".join(text.split())


def explained(**changes: Any) -> str:
    found = examples.MOBILE.model_copy(update=changes)
    bottleneck = examples.CONFIRMED.bottleneck.model_copy(update={"explained_by": [found], "explained_by_mix": []})
    return words(text_of(bottleneck=bottleneck))


def alike(tests: int) -> dict[str, Any]:
    """The segments, none of which differs."""
    segments = [
        segment.model_copy(update={"stages": [stage.model_copy(update={"differs": False}) for stage in segment.stages]})
        for segment in examples.CONFIRMED.segments
    ]
    return {"segments": segments, "differences": Differences(tests=tests, splits=[])}


def test_a_segment_that_differs_is_marked_on_the_side_to_which_it_does() -> None:
    rows = {line.split()[0]: line.split() for line in text_of().split("\n") if line.startswith("  ")}
    assert rows["desktop"][2:5] == ["76.2%", "▲10.5%", "25.0%"]
    assert rows["mobile"][2:5] == ["▼72.5%", "▼8.6%", "▼20.0%"]


def test_digits_stand_below_digits_with_and_without_a_mark() -> None:
    desktop, mobile, none = (
        next(line for line in text_of().split("\n") if line.startswith(f"  {name}"))
        for name in ("desktop", "mobile", "(none)")
    )
    assert desktop.index("10.5%") + 5 == mobile.index("8.6%") + 4 == none.index("13.3%") + 5


def test_how_many_tests_were_made_is_said() -> None:
    assert "by more than chance (63 tests; of what they find, at most 5% is luck)." in words(text_of())
    assert "No segment differs from all others together by more than chance (2 tests)." in words(text_of(**alike(2)))
    assert "by more than chance (1 test)." in words(text_of(**alike(1)))


def test_without_any_test_nothing_is_claimed() -> None:
    assert "by more than chance" not in text_of(**alike(0)).partition("By device")[2]


def test_the_lead_has_the_interval_of_each_segment_where_there_is_room() -> None:
    assert "15.5–25.4%" in text_of()
    assert "15.5–25.4%" in text_of(80)
    narrow = text_of(64)
    assert "15.5–25.4%" not in narrow
    assert narrow.count("By device") == 1


def test_of_few_the_rate_is_rough() -> None:
    few = examples.segment(["device"], ["watch"], 100, 80, 20, 2, 1)
    [row] = [line for line in text_of(segments=[few]).split("\n") if line.startswith("  watch")]
    assert "~10%" in row


def test_where_the_gap_is_both_shares_are_shown_and_both_rates() -> None:
    assert (
        "Where: device mobile is 27% of those who reached Signup (21% in the earlier half, 33% in the later) and 40% "
        "of the gap. It converts 20.0%, the others 24.9%." in explained()
    )


def test_a_share_that_stayed_is_not_said_to_have_moved() -> None:
    for halves in ({"share_of_entered_later": 0.25}, {"share_of_entered_later": None}):
        assert "27% of those who reached Signup and 40% of the gap" in explained(**halves)


def test_a_segment_below_which_the_others_are_at_their_reference_holds_more_than_the_gap() -> None:
    assert "and more than the whole gap. It converts" in explained(share_of_gap=1.4)
    assert "and 100% of the gap. It converts" in explained(share_of_gap=1.004)


def test_a_segment_of_few_conversions_is_counted() -> None:
    few = examples.segment(["device"], ["mobile"], 900, 600, 250, 3, 1)
    bottleneck = examples.CONFIRMED.bottleneck.model_copy(update={"explained_by": [examples.MOBILE]})
    assert "It converts 3 of 250, the others 24.9%." in words(text_of(segments=[few], bottleneck=bottleneck))


def test_what_came_with_the_mix_is_not_blamed() -> None:
    assert "By country, most of the gap came with who entered" in words(text_of())
