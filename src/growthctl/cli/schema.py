"""`growthctl schema`: the JSON Schemas of what goes in and what comes out."""

from __future__ import annotations

import json
from typing import Annotated, Literal

import typer

from growthctl.cli import options, streams


def command(
    kind: Annotated[Literal["funnel", "analysis"], typer.Argument(help="Which one.", show_default=False)],
    output: options.Output = None,
    debug: options.Debug = False,
) -> None:
    """Print a JSON Schema: of the funnel file (for editors), or of the JSON that analyze writes."""
    if kind == "funnel":
        from growthctl.spec.load import funnel_schema as schema
    else:
        from growthctl.report.model import analysis_schema as schema
    streams.write_result(json.dumps(schema(), indent=2, ensure_ascii=False) + "\n", output)
