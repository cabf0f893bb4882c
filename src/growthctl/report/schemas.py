"""What commands write as JSON, by its kind, and its Schema."""

from __future__ import annotations

import ast
import inspect
from itertools import pairwise
from textwrap import dedent
from typing import Any

from pydantic import BaseModel

from growthctl.report.analysis import Report
from growthctl.report.comparison import ComparisonReport
from growthctl.report.inspection import InspectionReport
from growthctl.report.journey import ExplanationReport
from growthctl.report.paths import PathsReport
from growthctl.report.trend import TrendReport

REPORTS: dict[str, type[BaseModel]] = {
    "analysis": Report,
    "comparison": ComparisonReport,
    "trend": TrendReport,
    "paths": PathsReport,
    "inspection": InspectionReport,
    "explanation": ExplanationReport,
}


def report_schema(kind: str) -> dict[str, Any]:
    """The JSON Schema (2020-12) of one of REPORTS. Readers must ignore keys that they do not know."""
    schema = REPORTS[kind].model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def field_texts(cls: type) -> dict[str, str]:
    """The texts below the fields of a class, by the name of the field; of classes that it inherits from, too."""
    inherited = [field_texts(base) for base in cls.__bases__ if base.__module__.startswith(__package__ or "")]
    tree = ast.parse(dedent(inspect.getsource(cls))).body[0]
    assert isinstance(tree, ast.ClassDef)
    own = {
        field.target.id: inspect.cleandoc(text.value.value)
        for field, text in pairwise(tree.body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant) and isinstance(text.value.value, str)
    }
    return {name: text for texts in (*inherited, own) for name, text in texts.items()}
