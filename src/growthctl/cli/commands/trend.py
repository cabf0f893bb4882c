"""`growthctl trend`: one funnel per period."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from growthctl.cli import options, streams
from growthctl.cli.funnel_files import checked


def command(
    funnel: options.Funnel,
    every: Annotated[
        Literal["hour", "day", "week", "month"], typer.Option(help="How long a period is; weeks start on Monday.")
    ] = "day",
    data: options.Data = None,
    since: options.Since = None,
    until: options.Until = None,
    as_of: options.AsOf = None,
    format: options.ReportFormat = None,
    output: options.Output = None,
    memory: options.Memory = None,
    quiet: options.Quiet = False,
    color: options.Color = "auto",
    debug: options.Debug = False,
) -> None:
    """Show one funnel per hour, day, week or month; periods whose window is still open are marked."""
    (asked,) = checked([funnel])
    form = options.chosen(format, output, "table", "json", "markdown")
    from growthctl.questions.trend import trend
    from growthctl.render.markdown import render_trend_markdown
    from growthctl.render.trend import render_trend
    from growthctl.report.analysis import TrendReport, to_json

    with streams.progress(quiet=quiet):
        found = trend(asked, data or None, every, since=since, until=until, as_of=as_of, memory=memory)
    report = TrendReport(trends=[found])
    look = streams.look(color, output)
    if form == "table":
        text = render_trend(report, width=look.width, color=look.color)
    else:
        text = render_trend_markdown(report) if form == "markdown" else to_json(report)
    streams.write_result(text, output, for_people=form != "json")
    if not quiet and (form == "json" or not look.is_terminal):
        streams.warn_all([(found.funnel.name, [warning.message for warning in found.warnings])])
