"""What whole processes cost, taken in turn, and how the costs of two programs compare.

This process stays small: Linux counts what a process held before it became another program into that program's peak.
"""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile
from time import perf_counter

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Cost:
    """Of one run, with its children: seconds of all processors, seconds on the clock, peak memory in MB."""

    cpu: float
    wall: float
    peak: float


def run(command: Sequence[str]) -> tuple[Cost, str]:
    """Run a command in the repository's root; its cost, and what it wrote to stdout. Raises SystemExit if it fails."""
    # As in a user's shell: no settings, and compiled modules kept.
    kept = [name for name in os.environ if not name.startswith("GROWTHCTL_") and name != "PYTHONDONTWRITEBYTECODE"]
    environment = {name: os.environ[name] for name in kept}
    with TemporaryFile() as out, TemporaryFile() as complaint:
        begin = perf_counter()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=complaint, cwd=ROOT, env=environment
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        complaint.seek(0)
        if process.returncode:
            raise SystemExit(f"{shlex.join(command)}\nended with {process.returncode}: {complaint.read().decode()}")
        return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss * 1024 / 1e6), out.read().decode()


def take_turns(
    timed: Mapping[str, Sequence[str]],
    once: Mapping[str, Sequence[str]],
    runs: int,
    check: Callable[[Mapping[str, str]], None],
) -> dict[str, list[Cost]]:
    """The costs of `runs` rounds, in each of which every program of `timed` runs once.

    A round to warm up comes first, with the programs of `once` in it. `check` sees what the programs of a round wrote,
    before any of it is counted.
    """
    costs: dict[str, list[Cost]] = {name: [] for name in timed}
    for turn in range(runs + 1):
        found = {name: run(command) for name, command in {**timed, **({} if turn else once)}.items()}
        check({name: text for name, (_, text) in found.items()})
        if turn:
            for name in timed:
                costs[name].append(found[name][0])
    return costs


def middle(costs: Sequence[Cost], measure: str) -> float:
    """The median of one measure (`cpu`, `wall`, `peak`) over the rounds."""
    return float(median(getattr(cost, measure) for cost in costs))


def ratio(ours: Sequence[Cost], theirs: Sequence[Cost], measure: str) -> float:
    """How many times theirs ours is: the median of the ratios of each round, so that a busy moment hits both."""
    return float(median(getattr(a, measure) / getattr(b, measure) for a, b in zip(ours, theirs, strict=True)))
