"""`growthctl schema`: the JSON Schemas of what goes in and what comes out."""

from __future__ import annotations

import json
from typing import Annotated, Literal

import typer

from growthctl.cli import options, streams


def command(
    kind: Annotated[
        Literal["funnel", "playbook", "analysis", "comparison", "trend", "paths", "inspection", "explanation"],
        typer.Argument(help="Which one.", show_default=False),
    ],
    output: options.OutputOption = None,
    debug: options.Debug = False,
) -> None:
    """Print a JSON Schema: of a funnel file or a playbook (for editors), or of the JSON that a command writes."""
    from growthctl.funnel.file import funnel_schema
    from growthctl.funnel.playbook import playbook_schema
    from growthctl.report.schemas import report_schema

    of_files = {"funnel": funnel_schema, "playbook": playbook_schema}
    schema = of_files[kind]() if kind in of_files else report_schema(kind)
    streams.write_result(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", output, for_people=False)
