"""Generate event logs for the benchmarks: seeded, in order of time, of any size in bounded memory.

Run `python -m bench.generate PATH --users N [--shape NAME]`; the suffix of PATH is the format. The same seed gives the
same bytes. Draws are uniforms looked up in small tables (no logarithms or exponentials), so the numbers do not depend
on a processor's mathematics library.

Users come one after the other, evenly over the log. They are generated a slice at a time: once a slice is there,
everything before the first moment of the next one is complete and can be written, the rest waits.

Times are cells of 32 ms since START. The milliseconds inside a cell are the number of the event's name, so no two
different events ever share an instant: engines that order ties differently must give the same answer.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
from polars.io.plugins import register_io_source

from bench.workloads import FIVE, SIXTEEN

SEED = 20
START = datetime(2026, 1, 1, tzinfo=UTC)
CELL = 32
DAY = 86_400_000 // CELL
SPAN = 120 * DAY
EVENTS_PER_USER = 10
EVENTS_PER_SLICE = 5_000_000
FEWEST = 60
SPREAD = ([0.0, 0.5, 0.9, 1.0], [0.0, 0.7, 2.3, 6.0])
"""Quantiles of a delay, in units of its scale: about those of an exponential, but with an end."""

DEVICES = ["mobile", "desktop", "tablet"]
CHANNELS = ["search", "social", "email", "display", "direct", "partner", "referral"]
OTHERS = ("page_view", "search", "scroll", "video", "help", "logout", "share")
SCHEMA = {
    "user_id": pl.String(),
    "event": pl.String(),
    "timestamp": pl.Datetime("ms", "UTC"),
    "device": pl.String(),
    "channel": pl.String(),
}

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Shape:
    """What users do: `go_on` is the share that goes on to each stage, `days` the scale of how long that takes."""

    stages: tuple[str, ...] = FIVE
    go_on: tuple[float, ...] = (0.95, 0.6, 0.35, 0.45, 0.5)
    days: tuple[float, ...] = (0.1, 0.02, 0.2, 2.0, 4.0)
    repeated: int = 2
    """So many of the first stages are those that half of the users repeat."""
    most_others: int = 15
    busy: int = 1
    """So many times as many events a user, of so many times fewer users; but never of fewer than FEWEST."""


SHAPES = {
    "usual": Shape(),
    "many": Shape(
        stages=SIXTEEN,
        go_on=(0.95,) + (0.85,) * 15,
        days=(0.1,) + (0.5,) * 15,
        most_others=8,
    ),
    "heavy": Shape(repeated=5, busy=1000),
}


def write(path: Path, users: int, shape: Shape, seed: int = SEED) -> None:
    """The log of `users` users to a Parquet, CSV or NDJSON file."""
    log = register_io_source(lambda *_: slices(users, shape, seed), schema=SCHEMA)
    if path.suffix == ".parquet":
        log.sink_parquet(path, row_group_size=1 << 20, engine="streaming")
    elif path.suffix == ".csv":
        log.sink_csv(path, datetime_format="%Y-%m-%dT%H:%M:%S%.3fZ", engine="streaming")
    else:
        log.sink_ndjson(path, engine="streaming")


def slices(users: int, shape: Shape, seed: int = SEED) -> Iterator[pl.DataFrame]:
    """The log in pieces of SCHEMA, in order of time."""
    busy = min(shape.busy, max(1, users // FEWEST))
    shape, users = replace(shape, busy=busy), users // busy
    size = EVENTS_PER_SLICE // (EVENTS_PER_USER * busy)
    waiting = []
    for first in range(0, users, size):
        last = min(first + size, users)
        waiting.append(_events(np.random.default_rng([seed, first]), first, last, users, shape))
        known = pl.concat(waiting)
        complete = pl.col("cell") < SPAN * last // users
        waiting = [known.filter(~complete)]
        yield _named(known.filter(complete).sort("cell", "code", "user"), shape)


def _events(rng: np.random.Generator, first: int, last: int, users: int, shape: Shape) -> pl.DataFrame:
    """The events of the users `first` to `last` of `users`: `user`, `cell`, `code` (stages come first)."""
    number = np.arange(first, last)
    comes_at = SPAN * number // users + rng.integers(0, max(1, SPAN // users), last - first)
    events = []

    def add(who: Ints, cell: Ints, code: int | Ints) -> None:
        columns = {"user": number[who], "cell": cell, "code": np.broadcast_to(code, len(who))}
        events.append(pl.DataFrame(columns, schema={"user": pl.UInt32, "cell": pl.UInt32, "code": pl.UInt8}))

    who, at = number - first, comes_at
    for stage, (chance, days) in enumerate(zip(shape.go_on, shape.days, strict=True)):
        going_on = rng.random(len(who)) < chance
        who, at = who[going_on], at[going_on]
        at = at + _delays(rng, len(at), days)
        add(who, at, stage)

    again = np.where(rng.random(last - first) < 0.5, rng.integers(1, 4, last - first), 0) * shape.busy
    who = np.repeat(number - first, again)
    add(who, comes_at[who] + _delays(rng, len(who), 10), rng.integers(0, shape.repeated, len(who)))

    who = np.repeat(number - first, rng.integers(0, shape.most_others + 1, last - first) * shape.busy)
    code = len(shape.stages) + rng.integers(0, len(OTHERS), len(who))
    add(who, comes_at[who] + _delays(rng, len(who), 8), code)
    return pl.concat(events)


def _delays(rng: np.random.Generator, size: int, days: float) -> Ints:
    return (np.interp(rng.random(size), *SPREAD) * (days * DAY)).astype(np.int64)


def _named(events: pl.DataFrame, shape: Shape) -> pl.DataFrame:
    """The columns of the log. A user keeps the device and comes through another channel every day."""
    # An odd factor maps different users to different ids.
    number = pl.col("user").cast(pl.UInt64) * 0x9E3779B97F4A7C15 % (1 << 40)
    day = (pl.col("cell") // DAY).cast(pl.UInt64)
    return events.select(
        user_id="user_" + number.cast(pl.String).str.zfill(13),
        event=_text([*shape.stages, *OTHERS], pl.col("code")),
        timestamp=(pl.lit(START).dt.timestamp("ms") + pl.col("cell").cast(pl.Int64) * CELL + pl.col("code")).cast(
            SCHEMA["timestamp"]
        ),
        device=_text(DEVICES, number // 128 % len(DEVICES)),
        channel=_text(CHANNELS, (number // 1024 + day) % len(CHANNELS)),
    )


def _text(names: list[str], code: pl.Expr) -> pl.Expr:
    return code.replace_strict(range(len(names)), names, return_dtype=pl.String)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write an event log.")
    parser.add_argument("path", type=Path)
    parser.add_argument("--users", type=int, default=2_000_000)
    parser.add_argument("--shape", choices=SHAPES, default="usual")
    asked = parser.parse_args()
    write(asked.path, asked.users, SHAPES[asked.shape])
