"""What leaves the program: the result on stdout or in a file, everything else on stderr, each in one place."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from growthctl.errors import Exit, GrowthctlError, Problem, UsageError, guarded
from growthctl.render.formats import Look

if TYPE_CHECKING:
    from growthctl.report.funnel import Warning

# What a stream that cannot carry Unicode (an old terminal, LANG=C in cron) shows instead.
_PLAIN = str.maketrans(
    {
        "█": "#", "▏": ".", "▎": ".", "▍": ".", "▌": "#", "▋": "#", "▊": "#", "▉": "#", "▶": ">",
        "▲": "^", "▼": "v", "▁": "_", "▂": ".", "▃": ":", "▄": "=", "▅": "+", "▆": "*", "▇": "%",
        "─": "-", "━": "-", "│": "|", "–": "-", "—": "-", "·": "-", "…": "...", "→": "->", "◀": "<", "•": "*", "○": "o",
        "×": "x", "≥": ">=", "≤": "<=", "’": "'", "“": '"', "”": '"', "\u00a0": " ", "�": "?",
    }
)  # fmt: skip


def open_closed() -> None:
    """A process may be started without stdout or stderr (`>&-`): then what goes there goes nowhere."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_WRONLY), "w"))


class PipeClosedError(GrowthctlError):
    """Whoever read our output stopped reading: nothing is wrong, and nothing more can be said."""

    exit = Exit.PIPE_CLOSED


def write_result(result: str | bytes, output: Path | None, *, for_people: bool) -> None:
    """Write the result to stdout, or to a file that appears whole or not at all; bytes only to a file.

    What is `for_people` is put in characters that stdout can show; programs get UTF-8.
    Raises UsageError when the file cannot be written, PipeClosedError when nobody reads stdout any more.
    """
    content = result.encode() if isinstance(result, str) else result
    if output is not None and str(output) != "-":
        _replace(output, content)
    elif isinstance(result, str):
        _write_stdout(result, for_people=for_people)
    else:
        raise UsageError(Problem("binary_output", "this format is binary: it needs a file", "name one with -o PATH"))


def warn_all(named: Iterable[tuple[str, Sequence[Warning]]], *, as_json: bool) -> None:
    """One line on stderr for each warning of each funnel, as JSON where the result is."""
    for name, warnings in named:
        for warning in warnings:
            _warn(Problem(warning.code, f"{name}: {warning.message}", warning.hint), as_json=as_json)


def remark(text: str) -> None:
    """A line on stderr about what was done."""
    _say(text)


def complain(problems: Sequence[Problem], *, as_json: bool) -> None:
    """One line on stderr for each problem, as JSON where the result would have been."""
    for problem in problems:
        _say(_json("error", problem) if as_json else _line("error", problem))


@contextmanager
def progress(*, quiet: bool, as_json: bool) -> Iterator[None]:
    """A bar on stderr for what is done meanwhile, where that is a terminal; it is gone afterwards.

    One that fails is left out, with a warning, and takes no answer with it.
    """
    if quiet or not _is_terminal(sys.stderr):
        yield
        return
    from growthctl.events.reading.progress import listening
    from growthctl.render.progress_bar import Bar

    bar = Bar(sys.stderr)
    with listening(bar) as failed:
        try:
            yield
        finally:
            guarded("progress_bar", bar.close, None, failed)
    if failed:
        from growthctl.words.warnings import hint, message

        _warn(Problem(failed[0].code, message(failed[0]), hint(failed[0])), as_json=as_json)


def look(color: str, output: Path | None) -> Look:
    """The look of what goes to `output` (None: stdout): a person's terminal has a width, and maybe colour."""
    is_terminal = sys.stdout.isatty() and (output is None or str(output) == "-")
    colored = is_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Look(
        is_terminal=is_terminal,
        width=shutil.get_terminal_size().columns if is_terminal else None,
        color=color == "always" or (color == "auto" and colored),
    )


def _is_terminal(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except (OSError, ValueError):
        # It is closed, or its terminal is gone.
        return False


def _warn(problem: Problem, *, as_json: bool) -> None:
    _say(_json("warning", problem) if as_json else _line("warning", problem))


def _json(severity: str, problem: Problem) -> str:
    return json.dumps({"severity": severity, **problem._asdict()}, ensure_ascii=False)


def _line(severity: str, problem: Problem) -> str:
    place = ":".join(str(part) for part in (problem.file, problem.line, problem.column) if part is not None)
    hint = f" ({problem.hint})" if problem.hint else ""
    return f"{place + ': ' if place else ''}{severity}: {problem.message}{hint}"


def _say(line: str) -> None:
    # Names from files may hold control characters; a line on a terminal must stay a line.
    shown = "".join(char if char.isprintable() else "�" for char in line)
    # Where nobody can be told, nothing is said.
    with suppress(OSError, ValueError):
        print(_encodable(shown, sys.stderr), file=sys.stderr, flush=True)  # noqa: T201


def _encodable(text: str, stream: TextIO) -> str:
    encoding = stream.encoding or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_PLAIN).encode(encoding, "replace").decode(encoding)
    return text


def _write_stdout(text: str, *, for_people: bool) -> None:
    if not for_people and isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    try:
        sys.stdout.write(_encodable(text, sys.stdout))
        sys.stdout.flush()
    except BrokenPipeError:
        _silence_stdout()
        raise PipeClosedError from None
    except OSError as error:
        _silence_stdout()
        raise _cannot_write("the output", error) from None


def _replace(output: Path, content: bytes) -> None:
    # Only a file that is written needs it, and it takes a while to load.
    from tempfile import TemporaryDirectory

    try:
        target = output.resolve()
        if target.exists() and not target.is_file():
            # Such as /dev/null, which nothing may replace.
            target.write_bytes(content)
            return
        with TemporaryDirectory(dir=target.parent, prefix=".growthctl-") as folder:
            partial = Path(folder, target.name)
            partial.write_bytes(content)
            partial.replace(target)
    except (OSError, RuntimeError) as error:
        # A RuntimeError is a loop of symbolic links.
        raise _cannot_write(str(output), error) from None


def _cannot_write(what: str, error: Exception) -> UsageError:
    reason = getattr(error, "strerror", None) or error
    return UsageError(Problem("cannot_write", f"cannot write {what}: {reason}", "name another file with -o"))


def _silence_stdout() -> None:
    # Python flushes stdout once more at exit: let that go nowhere.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
