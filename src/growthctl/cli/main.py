"""The program: one typer app, and the only place where exceptions become exit codes."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from threading import Event
from types import FrameType
from typing import Annotated

import typer

import growthctl
from growthctl.cli import streams
from growthctl.cli.commands import (
    analyze,
    compare,
    demo,
    explain,
    extract,
    init,
    inspect,
    paths,
    presets,
    schema,
    trend,
    validate,
    who,
)
from growthctl.errors import Exit, GrowthctlError, Problem, UsageError

_interrupted = Event()
app = typer.Typer(
    name="growthctl",
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
)
app.command("analyze", short_help="The funnel, its widest bottleneck, what to try")(analyze.command)
app.command("compare", short_help="What changed: where, what it comes from, how sure")(compare.command)
app.command("trend", short_help="One funnel per hour, day, week or month")(trend.command)
app.command("paths", short_help="What people did after a stage, or before it")(paths.command)
app.command("who", short_help="The entities behind a number of the table")(who.command)
app.command("explain", short_help="One entity's events, and what each is to its journey")(explain.command)
app.command("inspect", short_help="What is in a log, before there is a funnel file")(inspect.command)
app.command("init", short_help="A funnel file for a log")(init.command)
app.command("extract", short_help="SQL that unloads what a funnel needs from a warehouse")(extract.command)
app.command("presets", short_help="Whose exports are read by name")(presets.command)
app.command("validate", short_help="All problems of funnel files")(validate.command)
app.command("demo", short_help="A sample project, written and analyzed")(demo.command)
app.command("schema", short_help="The JSON Schema of a funnel file or a result")(schema.command)


def _print_version(version: bool) -> None:
    if version:
        streams.write_result(f"growthctl {growthctl.__version__}\n", None, for_people=True)
        raise typer.Exit


@app.callback()
def _growthctl(
    version: Annotated[
        bool,
        typer.Option("-V", "--version", help="Show the version and exit.", is_eager=True, callback=_print_version),
    ] = False,
) -> None:
    """Diagnose conversion funnels: the widest bottleneck, whose it is, what it is worth, how sure, what to try."""


def main(arguments: Sequence[str]) -> int:
    """Run the command line `arguments` (without the program's name); the exit code."""
    with _failures_shown() if "--debug" in arguments else nullcontext():
        return _exit_code(arguments)


def _exit_code(arguments: Sequence[str]) -> int:
    try:
        _check_text(arguments)
        return app(arguments or ["--help"], prog_name="growthctl", standalone_mode=False) or Exit.OK
    except SystemExit as leaving:
        # typer's way to go when nobody reads the help any more.
        if isinstance(leaving.__context__, BrokenPipeError):
            return Exit.PIPE_CLOSED
        raise
    except BaseException as error:  # a panic inside polars is no Exception
        if isinstance(error, KeyboardInterrupt | typer.Abort) or _interrupted.is_set():
            return Exit.INTERRUPTED
        if "--debug" in arguments and not isinstance(error, typer.TyperException):
            traceback.print_exc()
        problems, code = _failure(error)
        streams.complain(problems, as_json=_wants_json(arguments))
        return code


def _check_text(arguments: Sequence[str]) -> None:
    """Raises UsageError for an argument in another encoding, which neither a log nor a funnel can hold."""
    for argument in arguments:
        if not argument.isprintable() and any("\ud800" <= character <= "\udfff" for character in argument):
            raise UsageError(Problem("not_utf8", f"the argument '{argument}' is not UTF-8", "write it in UTF-8"))


@contextmanager
def _failures_shown() -> Iterator[None]:
    """The tracebacks of what is left out because it failed: see `errors.guarded`."""
    import logging

    logger, handler = logging.getLogger("growthctl"), logging.StreamHandler()
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(logging.NOTSET)


def _failure(error: BaseException) -> tuple[Sequence[Problem], Exit]:
    if isinstance(error, GrowthctlError):
        return error.problems, error.exit
    if isinstance(error, typer.TyperException):
        return [_usage(error)], Exit.USAGE
    return [_bug(error)], Exit.BUG


def run() -> int:
    """Run the command line that the program was started with; the exit code."""
    streams.open_closed()
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)
    return main(sys.argv[1:])


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    # Whoever is interrupted may make another error of it.
    _interrupted.set()
    raise KeyboardInterrupt


def _usage(error: typer.TyperException) -> Problem:
    message = " ".join(error.format_message().split()).replace("Value error, ", "")
    return Problem("usage", message, "growthctl --help shows what there is")


def _bug(error: BaseException) -> Problem:
    return Problem(
        "bug",
        f"this is a bug in growthctl: {type(error).__name__}: {' '.join(str(error).split())}",
        "please report it with what --debug prints",
    )


def _wants_json(arguments: Sequence[str]) -> bool:
    # Read from the raw arguments, because a command line that does not parse must still fail in the asked format.
    chosen = os.environ.get("GROWTHCTL_FORMAT", "")
    for option, value in zip(arguments, [*arguments[1:], ""], strict=False):
        if option in ("-f", "--format"):
            chosen = value
        elif option.startswith("--format="):
            chosen = option.removeprefix("--format=")
        elif option.startswith("-f") and not option.startswith("--"):
            chosen = option[2:]
    return chosen in ("json", "ndjson")
