"""`growthctl demo`: a first answer without a log of one's own."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from growthctl.cli import options, streams
from growthctl.cli.commands import analyze
from growthctl.cli.sample_project import FUNNEL, write_sample


def command(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where to write it: a folder that is empty or new.")
    ] = Path("growthctl-demo"),
    quiet: options.Quiet = False,
    color: options.Color = "auto",
    details: options.DetailsOption = False,
    debug: options.Debug = False,
) -> None:
    """Write a sample project, a funnel file and an invented log with planted faults, and analyze it."""
    analyze.command([write_sample(folder)], quiet=quiet, color=color, details=details)
    place = shlex.quote(str(folder))
    streams.write_result(f"\nYours to try: cd {place}, edit {FUNNEL}, growthctl analyze\n", None, for_people=True)
