"""`growthctl compare`: what changed, where, what it comes from, how sure."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from growthctl.cli import options
from growthctl.cli.funnel_files import checked
from growthctl.cli.output import Output


def command(
    funnel: options.FunnelArgument,
    data: options.DataOption = None,
    since: options.Since = None,
    until: options.Until = None,
    against: Annotated[
        str,
        typer.Option(
            metavar="WHAT",
            help="What the range is held against: previous (as long, just before), a range such as "
            "2026-01-01..2026-02-01, or the JSON file of an earlier analyze.",
        ),
    ] = "previous",
    split: Annotated[
        str | None,
        typer.Option(
            metavar="PROP=A,B",
            help="Compare two segments of one range instead; PROP=A is A against all others.",
            show_default=False,
        ),
    ] = None,
    every: Annotated[
        Literal["day", "week", "month"],
        typer.Option(help="Without --since: the last whole one whose windows have passed, against the one before."),
    ] = "week",
    as_of: options.AsOf = None,
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by",
            metavar="PROP",
            help="Look for the cause along this property instead of the funnel's segments. Repeatable.",
            show_default=False,
        ),
    ] = None,
    attribution: options.Attribution = None,
    drivers: Annotated[
        str | None,
        typer.Option(
            metavar="STAGE",
            help="Also: which events, soon after the stage before, go with reaching this one?",
            show_default=False,
        ),
    ] = None,
    first: Annotated[
        str | None,
        typer.Option(
            metavar="DURATION",
            help="With --drivers: how soon, such as 2h (default: half of those who reach the stage take longer).",
            show_default=False,
        ),
    ] = None,
    format: options.ComparisonFormat = None,
    output: options.OutputOption = None,
    memory: options.MemoryOption = None,
    quiet: options.Quiet = False,
    color: options.Color = "auto",
    details: options.DetailsOption = False,
    debug: options.Debug = False,
) -> None:
    """Show what changed between two periods or segments: where, what it comes from, how sure that is."""
    (loaded,) = checked([funnel])
    out = Output("comparison", format, output, quiet=quiet, color=color, details=details)
    from growthctl.questions.compare import compare
    from growthctl.report.comparison import ComparisonReport

    with out.progress():
        comparison = compare(
            loaded,
            data or None,
            since=since,
            until=until,
            against=against,
            split=split,
            every=every,
            as_of=as_of,
            by=by,
            attribution=attribution,
            drivers=drivers,
            first=first,
            memory=memory,
        )
    report = ComparisonReport(comparisons=[comparison])
    out.write(report, [(comparison.funnel.name, comparison.warnings)])
