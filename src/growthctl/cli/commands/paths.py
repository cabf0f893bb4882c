"""`growthctl paths`: what people did after a stage, or before it."""

from __future__ import annotations

from typing import Annotated

import typer

from growthctl.cli import options
from growthctl.cli.funnel_files import checked
from growthctl.cli.output import Output


def command(
    funnel: options.FunnelArgument,
    after: Annotated[
        str | None, typer.Option(metavar="STAGE", help="What came after this stage.", show_default=False)
    ] = None,
    before: Annotated[
        str | None, typer.Option(metavar="STAGE", help="What came before this stage.", show_default=False)
    ] = None,
    reached: Annotated[
        bool | None,
        typer.Option(
            "--reached/--dropped",
            help="Only of those who reached the next stage, or of those who did not and whose time is over.",
            show_default=False,
        ),
    ] = None,
    steps: Annotated[int, typer.Option(metavar="NUMBER", help="How long a path is at most: 1 to 10.")] = 3,
    data: options.DataOption = None,
    since: options.Since = None,
    until: options.Until = None,
    as_of: options.AsOf = None,
    format: options.PathsFormat = None,
    output: options.OutputOption = None,
    memory: options.MemoryOption = None,
    quiet: options.Quiet = False,
    color: options.Color = "auto",
    debug: options.Debug = False,
) -> None:
    """Show what people did after a stage, or before it: the next event, and the most frequent paths."""
    (loaded,) = checked([funnel])
    out = Output("paths", format, output, quiet=quiet, color=color)
    from growthctl.questions.paths import paths
    from growthctl.report.paths import PathsReport

    with out.progress():
        answer = paths(
            loaded,
            data or None,
            after=after,
            before=before,
            reached=reached,
            steps=steps,
            since=since,
            until=until,
            as_of=as_of,
            memory=memory,
        )
    out.write(PathsReport(paths=[answer]), [(answer.funnel.name, answer.warnings)])
