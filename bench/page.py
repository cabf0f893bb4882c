"""The results as a page: the table, which targets hold, what was run, and where."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

from bench.measure import ROOT, Cost, middle, ratio
from bench.phases import PHASES, Spent
from bench.workloads import GROWTHCTL, Peer, Workload

Costs = Mapping[str, Sequence[Cost]]
"""Of each timed program of a workload."""
Phases = Mapping[Workload, Sequence[Mapping[str, Spent]]]
"""Of each run of a workload the phases."""

PAGE = """\
# Benchmarks

What an analysis costs, beside other ways to count a funnel. `./dev bench` wrote this page.

{table}

CPU is user and system time of all processors, wall the time on the clock. The last columns say how many times what the
other program needs growthctl needs (CPU and wall per user, where the logs differ), and the target that CPU and wall
have to meet.

{where}

## Where the time goes

{phases}

Each phase of growthctl, beside all of the other program, which starts Python and polars too.

{explained}

## Workloads

{workloads}

## Other programs

- **scan floor**: polars reads the columns of user, event and time of the same file, keeps the events that the funnel
  needs and reduces each column to one number. Nothing that reads the log with polars can be faster.
- **ClickHouse**: `windowFunnel` grouped by user, over the Parquet file, in process (chdb): once as it takes the
  file by itself, with columns that may hold nulls, and once with **types declared** that cannot.
- **DuckDB**: SQL that carries the start of the latest attempt from stage to stage, a window function for each.
- **pandas**: the same idea with `groupby().ffill()`.
- **polars reading**: polars reads the same three columns of a text file, and nothing more.
- **empty typer app**: prints the help of a command that does nothing.
- **imports alone**: polars, typer, rich, yaml and pydantic.

## How it is measured

Whole processes take turns (A B A B …): a round to warm up, then {runs}. A figure is the median of the rounds, a ratio
the median of their ratios. The log comes from `bench/generate.py` with a fixed seed: in order of time, text user ids,
twelve event names of which five are stages, half of the users repeating a stage; {users:,} users with 9.7 events each,
where the workload does not say otherwise.

Answers come first: on a small log that of a reference in plain Python, on the full one in every round that of the other
programs which can give it. One wrong answer ends the run. growthctl gives its whole analysis, with checks of the log,
times, ripe rates and intervals, and the bottleneck; the other programs only count who reached which stage.
"""


def page(results: Mapping[Workload, Costs], phases: Phases, users: int, runs: int) -> str:
    """Everything, as Markdown."""
    explained = "\n".join(f"- **{phase}**: {what}." for phase, what in PHASES.items())
    shown = phase_table(phases, results)
    workloads = "\n".join(f"- **{workload.name}**: {workload.about}" for workload in results)
    where = "\n".join(f"- {what}: {value}" for what, value in _where())
    return PAGE.format(
        table=table(results),
        where=where,
        phases=shown,
        explained=explained,
        workloads=workloads,
        users=users,
        runs=runs,
    )


def table(results: Mapping[Workload, Costs]) -> str:
    """What every program of every workload costs, what growthctl costs beside it, and whether its targets hold."""
    rows = ["| workload | program | CPU s | wall s | peak MB | growthctl's CPU | its wall | its peak | target | |"]
    rows.append("| --- | --- " + "| ---: " * 7 + "| --- |")
    for workload, costs in results.items():
        peers = {peer.name: peer for peer in workload.peers}
        for name, spent in costs.items():
            cpu, wall, peak = (middle(spent, measure) for measure in ("cpu", "wall", "peak"))
            if name == GROWTHCTL:
                compared = ["", "", "", *_verdict([peak], workload.most_peak, "MB")]
            else:
                compared = _compared(costs[GROWTHCTL], spent, peers[name])
            cells = [workload.name, name, f"{cpu:.2f}", f"{wall:.2f}", f"{peak:,.0f}", *compared]
            rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def phase_table(phases: Phases, results: Mapping[Workload, Costs]) -> str:
    """What each phase takes, and how many times what the first other program takes in all."""
    rows = [
        "| workload | phase | CPU s | wall s | beside | its CPU | its wall |",
        "| --- | --- | ---: | ---: | --- | ---: | ---: |",
    ]
    for workload, runs in phases.items():
        peer = workload.peers[0].name
        whole = [middle(results[workload][peer], measure) for measure in ("cpu", "wall")]
        for phase in PHASES:
            spent = [median(getattr(run[phase], measure) for run in runs) for measure in ("cpu", "wall")]
            times = [f"{mine / theirs:.2f} ×" for mine, theirs in zip(spent, whole, strict=True)]
            cells = [workload.name, phase, *(f"{seconds:.2f}" for seconds in spent), peer, *times]
            rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def _compared(ours: Sequence[Cost], theirs: Sequence[Cost], peer: Peer) -> list[str]:
    ratios = [ratio(ours, theirs, measure) * peer.share for measure in ("cpu", "wall")]
    shown = [*ratios, ratio(ours, theirs, "peak")]
    return [*(f"{found:.2f} ×" for found in shown), *_verdict(ratios, peer.most, "×")]


def _verdict(found: Sequence[float], most: float | None, unit: str) -> list[str]:
    if most is None:
        return ["", ""]
    return [f"≤ {most:,} {unit}", "holds" if max(found) <= most else "**missed**"]


def _where() -> Iterator[tuple[str, str]]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    yield "machine", f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GB of memory, {os.uname().sysname}"
    ours = [f"Python {sys.version.split()[0]}", *(f"{name} {version(name)}" for name in ("polars", "numpy"))]
    peers = (ROOT / "bench/requirements.txt").read_text(encoding="utf-8").replace("==", " ").splitlines()
    yield "versions", ", ".join([*ours, *peers])
    commit = ["git", "describe", "--always", "--dirty"]
    yield "commit", subprocess.run(commit, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
    yield "date", datetime.now(UTC).date().isoformat()


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), os.uname().machine)
