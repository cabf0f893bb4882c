"""Every format that an answer can be written in: the only list, from which options, their help and endings derive.

A new format is a file beside this one, and a line in RENDERERS; where a file's name tells it, another in ENDINGS.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, NamedTuple

RENDERERS: dict[str, dict[str, str]] = {
    "analysis": {
        "table": "growthctl.render.terminal:render_table",
        "json": "growthctl.report.base:to_json",
        "markdown": "growthctl.render.markdown:render_markdown",
    },
    "comparison": {
        "table": "growthctl.render.comparison:render_comparison",
        "json": "growthctl.report.base:to_json",
    },
    "trend": {
        "table": "growthctl.render.trend:render_trend",
        "json": "growthctl.report.base:to_json",
        "markdown": "growthctl.render.markdown:render_trend_markdown",
    },
    "explanation": {
        "table": "growthctl.render.explanation:render_explanation",
        "json": "growthctl.report.base:to_json",
    },
    "entities": {
        "csv": "growthctl.render.entity_list:render_csv",
        "ndjson": "growthctl.render.entity_list:render_ndjson",
        "parquet": "growthctl.render.entity_list:render_parquet",
    },
}
"""By kind of answer and format the function, as module:name, that makes text or bytes of it; the first is the usual."""
ENDINGS = {
    ".json": "json",
    ".md": "markdown",
    ".csv": "csv",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".parquet": "parquet",
}
"""What the name of a file promises."""
FOR_PEOPLE = ("table", "markdown")
"""The formats that people read as they are."""


class Look(NamedTuple):
    """How a result may look."""

    is_terminal: bool
    width: int | None
    """None where nothing needs to fit."""
    color: bool


def render(kind: str, format: str, answer: Any, look: Look) -> str | bytes:
    """An answer of a kind in one of its formats."""
    module, _, name = RENDERERS[kind][format].partition(":")
    renderer = getattr(import_module(module), name)
    result: str | bytes
    # Only a table is laid out for the place where it goes.
    result = renderer(answer, width=look.width, color=look.color) if format == "table" else renderer(answer)
    return result
