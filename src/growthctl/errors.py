"""What can go wrong, as one family: every error a user may meet has a stable code and an exit code."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple


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
    """One thing that is wrong, where it is, and how to mend it.

    `line` and `column` count from 1; None where the problem has no place in a file.
    """

    code: str
    message: str
    hint: str | None = None
    file: str | None = None
    line: int | None = None
    column: int | None = None


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
