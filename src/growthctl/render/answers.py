"""Answers of Python as people see them: the table that the command prints, and the same for a notebook."""

from __future__ import annotations

from html import escape
from importlib import import_module
from typing import Any

from growthctl.render.formats import Look, render

_REPORTS = {
    "Analysis": ("analysis", "growthctl.report.analysis:Report", "analyses"),
    "Comparison": ("comparison", "growthctl.report.comparison:ComparisonReport", "comparisons"),
    "Trend": ("trend", "growthctl.report.trend:TrendReport", "trends"),
    "Paths": ("paths", "growthctl.report.paths:PathsReport", "paths"),
    "Inspection": ("inspection", "growthctl.report.inspection:InspectionReport", "inspections"),
    "Explanation": ("explanation", "growthctl.report.journey:ExplanationReport", "explanations"),
}
"""By the class of an answer: its kind, the report that a command writes, and where in it the answer stands."""
_WIDTH = 80


def table_of(answer: Any) -> str:
    """The table of one answer, without colour."""
    kind, place, field = _REPORTS[type(answer).__name__]
    module, _, name = place.partition(":")
    report = getattr(import_module(module), name)(**{field: [answer]})
    return str(render(kind, "table", report, Look(is_terminal=True, width=_WIDTH, color=False))).rstrip("\n")


def html_of(answer: Any) -> str:
    """The same for a notebook."""
    return f"<pre>{escape(table_of(answer))}</pre>"
