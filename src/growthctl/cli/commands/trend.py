"""`growthctl trend`: one funnel per period."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from growthctl.cli import options, streams
from growthctl.cli.funnel_files import checked
from growthctl.cli.output import Output


def command(
    funnel: options.FunnelArgument,
    every: Annotated[
        Literal["hour", "day", "week", "month"], typer.Option(help="How long a period is; weeks start on Monday.")
    ] = "day",
    data: options.DataOption = None,
    since: options.Since = None,
    until: options.Until = None,
    as_of: options.AsOf = None,
    format: options.TrendFormat = None,
    output: options.OutputOption = None,
    memory: options.MemoryOption = None,
    quiet: options.Quiet = False,
    color: options.Color = "auto",
    debug: options.Debug = False,
) -> None:
    """Show one funnel per hour, day, week or month; periods whose window is still open are marked."""
    (loaded,) = checked([funnel])
    out = Output("trend", format, output, quiet=quiet, color=color)
    from growthctl.questions.trend import trend
    from growthctl.report.trend import TrendReport

    with streams.progress(quiet=quiet):
        periods = trend(loaded, data or None, every, since=since, until=until, as_of=as_of, memory=memory)
    out.write(TrendReport(trends=[periods]), [(periods.funnel.name, [warning.message for warning in periods.warnings])])
