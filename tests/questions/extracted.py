"""Random funnels and logs, unloaded by DuckDB as `extract` says, and what both logs say."""

from __future__ import annotations

import random
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import polars as pl

from growthctl.questions.analyze import analyze
from growthctl.questions.extract import extract

BEGIN, DAYS = datetime(2026, 1, 1), 100
STAGES, NOISE = ("visit", "sign'up", "ca\r\nrt", "pay"), ("help", "page \\ view", 'say "hi"', "refund", "Visit")
UNREADABLE = (None, datetime(1970, 1, 1), datetime(1989, 12, 1), datetime(2200, 1, 1))
RECEIPTS = ("rows_read", "rows_used", "rows_rejected", "entities")
ABOUT_OTHERS = ("event_not_in_log", "near_miss", "bad_rows", "condition_never_true")
"""Warnings about events and rows that stay where they are, as the finding `duplicates` partly is."""
UNITS = {"seconds": 1_000_000, "milliseconds": 1000, "microseconds": 1}


def answer(funnel: dict[str, Any], path: Path | None, **asked: Any) -> dict[str, Any]:
    """What `analyze` says, without what it has read."""
    answer = analyze(funnel, path, **asked).model_dump()
    for receipt in RECEIPTS:
        del answer["data"][receipt]
    answer["warnings"] = [warning for warning in answer["warnings"] if warning["code"] not in ABOUT_OTHERS]
    answer["health"]["findings"] = [each for each in answer["health"]["findings"] if each["code"] != "duplicates"]
    return answer


def unload(funnel: dict[str, Any], log: Path, folder: Path, times: str | None = None, **asked: Any) -> Path:
    """The Parquet that DuckDB makes of a log by what `extract` prints."""
    path = folder / "ex'tract.parquet"
    sql = extract(funnel, "duckdb", table="main.log", to=str(path), times=times, **asked)
    with duckdb.connect(config={"threads": 1}) as database:
        database.execute("CREATE TABLE log AS SELECT * FROM read_parquet(?)", [str(log)])
        database.execute(sql)
    return path


def random_funnel(rng: random.Random) -> dict[str, Any]:
    order = rng.choice(["sequential"] * 4 + ["strict", "any"])
    in_order = order != "any"
    stages = [_stage(rng, k, in_order) for k in range(rng.randint(2, 4))]
    stages[-1].pop("optional", None)
    if rng.random() < 0.1:
        stages[-1]["event"] = "*"
    funnel: dict[str, Any] = {
        "name": "random",
        "stages": stages,
        "order": order,
        "entry": rng.choice(["any", "any", "first"]),
        "ties": rng.choice(["any", "later"]),
        "timezone": rng.choice(["UTC", "Europe/Berlin", "Pacific/Auckland"]),
        "segments": rng.choice([[], ["plan"]]),
        "count": rng.choice(["entities", "entities", "sessions", "attempts"]) if in_order else "entities",
        "source": _source(rng),
    }
    if funnel["count"] == "sessions" and rng.random() < 0.5:
        funnel["source"]["columns"]["session"] = "session"
    sometimes = {
        "window": (0.8, rng.choice(["6h", "2d", "9d"])),
        "exclude": (0.3 * in_order, [_exclusion(rng, stages)]),
        "hold_constant": (0.2, ["plan"]),
        "skipped": (0.25 * (order == "sequential"), "passed"),
    }
    return funnel | {key: value for key, (share, value) in sometimes.items() if rng.random() < share}


def _stage(rng: random.Random, k: int, in_order: bool) -> dict[str, Any]:
    sometimes = {
        "within": (0.3 * (in_order and k > 0), rng.choice(["12h", "3d"])),
        "optional": (0.2 * (in_order and k > 0), True),
        "first_ever": (0.15, True),
        "where": (0.15, "plan = 'pro'"),
    }
    stage = {"name": f"s{k}", "event": STAGES[k]}
    return stage | {key: value for key, (share, value) in sometimes.items() if rng.random() < share}


def _source(rng: random.Random) -> dict[str, Any]:
    sometimes: dict[str, tuple[float, Any]] = {
        "identity": (0.3, {"anonymous": "device", "known": "user_id"}),
        "columns": (0.3, {"id": "id"}),
        "filter": (0.15, "plan IS NULL OR plan <> 'test'"),
    }
    source = {key: value for key, (share, value) in sometimes.items() if rng.random() < share}
    return {"columns": {}, "max_bad": 1.0} | source


def _exclusion(rng: random.Random, stages: list[dict[str, Any]]) -> dict[str, Any]:
    return {"event": "refund", "between": ["s0", stages[-1]["name"]], "effect": rng.choice(["stop", "drop"])}


def random_log(rng: random.Random, times: str) -> pl.DataFrame:
    """Few people who come again and again, with rows that cannot be used at both ends."""
    rows = []
    for number in range(rng.choice([200, 900])):
        person = rng.randint(0, 40)
        at = BEGIN + timedelta(hours=rng.randint(0, DAYS * 24), seconds=rng.randint(0, 9))
        known = f"u{person}" if rng.random() < 0.7 else rng.choice([None, ""])
        rows.append(
            {
                "user_id": known,
                "device": f"d{person}{rng.choice('ab')}" if rng.random() < 0.6 else None,
                "event": rng.choice(STAGES) if rng.random() < 0.6 else rng.choice(NOISE),
                "timestamp": rng.choice(UNREADABLE) if rng.random() < 0.02 else at,
                "plan": rng.choice(["pro", "free", "test", None]),
                "session": rng.choice(["x", "y", None]),
                "id": f"e{number}" if rng.random() < 0.9 else None,
            }
        )
    rows += rng.sample(rows, 5)
    types = {name: pl.String() for name in ("user_id", "device", "event", "plan", "session", "id")}
    log = pl.DataFrame(rows, schema_overrides={**types, "timestamp": pl.Datetime("us")})
    if times == "zoned":
        return log.with_columns(pl.col("timestamp").dt.replace_time_zone("UTC"))
    if times in UNITS:
        return log.with_columns(pl.col("timestamp").dt.epoch("us") // UNITS[times])
    return log


def random_times(rng: random.Random) -> dict[str, str]:
    days = sorted(rng.sample(range(-5, DAYS + 5), 3))
    moments = [(BEGIN + timedelta(days=day, hours=rng.choice([0, 7]))).replace(tzinfo=UTC).isoformat() for day in days]
    options = dict(zip(("since", "until", "as_of"), moments, strict=True))
    return {option: moment for option, moment in options.items() if rng.random() < 0.5}


def difference(seed: int, folder: Path) -> str | None:
    """What the unloaded part of a random log says that the whole log does not; None where both refuse the question."""
    rng = random.Random(seed)
    times = rng.choice(["naive", "zoned", *UNITS])
    funnel, log, asked = random_funnel(rng), random_log(rng, times), random_times(rng)
    log.write_parquet(folder / "log.parquet")
    try:
        expected = answer(funnel, folder / "log.parquet", **asked)
    except Exception as error:
        return None if type(error).__name__ in ("DataError", "UsageError", "SpecError") else repr(error)
    part = unload(funnel, folder / "log.parquet", folder, times if times in UNITS else None, **asked)
    found = answer(funnel, part, **asked)
    if found["bottleneck"]["unresolvable"] == "stage_not_in_log":
        # All that the log has of a stage may lie outside of the days that were unloaded: then only counts are the same.
        expected, found = ({key: said[key] for key in ("stages", "data", "segments")} for said in (expected, found))
    return "\n".join(_unlike(expected, found, "")) or None


def _unlike(expected: Any, found: Any, place: str) -> list[str]:
    if isinstance(expected, dict) and isinstance(found, dict):
        return [line for key in expected for line in _unlike(expected[key], found.get(key), f"{place}.{key}")]
    return [] if expected == found else [f"{place}: {found!r}, not {expected!r}"]


if __name__ == "__main__":
    first, last = map(int, sys.argv[1:])
    for seed in range(first, last):
        with TemporaryDirectory() as folder:
            text = difference(seed, Path(folder))
        if text:
            sys.stdout.write(f"{seed}: {text[:1500]}\n")
