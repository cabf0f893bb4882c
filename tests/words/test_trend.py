"""A trend in words."""

from __future__ import annotations

from growthctl.report.trend import TrendSegment
from growthctl.words.trend import courses, notes, title
from tests.golden import examples

WEEKS = [examples.period(f"2026-03-{day:02}", 100, rate, 0, 0, 0) for day, rate in ((2, 40), (9, 80), (16, 0))]
OPEN = examples.period("2026-03-23", 100, 90, 0, 0, 0, ripe=False)
TREND = examples.trend([*WEEKS, OPEN])


def test_the_title_says_by_what_on_whose_clock_and_for_how_long() -> None:
    assert title(TREND) == "saas-signup by week (Europe/Berlin)"
    aged = TREND.model_copy(update={"age_seconds": 604_800, "by": ["device"]})
    assert title(aged) == "saas-signup by week and device (Europe/Berlin), each followed for 7 days"


def test_a_rate_is_a_bar_for_each_period_from_nothing_to_its_highest_and_a_dot_while_it_is_not_done() -> None:
    (landing, signup, *_) = courses(TREND)
    assert landing == ("Landing page", "▅█▁·", "40.0%", "~0%", "~0%", "80.0%")
    # Nobody came so far in the third week: there is no rate.
    assert signup[:2] == ("Signup", "▁▁ ·")


def test_the_ends_are_of_what_is_done() -> None:
    (landing, *_) = courses(examples.trend([OPEN]))
    assert landing == ("Landing page", "·", "–", "–", "–", "–")
    assert any(note.startswith("·: not done") for note in notes(TREND, 4))
    assert not any(note.startswith("·") for note in notes(examples.trend(WEEKS), 3))


def test_segments_stand_below_the_rate_of_all() -> None:
    parts = [TrendSegment(values=[value], periods=[*WEEKS, OPEN]) for value in ("mobile", None)]
    split = TREND.model_copy(update={"by": ["device"], "segments": parts})
    assert [row[0] for row in courses(split)][:3] == ["Landing page", "  mobile", "  (none)"]


def test_what_is_left_out_is_counted() -> None:
    days = [examples.period(f"2026-03-{day:02}", 100, 40, 9, 8, 7) for day in range(1, 29)] * 2
    said = " ".join(notes(examples.trend(days), 12))
    assert "Trend: the last 36 of 56 weeks." in said
    assert "44 earlier weeks: --details." in said
    parts = [TrendSegment(values=[number], periods=days) for number in range(9)]
    assert "1 more segment: -f json." in " ".join(
        notes(examples.trend(days).model_copy(update={"segments": parts}), 56)
    )
