"""What is measured: for each workload a funnel, a generated log, the programs to compare with, and the targets."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bench.measure import ROOT

GROWTHCTL = "growthctl"
COLUMNS = ("user_id", "event", "timestamp")
SEGMENTS = ("device", "channel")
_UNITS = {"d": 86_400_000, "m": 60_000}


@dataclass(frozen=True)
class Peer:
    """A program to compare with: a file of `bench/peers`, or growthctl itself on another log."""

    name: str
    script: str | None = None
    installed: bool = False
    """Does it need what is installed for the benchmarks only?"""
    question: Mapping[str, object] = field(default_factory=dict)
    """What it is asked otherwise than the workload says."""
    share: float = 1
    """Of the users of the workload; growthctl's ratio to it is per user then."""
    once: bool = False
    """Is it only asked once, for its answer?"""
    most: float | None = None
    """The target: growthctl needs at most so many times its CPU, and its time on the clock."""


@dataclass(frozen=True, eq=False)
class Workload:
    """One question, asked through the command line. Without a funnel it is `arguments` alone."""

    name: str
    about: str
    funnel: Mapping[str, Any] | None
    peers: tuple[Peer, ...]
    arguments: tuple[str, ...] = ()
    shape: str = "usual"
    share: float = 1
    """Of the users that are asked for."""
    format: str = "parquet"
    in_phases: bool = False
    """Is it also asked where the time goes?"""
    most_peak: float | None = None
    """The target for growthctl's peak memory, in MB."""

    def log(self, folder: Path, users: int, share: float = 1) -> Path:
        """Where its log is, or that of another share of its users."""
        return folder / f"{self.shape}-{round(users * self.share * share)}.{self.format}"

    def command(self, folder: Path, users: int, share: float = 1) -> list[str]:
        """growthctl, as its console script starts it."""
        start = [sys.executable, "-c", "from growthctl.cli.start import run; run()"]
        if self.funnel is None:
            return [*start, *self.arguments]
        funnel, log = folder / f"{self.name}.yml", self.log(folder, users, share)
        return [*start, "analyze", str(funnel), "--data", str(log), "-f", "json", *self.arguments]

    def asking(self, peer: Peer, folder: Path, users: int) -> list[str]:
        """The command of a peer: its script, the log and the question."""
        if peer.script is None:
            return self.command(folder, users, peer.share)
        python = str(ROOT / "bench/.venv/bin/python") if peer.installed else sys.executable
        start = [python, str(ROOT / "bench/peers" / peer.script)]
        if self.funnel is None:
            return start
        question = {**_question(self.funnel), **peer.question}
        return [*start, str(self.log(folder, users, peer.share)), json.dumps(question)]


def milliseconds(duration: str) -> int:
    """Of `30m` or `14d`."""
    return int(duration[:-1]) * _UNITS[duration[-1]]


def _question(funnel: Mapping[str, Any]) -> dict[str, object]:
    """What peers must know: `stages`, the `window` in ms, the `columns` and `events` to read (null: all of them)."""
    stages = [stage["event"] for stage in funnel["stages"]]
    every = funnel.get("order") == "strict" or "session_gap" in funnel
    events = None if every else stages + [rule["event"] for rule in funnel.get("exclude", ())]
    return {"stages": stages, "events": events, "columns": COLUMNS, "window": milliseconds(funnel["window"])}


def _funnel(*events: str, window: str = "14d", **others: object) -> dict[str, Any]:
    return {"window": window, "stages": [{"name": event, "event": event} for event in events], **others}


FLOOR = Peer("scan floor", "floor.py")
WIDE_FLOOR = Peer("scan floor, segments too", "floor.py", question={"columns": COLUMNS + SEGMENTS})
READING = Peer("polars reading", "floor.py", question={"events": None}, most=1.3)
CLICKHOUSE = Peer("ClickHouse", "clickhouse.py", installed=True)
TYPED_CLICKHOUSE = replace(CLICKHOUSE, name="ClickHouse, types declared", question={"typed": True})
CONFIRMATION = replace(CLICKHOUSE, once=True, question={"typed": True, "spill": 1_000_000_000})
DUCKDB = Peer("DuckDB", "duckdb_sql.py", installed=True)
PANDAS = Peer("pandas", "pandas_fill.py", installed=True)
TENTH = Peer("growthctl, a tenth of the users", share=0.1, most=1.2)
EMPTY_APP = Peer("empty typer app", "empty_typer.py", most=2.0)
IMPORTS = Peer("imports alone", "imports.py", most=1.5)

FIVE = ("ad_click", "landing", "signup", "demo", "payment")
SIXTEEN = tuple(f"stage_{number:02}" for number in range(1, 17))
COUNTS = _funnel(*FIVE)
STOP = {"event": "logout", "between": ["landing", "payment"]}
DROP = {"event": "help", "between": ["signup", "demo"], "effect": "drop"}
SAMPLE = ("analyze", "funnels/saas_signup.yml", "-f", "json")


def _like_counts(name: str, about: str, **others: Any) -> Workload:
    return Workload(name, about, _funnel(*FIVE, **others), (FLOOR,))


def _text(format: str) -> Workload:
    about = f"As `counts`, from {format.upper()}, with a tenth of the users."
    return Workload(format, about, COUNTS, (READING,), share=0.1, format=format, in_phases=True)


WORKLOADS = (
    Workload(
        "counts",
        "Five stages in sequence, window of 14 days, no segments.",
        COUNTS,
        (replace(FLOOR, most=2.0), replace(CLICKHOUSE, most=0.5), TYPED_CLICKHOUSE, replace(DUCKDB, most=0.2), PANDAS),
        in_phases=True,
    ),
    Workload(
        "segments",
        "As `counts`, split by `device` and by `channel`.",
        _funnel(*FIVE, segments=SEGMENTS),
        (replace(FLOOR, most=3.0), WIDE_FLOOR, TYPED_CLICKHOUSE),
        in_phases=True,
    ),
    _like_counts("strict", "As `counts`, in `order: strict`, which reads every event.", order="strict"),
    _like_counts("any", "As `counts`, in `order: any`.", order="any"),
    _like_counts("exclusions", "As `counts`, with an exclusion that stops and one that drops.", exclude=[STOP, DROP]),
    _like_counts("attempts", "As `counts`, with `count: attempts`.", count="attempts"),
    _like_counts(
        "sessions",
        "As `counts`, with `count: sessions` and a gap of 30 minutes, which reads every event.",
        count="sessions",
        session_gap="30m",
    ),
    Workload(
        "many",
        "Sixteen stages, window of 30 days.",
        _funnel(*SIXTEEN, window="30d"),
        (FLOOR, TYPED_CLICKHOUSE),
        shape="many",
    ),
    Workload(
        "heavy",
        "As `counts`, but a thousandth of the users have as many events: thousands each.",
        COUNTS,
        (FLOOR, TYPED_CLICKHOUSE, DUCKDB),
        shape="heavy",
    ),
    Workload(
        "growth",
        "As `counts`, with ten times the users and `--memory 4GB`. ClickHouse confirms the answer, untimed.",
        COUNTS,
        (TENTH, FLOOR, CONFIRMATION),
        ("--memory", "4GB"),
        share=10,
        most_peak=4_000,
    ),
    _text("csv"),
    _text("ndjson"),
    Workload("version", "`growthctl --version`.", None, (EMPTY_APP,), ("--version",)),
    Workload("help", "`growthctl --help`.", None, (EMPTY_APP,), ("--help",)),
    Workload("sample", "`growthctl analyze` on the sample log.", None, (IMPORTS,), SAMPLE, in_phases=True),
)
