"""Answers as people see them."""

from __future__ import annotations

from growthctl.render.formats import Look, render
from growthctl.report.analysis import Report
from growthctl.report.comparison import ComparisonReport
from growthctl.report.journey import ExplanationReport
from growthctl.report.paths import PathsReport
from growthctl.report.trend import TrendReport

AnyReport = Report | ComparisonReport | ExplanationReport | PathsReport | TrendReport


def table_of(report: AnyReport, *, width: int | None, color: bool, details: bool = False) -> str:
    """On a terminal of that width; None is a file or a pipe."""
    return str(render(report.kind, "table", report, Look(width is not None, width, color, details, ["shop.yml"])))


def markdown_of(report: AnyReport) -> str:
    return str(render(report.kind, "markdown", report, Look(False, None, False)))
