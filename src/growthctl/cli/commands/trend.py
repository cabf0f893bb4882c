"""`growthctl trend`: one funnel per period."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from growthctl.cli import options
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
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by",
            metavar="PROP",
            help="Also the same for each segment of this property; repeat it to split by several at once.",
            show_default=False,
        ),
    ] = None,
    age: Annotated[
        str | None,
        typer.Option(
            metavar="DURATION",
            help="Look at everybody for so long after the entry and no longer, such as 7d: cohorts at the same age.",
            show_default=False,
        ),
    ] = None,
    format: options.TrendFormat = None,
    output: options.OutputOption = None,
    memory: options.MemoryOption = None,
    quiet: options.Quiet = False,
    color: options.Color = "auto",
    details: options.DetailsOption = False,
    debug: options.Debug = False,
) -> None:
    """Show one funnel per hour, day, week or month; periods whose window is still open are marked."""
    (loaded,) = checked([funnel])
    out = Output("trend", format, output, quiet=quiet, color=color, details=details)
    from growthctl.questions.trend import trend
    from growthctl.report.trend import TrendReport

    with out.progress():
        periods = trend(
            loaded, data or None, every, since=since, until=until, as_of=as_of, by=by, age=age, memory=memory
        )
    out.write(TrendReport(trends=[periods]), [(periods.funnel.name, periods.warnings)])
