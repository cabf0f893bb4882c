"""`growthctl init`: a funnel file for a log."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from growthctl.cli import options, streams
from growthctl.errors import Problem, UsageError


def command(
    data: options.Logs,
    output: options.OutputOption = None,
    stages: Annotated[
        str | None,
        typer.Option(metavar="EVENT,…", help="The events that are stages, in their order; else the log suggests them."),
    ] = None,
    quiet: options.Quiet = False,
    debug: options.Debug = False,
) -> None:
    """Write a funnel file that reads a log, with the stages, the window and the segments that it suggests.

    Files with the same columns are one log, others become sources of one funnel.
    """
    if output is not None and output.exists():
        raise UsageError(Problem("file_exists", f"{output} is there already", "name another file with -o"))
    from growthctl.questions.draft import draft
    from growthctl.render.funnel_file import funnel_text
    from growthctl.words.numbers import many

    with streams.progress(quiet=quiet, as_json=False):
        drafted = draft(data, [name.strip() for name in stages.split(",") if name.strip()] if stages else ())
    folder = Path() if output is None else output.parent
    text = funnel_text(drafted, _name(data, output), lambda path: _moved(path, folder))
    streams.write_result(text, output, for_people=False)
    if output is not None and not quiet:
        count = len(drafted.stages)
        alone = "; name those before it, or after it, with --stages" if count == 1 else ""
        streams.remark(f"{output}: {many(count, 'stage')}{alone}. Next: growthctl analyze {output}")


def _name(data: Sequence[str], output: Path | None) -> str:
    """Of the funnel: that of its file, else that of the log."""
    return (output or Path(data[0])).name.split(".")[0].strip("*-_ ") or "funnel"


def _moved(name: str, folder: Path) -> str:
    """A path as it is to be written into a file of that folder."""
    if name == "-" or "://" in name or Path(name).is_absolute():
        return name
    return Path(os.path.relpath(name, folder)).as_posix()
