"""growthctl diagnoses conversion funnels: how far everyone got, the widest bottleneck, and what to try.

    from growthctl import analyze
    analyze("funnels/saas_signup.yml").bottleneck.stage

Answers print as their table. Importing the package loads no polars; the first call does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from growthctl.errors import DataError, SpecError, UsageError

if TYPE_CHECKING:
    from growthctl.questions.analyze import analyze as analyze
    from growthctl.questions.compare import compare as compare
    from growthctl.questions.entities import entities as entities
    from growthctl.questions.explain import explain as explain
    from growthctl.questions.inspect import inspect as inspect
    from growthctl.questions.paths import paths as paths
    from growthctl.questions.trend import trend as trend

__version__ = "0.1.0"
_QUESTIONS = ("analyze", "compare", "entities", "explain", "inspect", "paths", "trend")
__all__ = [
    "DataError",
    "SpecError",
    "UsageError",
    "analyze",
    "compare",
    "entities",
    "explain",
    "inspect",
    "paths",
    "trend",
]


def __getattr__(name: str) -> Any:
    if name not in _QUESTIONS:
        raise AttributeError(f"module 'growthctl' has no attribute {name!r}")
    from importlib import import_module

    from growthctl.render.answers import html_of, table_of
    from growthctl.render.frames import counted_frame, segments_frame, stages_frame
    from growthctl.report.analysis import Analysis
    from growthctl.report.base import Answer

    Answer.shown_by = (table_of, html_of)
    Analysis.framed_by = (stages_frame, segments_frame, counted_frame)
    return getattr(import_module(f"growthctl.questions.{name}"), name)
