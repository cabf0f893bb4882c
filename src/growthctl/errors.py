"""What can go wrong: errors, each with a stable code and an exit code; and warnings before they have words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import IntEnum
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar


class Exit(IntEnum):
    """The exit codes; an error outranks a breach."""

    OK = 0
    BREACH = 1
    USAGE = 2
    DATA = 3
    ENGINE = 4
    BUG = 70
    INTERRUPTED = 130
    PIPE_CLOSED = 141


class Problem(NamedTuple):
    """One thing that is wrong, where it is, and how to mend it."""

    code: str
    message: str
    hint: str | None = None
    file: str | None = None
    line: int | None = None
    """From 1; None where the problem has no place in a file."""
    column: int | None = None
    """From 1."""


class Notice(NamedTuple):
    """Something that a careful reader must know, before it has words: `words.warnings` makes a sentence of it."""

    code: str
    """Stable; what warnings are told apart by."""
    stage: str | None = None
    """The stage that it is about, if it is about one."""
    numbers: Mapping[str, Any] = MappingProxyType({})
    """The counts, rates and names that the sentence tells."""


T = TypeVar("T")


def guarded(name: str, look: Callable[[], T], otherwise: T, failed: list[Notice]) -> T:
    """What a `look` gives that an answer can do without; where it fails, `otherwise`, and a notice of its name.

    With --debug its traceback is shown; see `cli.main`.
    """
    try:
        return look()
    except Exception as error:
        # Loaded only by who needs it: see the times of starting in docs/benchmarks.md.
        import logging

        logging.getLogger(__name__).debug("%s failed", name, exc_info=True)
        failed.append(Notice("look_failed", numbers={"look": name, "error": type(error).__name__}))
        return otherwise


class GrowthctlError(Exception):
    """The family: one or more problems and the exit code they lead to."""

    exit = Exit.BUG

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems: Sequence[Problem] = problems


class UsageError(GrowthctlError):
    """The command line asks for something that does not exist or does not fit together."""

    exit = Exit.USAGE


class SpecError(GrowthctlError):
    """A funnel file has problems; all of them at once."""

    exit = Exit.USAGE


class DataError(GrowthctlError):
    """The event log is missing, unreadable, empty, or lacks what the funnel needs."""

    exit = Exit.DATA


class MissingExtraError(GrowthctlError):
    """What is asked for needs libraries that only an extra of the distribution installs."""

    exit = Exit.ENGINE

    def __init__(self, extra: str, purpose: str) -> None:
        hint = f"pip install 'growthctl-funnel[{extra}]'"
        super().__init__(Problem("missing_extra", f"{purpose} needs the extra '{extra}', which is not installed", hint))
