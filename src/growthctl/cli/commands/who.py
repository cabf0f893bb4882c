"""`growthctl who`: the entities behind a number of the table."""

from __future__ import annotations

from typing import Annotated

import typer

from growthctl.cli import options
from growthctl.cli.funnel_files import checked
from growthctl.cli.output import Output


def command(
    funnel: options.FunnelArgument,
    stage: Annotated[str, typer.Option(help="The stage of the number.", show_default=False)],
    reached: Annotated[
        bool,
        typer.Option("--reached/--dropped", help="Who reached the stage, or who reached the one before and not this."),
    ] = True,
    entered_here: Annotated[
        bool | None,
        typer.Option(
            "--entered-here/--came-through",
            help="Of an open funnel: who entered at the stage, or who came to it from the one before.",
            show_default=False,
        ),
    ] = None,
    data: options.DataOption = None,
    since: options.Since = None,
    until: options.Until = None,
    as_of: options.AsOf = None,
    local_times: Annotated[
        bool,
        typer.Option("--local-times", help="Times on the clocks of the funnel's timezone instead of UTC."),
    ] = False,
    format: options.EntitiesFormat = None,
    output: options.OutputOption = None,
    memory: options.MemoryOption = None,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """List who reached a stage or dropped before it, with the time of each stage: as many as analyze counts."""
    (loaded,) = checked([funnel])
    out = Output("entities", format, output, quiet=quiet)
    from growthctl.questions.entities import listed

    with out.progress():
        entities = listed(
            loaded,
            data or None,
            stage,
            reached,
            entered_here,
            since=since,
            until=until,
            as_of=as_of,
            local_times=local_times,
            memory=memory,
        )
    out.write(entities.frame, [(entities.funnel, entities.warnings)])
