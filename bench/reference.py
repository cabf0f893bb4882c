"""What growthctl must answer, worked out user by user in plain Python (`tests/oracle.py`). For small logs only.

Run `python -m bench.reference WORKLOAD USERS`; it prints the answer as JSON.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

import polars as pl

from bench.answers import Answer
from bench.generate import SHAPES, slices
from bench.workloads import SEGMENTS, WORKLOADS, milliseconds
from tests import oracle

Row = dict[str, Any]
Times = Sequence[int | None]


@dataclass(frozen=True)
class _Counted:
    """One journey, the entry that decides when it is ripe, and the segments of its own entry."""

    times: Times
    first_entry: int
    segments: Mapping[str, str]


def answer(funnel: Mapping[str, Any], users: int, shape: str) -> Answer:
    """As `answers.of_report`."""
    log = pl.concat(slices(users, SHAPES[shape])).with_columns(pl.col("timestamp").dt.epoch("ms"))
    rules = _rules(funnel)
    found = [
        counted
        for user in log.partition_by("user_id", maintain_order=True)
        for rows in _sessions(user.rows(named=True), funnel)
        for counted in _journeys(rows, rules, funnel)
    ]
    complete = log["timestamp"][-1] - milliseconds(funnel["window"])
    ripe = [counted for counted in found if counted.first_entry <= complete]
    return {
        "reached": _reached(found, rules),
        "ripe": [list(pair) for pair in pairwise(_reached(ripe, rules))],
        "medians": [_median_seconds(found, stage) for stage in range(1, rules.stages)],
        "segments": {
            f"{name} {value}": _reached([c for c in found if c.segments[name] == value], rules)
            for name in funnel.get("segments", ())
            for value in {counted.segments[name] for counted in found}
        },
    }


def _rules(funnel: Mapping[str, Any]) -> oracle.Rules:
    at = {stage["name"]: position for position, stage in enumerate(funnel["stages"])}
    exclusions = [
        oracle.Exclusion(at[after], at[before], rule.get("effect", "stop"))
        for rule in funnel.get("exclude", ())
        for after, before in [rule["between"]]
    ]
    order = funnel.get("order", "sequential")
    return oracle.Rules(len(at), order, milliseconds(funnel["window"]), exclusions=exclusions)


def _sessions(rows: Sequence[Row], funnel: Mapping[str, Any]) -> Iterator[Sequence[Row]]:
    """The rows of a user, or of each of its sessions."""
    gap = milliseconds(funnel["session_gap"]) if "session_gap" in funnel else None
    begin = 0
    for index, (before, row) in enumerate(pairwise(rows), start=1):
        if gap is not None and row["timestamp"] - before["timestamp"] > gap:
            yield rows[begin:index]
            begin = index
    yield rows[begin:]


def _journeys(rows: Sequence[Row], rules: oracle.Rules, funnel: Mapping[str, Any]) -> Iterator[_Counted]:
    events = [_event(row, funnel) for row in rows]
    if rules.order != "strict":
        events = [event for event in events if event.stages or event.excluded]
    entries = {event.time for event in oracle.entries(events, rules)}
    by_attempt = funnel.get("count") == "attempts"
    if by_attempt:
        journeys = oracle.one_after_the_other(events, rules)
    else:
        journeys = [journey] if (journey := oracle.journey(events, rules)) else []
    for journey in journeys:
        entry = next(row for row in rows if row["timestamp"] == journey.times[0])
        first = entry["timestamp"] if by_attempt else min(entries)
        yield _Counted(journey.times, first, {name: entry[name] for name in SEGMENTS})


def _event(row: Row, funnel: Mapping[str, Any]) -> oracle.Event:
    def matching(rules: Sequence[Mapping[str, Any]]) -> frozenset[int]:
        return frozenset(number for number, rule in enumerate(rules) if rule["event"] == row["event"])

    return oracle.Event(row["timestamp"], matching(funnel["stages"]), matching(funnel.get("exclude", ())))


def _reached(found: Sequence[_Counted], rules: oracle.Rules) -> list[int]:
    return [sum(counted.times[stage] is not None for counted in found) for stage in range(rules.stages)]


def _median_seconds(found: Sequence[_Counted], stage: int) -> float | None:
    pairs = ((counted.times[stage - 1], counted.times[stage]) for counted in found)
    took = [(end - start) / 1000 for start, end in pairs if start is not None and end is not None]
    return round(median(took), 6) if took else None


if __name__ == "__main__":
    (workload,) = (workload for workload in WORKLOADS if workload.name == sys.argv[1])
    json.dump(answer(workload.funnel or {}, int(sys.argv[2]), workload.shape), sys.stdout)
