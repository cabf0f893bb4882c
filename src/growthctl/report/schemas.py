"""What commands write as JSON, by its kind."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from growthctl.report.analysis import Report
from growthctl.report.comparison import ComparisonReport
from growthctl.report.journey import ExplanationReport
from growthctl.report.trend import TrendReport

REPORTS: dict[str, type[BaseModel]] = {
    "analysis": Report,
    "comparison": ComparisonReport,
    "trend": TrendReport,
    "explanation": ExplanationReport,
}


def report_schema(kind: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one of REPORTS. Readers must ignore keys that they do not know."""
    schema = REPORTS[kind].model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
