"""`growthctl explain`: one entity's events, and which of them filled which stage."""

from __future__ import annotations

from typing import Annotated

import typer

from growthctl.cli import options
from growthctl.cli.funnel_files import checked
from growthctl.cli.output import Output


def command(
    funnel: options.FunnelArgument,
    entity: Annotated[str, typer.Argument(help="Whose events, as the log writes it.", show_default=False)],
    data: options.DataOption = None,
    since: options.Since = None,
    until: options.Until = None,
    as_of: options.AsOf = None,
    format: options.ExplanationFormat = None,
    output: options.OutputOption = None,
    quiet: options.Quiet = False,
    color: options.Color = "auto",
    debug: options.Debug = False,
) -> None:
    """Show one entity's events: which filled which stage, why each other one did not, when the window closed."""
    (loaded,) = checked([funnel])
    out = Output("explanation", format, output, quiet=quiet, color=color)
    from growthctl.questions.explain import explain
    from growthctl.report.journey import ExplanationReport

    explanation = explain(loaded, data or None, entity=entity, since=since, until=until, as_of=as_of)
    out.write(ExplanationReport(explanations=[explanation]))
