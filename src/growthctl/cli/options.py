"""The options that several commands share, each declared once."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from growthctl.render.formats import ENDINGS, RENDERERS


def _or_variable(name: str) -> Callable[[list[str] | None], list[str] | None]:
    """One value from the environment, whole: typer would split it at blanks."""

    def value(given: list[str] | None) -> list[str] | None:
        variable = os.environ.get(name)
        return given or ([variable] if variable else None)

    return value


def _format(kind: str, envvar: str | None = "GROWTHCTL_FORMAT") -> Any:
    """The option -f of a command whose answers are of this kind."""
    usual, *others = RENDERERS[kind]
    endings = {format: ending for ending, format in reversed(ENDINGS.items())}
    if usual in endings:
        text = f"Default: {usual}, or what the output file's name ends in."
    else:
        names = " or ".join(f"*{endings[format]}" for format in others)
        text = f"Default: {usual}; {' or '.join(others)} when the output file is called {names}."
    option = typer.Option("-f", "--format", help=text, envvar=envvar, show_default=False)
    return Annotated[Literal[usual, *others] | None, option]


FunnelArgument = Annotated[Path, typer.Argument(metavar="FUNNEL", help="The funnel file.", show_default=False)]
Funnels = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="FUNNEL",
        help="Funnel files; without any, every funnel in ./funnels, else ./growthctl.yaml.",
        show_default=False,
    ),
]
Logs = Annotated[
    list[str],
    typer.Argument(metavar="DATA", help="An event log: file, glob, folder, or - for stdin.", show_default=False),
]
DataOption = Annotated[
    list[str] | None,
    typer.Option(
        "--data",
        metavar="PATH",
        help="The event log instead of the funnel's source.path: file, glob, folder, or - for stdin. Repeatable. "
        "[env var: GROWTHCTL_DATA]",
        callback=_or_variable("GROWTHCTL_DATA"),
        show_default=False,
    ),
]
Since = Annotated[
    str | None,
    typer.Option(help="Only entries at or after this time: a date (its midnight in the funnel's timezone), 2026-03, "
                 "2026-W10, or back from the end of the log: 7d, 4w, 36h, yesterday.",
                 metavar="TIME", envvar="GROWTHCTL_SINCE", show_default=False),
]  # fmt: skip
Until = Annotated[
    str | None,
    typer.Option(help="Only entries before this time.", metavar="TIME", envvar="GROWTHCTL_UNTIL", show_default=False),
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="TIME",
        help="The time up to which the log is complete (default: its last event); later events are ignored.",
        envvar="GROWTHCTL_AS_OF",
        show_default=False,
    ),
]
By = Annotated[
    list[str] | None,
    typer.Option(
        "--by",
        metavar="PROP",
        help="Split by this property instead of the funnel's segments; repeat it to split by several at once. "
        "[env var: GROWTHCTL_BY]",
        callback=_or_variable("GROWTHCTL_BY"),
        show_default=False,
    ),
]
Attribution = Annotated[
    str | None,
    typer.Option(
        metavar="RULE",
        help="Which event gives a segment its value: entry, first, last or stage:NAME (default: as the funnel says).",
        envvar="GROWTHCTL_ATTRIBUTION",
        show_default=False,
    ),
]
PlaybookOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="What to try, in the shape of the packaged playbook; a kind that it has replaces the packaged one.",
        envvar="GROWTHCTL_PLAYBOOK",
        show_default=False,
    ),
]
if TYPE_CHECKING:
    AnalysisFormat = str | None
    ComparisonFormat = str | None
    TrendFormat = str | None
    PathsFormat = str | None
    InspectionFormat = str | None
    ExplanationFormat = str | None
    EntitiesFormat = str | None
else:
    AnalysisFormat = _format("analysis")
    ComparisonFormat = _format("comparison")
    TrendFormat = _format("trend")
    PathsFormat = _format("paths")
    InspectionFormat = _format("inspection")
    ExplanationFormat = _format("explanation")
    EntitiesFormat = _format("entities", envvar=None)
OutputOption = Annotated[
    Path | None,
    typer.Option(
        "-o",
        "--output",
        metavar="PATH",
        help="Write there instead of to stdout; the file appears whole or not at all.",
        envvar="GROWTHCTL_OUTPUT",
        show_default=False,
    ),
]
MemoryOption = Annotated[
    str | None,
    typer.Option(
        metavar="SIZE",
        help="About how much memory to use, such as 4GB (default: half of the machine's); larger logs are worked on in "
        "parts, through temporary files.",
        envvar="GROWTHCTL_MEMORY",
        show_default=False,
    ),
]
DetailsOption = Annotated[
    bool,
    typer.Option(
        "--details",
        help="Also what the answer rests on: every rate and range, segments, tests, all findings and advice.",
        envvar="GROWTHCTL_DETAILS",
    ),
]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="No warnings on stderr.", envvar="GROWTHCTL_QUIET")]
Color = Annotated[
    Literal["auto", "always", "never"],
    typer.Option(help="Colour; auto is only on a terminal and without NO_COLOR.", envvar="GROWTHCTL_COLOR"),
]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]
