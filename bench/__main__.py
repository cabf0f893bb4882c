"""`./dev bench`: generate logs, check answers, measure, print the table; a full run writes docs/benchmarks.md."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import replace

from bench.answers import differences, of_report
from bench.measure import ROOT, Cost, run, take_turns
from bench.page import page, phase_table, table
from bench.phases import Spent
from bench.workloads import GROWTHCTL, WORKLOADS, Workload

DATA = ROOT / "bench/data"
PAGE = ROOT / "docs/benchmarks.md"
USERS = 2_000_000
RUNS, FEWEST_RUNS = 5, 3
"""Rounds that count by default, and those that the page needs."""
SMALL = 1_000
"""Users of the logs that the plain-Python reference can answer in no time."""


def main(arguments: list[str]) -> None:
    """Run the workloads that are asked for. Raises SystemExit at the first wrong answer."""
    parser = argparse.ArgumentParser(prog="./dev bench", description="Measure growthctl beside other programs.")
    names = [workload.name for workload in WORKLOADS]
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", help=f"all, or some of: {', '.join(names)}")
    parser.add_argument("--users", type=int, default=USERS, help="of the usual log (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=RUNS, help="rounds that count (default: %(default)s)")
    asked = parser.parse_args(arguments)
    unknown = set(asked.workloads) - set(names)
    if unknown:
        parser.error(f"no such workload: {', '.join(sorted(unknown))}")

    DATA.mkdir(exist_ok=True)
    results: dict[Workload, dict[str, list[Cost]]] = {}
    phases: dict[Workload, list[dict[str, Spent]]] = {}
    for workload in WORKLOADS:
        if not asked.workloads or workload.name in asked.workloads:
            sys.stderr.write(f"{workload.name}: {workload.about}\n")
            check_small(workload)
            results[workload] = measure(workload, asked.users, asked.runs)
            if workload.in_phases:
                phases[workload] = [take_apart(workload, asked.users) for _ in range(asked.runs)]
    sys.stdout.write(f"{table(results)}\n")
    if phases:
        sys.stdout.write(f"\n{phase_table(phases, results)}\n")
    if len(results) == len(WORKLOADS) and asked.users == USERS and asked.runs >= FEWEST_RUNS:
        PAGE.write_text(page(results, phases, asked.users, asked.runs), encoding="utf-8")
        sys.stdout.write(f"\nwrote {PAGE.relative_to(ROOT)}\n")


def check_small(workload: Workload) -> None:
    """The answer on a small log is that of the plain-Python reference."""
    if workload.funnel is None:
        return
    small = replace(workload, share=1)
    prepare(small, SMALL)
    _, expected = run([sys.executable, "-m", "bench.reference", workload.name, str(SMALL)])
    _, found = run(small.command(DATA, SMALL))
    stop_if_wrong(small, {GROWTHCTL: found, "the reference": expected})


def measure(workload: Workload, users: int, runs: int) -> dict[str, list[Cost]]:
    """What growthctl and its peers cost, all giving the same answer."""
    for share in {1.0, *(peer.share for peer in workload.peers)}:
        prepare(workload, users, share)
    timed = {GROWTHCTL: workload.command(DATA, users)}
    timed |= {peer.name: workload.asking(peer, DATA, users) for peer in workload.peers if not peer.once}
    once = {peer.name: workload.asking(peer, DATA, users) for peer in workload.peers if peer.once}
    return take_turns(timed, once, runs, lambda written: stop_if_wrong(workload, written))


def take_apart(workload: Workload, users: int) -> dict[str, Spent]:
    """What each phase of one run takes."""
    command = workload.command(DATA, users)
    arguments = command[command.index("analyze") :]
    _, written = run([sys.executable, str(ROOT / "bench/phases.py"), *arguments, "-o", os.devnull])
    return {phase: Spent(*spent) for phase, spent in json.loads(written).items()}


def prepare(workload: Workload, users: int, share: float = 1) -> None:
    """Write the funnel, and generate the log unless it is there already."""
    if workload.funnel is None:
        return
    (DATA / f"{workload.name}.yml").write_text(json.dumps(workload.funnel), encoding="utf-8")
    log = workload.log(DATA, users, share)
    generator = ROOT / "bench/generate.py"
    if not log.exists() or log.stat().st_mtime < generator.stat().st_mtime:
        sys.stderr.write(f"generating {log.name}\n")
        unfinished = log.with_stem(f"unfinished-{log.stem}")
        count = str(round(users * workload.share * share))
        run([sys.executable, "-m", "bench.generate", str(unfinished), "--users", count, "--shape", workload.shape])
        unfinished.replace(log)


def stop_if_wrong(workload: Workload, written: Mapping[str, str]) -> None:
    """Compares what the programs wrote with growthctl's answer; a program of another log is not asked."""
    if workload.funnel is None:
        return
    ours = of_report(written[GROWTHCTL])
    elsewhere = {peer.name for peer in workload.peers if peer.share != 1}
    for name, text in written.items():
        wrong = [] if name in {GROWTHCTL} | elsewhere else differences(ours, json.loads(text))
        if wrong:
            raise SystemExit(f"{workload.name}: {name} answers otherwise: {'; '.join(wrong)}")


if __name__ == "__main__":
    main(sys.argv[1:])
