"""`growthctl who`: the entities behind a number of the table."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from growthctl.cli import options, streams
from growthctl.cli.funnel_files import checked


def command(
    funnel: options.Funnel,
    stage: Annotated[str, typer.Option(help="The stage of the number.", show_default=False)],
    reached: Annotated[
        bool,
        typer.Option("--reached/--dropped", help="Who reached the stage, or who reached the one before and not this."),
    ] = True,
    data: options.Data = None,
    since: options.Since = None,
    until: options.Until = None,
    as_of: options.AsOf = None,
    format: Annotated[
        Literal["csv", "ndjson", "parquet"] | None,
        typer.Option(
            "-f", "--format", help="Default: csv, or what the output file's name ends in.", show_default=False
        ),
    ] = None,
    output: options.Output = None,
    memory: options.Memory = None,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """List who reached a stage or dropped before it, with the time of each stage: as many as analyze counts."""
    (asked,) = checked([funnel])
    wanted = options.chosen(format, output, "csv", "ndjson", "parquet")
    from growthctl.questions.entities import listed
    from growthctl.render.rows import render_rows

    with streams.progress(quiet=quiet):
        found = listed(asked, data or None, stage, reached, since=since, until=until, as_of=as_of, memory=memory)
    streams.write_result(render_rows(found.frame, wanted), output, for_people=False)
    if not quiet:
        streams.warn_all([(found.funnel, found.warnings)])
