"""`growthctl explain`: one entity's events, and which of them filled which stage."""

from __future__ import annotations

from typing import Annotated

import typer

from growthctl.cli import options, streams
from growthctl.cli.funnel_files import checked


def command(
    funnel: options.Funnel,
    entity: Annotated[str, typer.Argument(help="Whose events, as the log writes it.", show_default=False)],
    data: options.Data = None,
    since: options.Since = None,
    until: options.Until = None,
    as_of: options.AsOf = None,
    format: options.Format = None,
    output: options.Output = None,
    color: options.Color = "auto",
    debug: options.Debug = False,
) -> None:
    """Show one entity's events: which filled which stage, why each other one did not, when the window closed."""
    (asked,) = checked([funnel])
    as_json = options.chosen(format, output, "table", "json") == "json"
    from growthctl.questions.explain import explain
    from growthctl.render.explanation import render_explanation
    from growthctl.report.analysis import ExplanationReport, to_json

    found = explain(asked, data or None, entity=entity, since=since, until=until, as_of=as_of)
    look = streams.look(color, output)
    if as_json:
        text = to_json(ExplanationReport(explanations=[found]))
    else:
        text = render_explanation(found, width=look.width, color=look.color)
    streams.write_result(text, output, for_people=not as_json)
