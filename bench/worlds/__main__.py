"""How often growthctl is right where rates are restless.

Run `python -m bench.worlds [RUNS [SEED]] [--only NAME …] [--jobs N]`; the tables are those of docs/diagnosis.md. Logs
are drawn from worlds whose truth is known, and answered through `analyze` and `compare` as anybody would.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from itertools import starmap
from multiprocessing.pool import Pool

from bench.worlds import catalogue, table
from bench.worlds.scores import score_run
from bench.worlds.table import Kind, Row
from bench.worlds.world import World

RUNS, SEED = 300, 1
KINDS = (
    Kind(
        "Nothing wrong",
        "Targets are the true rates, or there are none. Where weeks wobble by 10 %, 8 % may have a false finding.",
        tuple(catalogue.nothing_wrong()),
        table.NOTHING_WRONG,
    ),
    Kind(
        "One stage a fifth below its target",
        "4 k entrants and sparse funnels have no bound for what is named. Gain: the true one lies inside its interval.",
        tuple(catalogue.one_weak()),
        table.ONE_WEAK,
    ),
    Kind(
        "One stage 30 % lower for the last three weeks",
        "Day sd 10 % unless the world says otherwise; 4 k entrants and day sd 25 % have no bound for what is found.",
        tuple(catalogue.one_fell()),
        table.ONE_FELL,
    ),
    Kind(
        "One stage sinks from 20 to 8 % over twelve weeks",
        "There are no targets. Found: as `drift`, or as broken now.",
        tuple(catalogue.one_sank()),
        table.ONE_SANK,
    ),
)


def main(arguments: list[str]) -> None:
    """Print the tables, row by row."""
    parser = argparse.ArgumentParser(prog="python -m bench.worlds", description="Score answers in restless worlds.")
    parser.add_argument("runs", nargs="?", type=int, default=RUNS, help="logs a world (default: %(default)s)")
    parser.add_argument("seed", nargs="?", type=int, default=SEED, help="default: %(default)s")
    parser.add_argument("--only", nargs="+", metavar="NAME", default=[], help="worlds whose name contains one of these")
    parser.add_argument("--jobs", type=int, default=1, help="processes (default: %(default)s)")
    options = parser.parse_args(arguments)
    say = sys.stdout.write
    say(f"{options.runs} logs a world, seed {options.seed}, {datetime.now(UTC).date()}\n")
    with processes(options.jobs) as pool:
        for kind in KINDS:
            worlds = [world for world in kind.worlds if chosen(world, options.only)]
            if worlds:
                say(f"\n{table.headings(kind)}\n")
            for world in worlds:
                tasks = [(world, options.seed, run) for run in range(options.runs)]
                logs = pool.starmap(score_run, tasks, chunksize=4) if pool else list(starmap(score_run, tasks))
                say(f"{table.line(kind, Row(world, logs))}\n")
                sys.stdout.flush()


def processes(jobs: int) -> AbstractContextManager[Pool | None]:
    """None is this process. Not forked: a fork of a process with polars' threads may hang."""
    if jobs < 2:
        return nullcontext()
    os.environ["POLARS_MAX_THREADS"] = "1"  # of those that are started now
    return multiprocessing.get_context("spawn").Pool(jobs)


def chosen(world: World, only: list[str]) -> bool:
    """Does its name contain one of these?"""
    return not only or any(name in world.name for name in only)


if __name__ == "__main__":
    main(sys.argv[1:])
