"""Every format that an answer can be written in: the only list, from which options, their help and endings derive.

A new format is a file beside this one, and a line in RENDERERS; where a file's name tells it, another in ENDINGS.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, NamedTuple

RENDERERS: dict[str, dict[str, str]] = {
    "analysis": {
        "table": "growthctl.render.terminal:render_terminal",
        "json": "growthctl.report.base:to_json",
        "markdown": "growthctl.render.markdown:render_markdown",
    },
    "comparison": {
        "table": "growthctl.render.terminal:render_terminal",
        "json": "growthctl.report.base:to_json",
        "markdown": "growthctl.render.markdown:render_markdown",
    },
    "trend": {
        "table": "growthctl.render.terminal:render_terminal",
        "json": "growthctl.report.base:to_json",
        "markdown": "growthctl.render.markdown:render_markdown",
    },
    "paths": {
        "table": "growthctl.render.terminal:render_terminal",
        "json": "growthctl.report.base:to_json",
        "markdown": "growthctl.render.markdown:render_markdown",
    },
    "explanation": {
        "table": "growthctl.render.terminal:render_terminal",
        "json": "growthctl.report.base:to_json",
    },
    "inspection": {
        "table": "growthctl.render.terminal:render_terminal",
        "json": "growthctl.report.base:to_json",
        "markdown": "growthctl.render.markdown:render_markdown",
    },
    "entities": {
        "csv": "growthctl.render.entity_list:render_csv",
        "ndjson": "growthctl.render.entity_list:render_ndjson",
        "parquet": "growthctl.render.entity_list:render_parquet",
        "xlsx": "growthctl.render.workbook:render_xlsx",
    },
}
"""By kind of answer and format the function, as module:name, that makes text or bytes of it; the first is the usual."""
PAGES = {
    "analysis": "growthctl.render.page.analysis:pages",
    "comparison": "growthctl.render.page.comparison:pages",
    "trend": "growthctl.render.page.trend:pages",
    "paths": "growthctl.render.page.paths:pages",
    "explanation": "growthctl.render.page.journey:pages",
    "inspection": "growthctl.render.page.inspection:pages",
}
"""By kind of answer the function that makes pages of it: what the formats FOR_PEOPLE draw."""
ENDINGS = {
    ".json": "json",
    ".md": "markdown",
    ".csv": "csv",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".parquet": "parquet",
    ".xlsx": "xlsx",
}
"""What the name of a file promises."""
FOR_MACHINES = ("json", "ndjson")
"""The formats whose warnings and errors are JSON lines, too."""
FOR_PEOPLE = ("table", "markdown")
"""The formats that people read as they are: these draw pages."""


class Look(NamedTuple):
    """How a result may look."""

    is_terminal: bool
    width: int | None
    """None where nothing needs to fit."""
    color: bool
    details: bool = False
    """Is all to be shown that an answer rests on?"""
    subjects: Sequence[str] = ()
    """What commands about each element of the answer begin with: its funnel file and log, as the command line had
    them."""

    def subject(self, number: int) -> str:
        """Of that element; where nobody has told, a word to be replaced."""
        return self.subjects[number] if number < len(self.subjects) else "FUNNEL"


def render(kind: str, format: str, answer: Any, look: Look) -> str | bytes:
    """An answer of a kind in one of its formats."""
    renderer = _function(RENDERERS[kind][format])
    result: str | bytes
    result = renderer(answer, _function(PAGES[kind]), look) if format in FOR_PEOPLE else renderer(answer)
    return result


def _function(place: str) -> Callable[..., Any]:
    module, _, name = place.partition(":")
    function: Callable[..., Any] = getattr(import_module(module), name)
    return function
