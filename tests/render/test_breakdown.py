"""Rates side by side, on terminals of any width."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from growthctl.render.breakdown import breakdown
from growthctl.render.layout import printed
from growthctl.report.trend import TrendStage
from growthctl.words.rates import RateRow, columns

LABELS = ["Ad click", "Landing page", "Signup", "Email confirmed", "Training done", "Sales talk", "Demo attended"]
ROWS = [
    RateRow("desktop", [10_000, 7_500, 5_000, 4_000, 3_000, 2_000, 100]),
    RateRow("mobile", [20, 10, 5, 4, 3, 2, 1]),
]


def stages(*optional: str) -> list[TrendStage]:
    return [TrendStage(name=f"s{k}", label=label, optional=label in optional) for k, label in enumerate(LABELS)]


def drawn(rows: Sequence[RateRow], stages: Sequence[TrendStage], width: int | None) -> str:
    shown = breakdown("By device", [row.name for row in rows], list(columns(stages, rows, "People")), width)
    return printed([shown], width=width, color=False)


def text_of(width: int | None, *optional: str) -> str:
    return drawn(ROWS, stages(*optional), width)


@pytest.mark.parametrize("width", [24, 40, 60, 80, 100])
def test_what_does_not_fit_side_by_side_goes_below_with_the_names_again(width: int) -> None:
    shown = text_of(width)
    lines = shown.split("\n")
    assert max(map(len, lines)) <= width
    assert shown.count("desktop") == shown.count("By device") == shown.count("mobile")
    cells = re.findall(r"~?[\d.]+%", shown)
    assert sorted(cells) == sorted(re.findall(r"~?[\d.]+%", text_of(None)))


def test_where_there_is_room_it_is_one_table() -> None:
    for width in (None, 200):
        assert text_of(width).count("desktop") == 1


def test_a_rate_is_of_the_required_stage_before_and_overall_is_of_the_last_required_one() -> None:
    (row,) = [line for line in text_of(None, "Signup", "Demo attended").split("\n") if line.startswith("desktop")]
    assert row.split() == ["desktop", "10,000", "75.0%", "66.7%", "53.3%", "75.0%", "66.7%", "5.0%", "20.0%"]


def test_a_range_has_a_column_only_where_there_is_one() -> None:
    rows = [RateRow("w1", [40, 30], ranges={1: "60.1–86.2%"}), RateRow("w2", [40, 20])]
    shown = drawn(rows, stages()[:2], 80)
    assert shown.split("\n")[0].split()[-3:] == ["95%", "range", "Overall"]
    assert "95%" not in drawn(ROWS, stages(), 200)
