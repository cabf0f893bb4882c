"""`growthctl extract`: the statement that unloads from a warehouse what a funnel needs."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from growthctl.cli import options, streams
from growthctl.cli.funnel_files import checked


def command(
    funnel: options.FunnelArgument,
    dialect: Annotated[
        Literal["bigquery", "snowflake", "databricks", "redshift", "clickhouse", "trino", "postgres", "duckdb"],
        typer.Option(help="Whose SQL.", show_default=False),
    ],
    table: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="The table, with dots between its parts (default: as the source's file is called)."
        ),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(
            metavar="TARGET", help="Where to: a file, folder or URL, as the dialect has it.", show_default=False
        ),
    ] = None,
    source: Annotated[
        str | None, typer.Option(metavar="NAME", help="Which of several sources is in the table.", show_default=False)
    ] = None,
    times: Annotated[
        Literal["timestamp", "text", "seconds", "milliseconds", "microseconds"] | None,
        typer.Option(
            help="What the column of times holds: timestamps or dates, text, or numbers since 1970 "
            "(default: as the funnel file suggests, mostly timestamp).",
            show_default=False,
        ),
    ] = None,
    every_event: Annotated[
        bool,
        typer.Option(
            "--every-event", help="Also events that the funnel does not name: for paths, explain, compare --drivers."
        ),
    ] = False,
    since: options.Since = None,
    until: options.Until = None,
    as_of: options.AsOf = None,
    by: options.By = None,
    output: options.OutputOption = None,
    debug: options.Debug = False,
) -> None:
    """Print the SQL that unloads from a warehouse the rows and columns that a funnel needs."""
    (loaded,) = checked([funnel])
    from growthctl.questions.extract import extract

    sql = extract(
        loaded,
        dialect,
        name=str(funnel),
        table=table,
        to=to,
        source=source,
        since=since,
        until=until,
        as_of=as_of,
        by=by,
        every_event=every_event,
        times=times,
    )
    streams.write_result(sql, output, for_people=False)
