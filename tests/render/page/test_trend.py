"""A trend as text."""

from __future__ import annotations

from growthctl.report.funnel import Warning
from growthctl.report.trend import Trend, TrendReport
from tests.golden import examples
from tests.render.pages import table_of


def text_of(trend: Trend) -> str:
    return table_of(TrendReport(trends=[trend]), width=80, color=False)


def test_only_a_trend_with_open_periods_explains_them() -> None:
    assert "·: not done" in text_of(examples.TREND)
    assert "·" not in text_of(examples.LONG_TREND)


def test_warnings_come_last() -> None:
    warned = examples.TREND.model_copy(
        update={"warnings": [Warning(code="x", stage=None, message="the log\x1b is odd")]}
    )
    assert text_of(warned).endswith("\nLOG   The log� is odd.\n")
