"""Where the time of an analysis goes: runs growthctl, and writes as JSON what each phase took.

The arguments are those of growthctl; its own answer must go to a file.
"""

from __future__ import annotations

import atexit
import json
import os
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

PHASES = {
    "start": "Python, the libraries and the funnel file",
    "reading": "the columns of the events that matter, with names as numbers",
    "journeys": "the events by user and time, and how far each user got",
    "answer": "counts, times, health of the log, the bottleneck, the JSON",
}
"""What is done in each."""


class Spent(NamedTuple):
    """Seconds of all processors, and on the clock."""

    cpu: float
    wall: float


def main() -> None:
    """Run the command line. Each phase lasts from the end of the one before to its own."""
    from growthctl.cli.start import prepare, run

    prepare()
    from growthctl.engines import local
    from growthctl.questions import ask

    ends: list[tuple[float, float]] = [(0, 0)]

    def end() -> None:
        ends.append((time.process_time(), _age()))

    def write() -> None:
        end()
        spent = [(after[0] - before[0], after[1] - before[1]) for before, after in pairwise(ends)]
        json.dump(dict(zip(PHASES, spent, strict=True)), sys.stdout)

    for module, name, before in ((ask, "collect", end), (local, "run", lambda: None)):
        setattr(module, name, _around(getattr(module, name), before, end))
    atexit.register(write)
    run()


def _age() -> float:
    """Seconds since the process started, as Linux says."""
    started = Path("/proc/self/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[19]
    return time.clock_gettime(time.CLOCK_BOOTTIME) - int(started) / os.sysconf("SC_CLK_TCK")


def _around(work: Callable[..., Any], before: Callable[[], None], after: Callable[[], None]) -> Callable[..., Any]:
    def timed(*arguments: Any, **named: Any) -> Any:
        before()
        found = work(*arguments, **named)
        after()
        return found

    return timed


if __name__ == "__main__":
    main()
