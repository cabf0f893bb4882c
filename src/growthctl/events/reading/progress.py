"""How far the work on a log is, told to whoever shows it; without a listener nothing is counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Literal, NamedTuple

import polars as pl

from growthctl.errors import Notice, guarded

Unit = Literal["rows", "events"]


class Progress(NamedTuple):
    """How many rows are read, or how many of the events that matter are counted."""

    unit: Unit
    done: int
    total: int | None
    """None is unknown."""


Listener = Callable[[Progress], None]
_listeners: list[Listener] = []


@contextmanager
def listening(listener: Listener) -> Iterator[list[Notice]]:
    """Tell `listener`, from any thread, while this lasts or until it fails; of that a notice is in the list."""
    failed: list[Notice] = []

    def listen(progress: Progress) -> None:
        if not failed:
            guarded("progress_bar", lambda: listener(progress), None, failed)

    _listeners.append(listen)
    try:
        yield failed
    finally:
        _listeners.remove(listen)


def is_heard() -> bool:
    """Whether anybody listens."""
    return bool(_listeners)


def tell(progress: Progress) -> None:
    """Tell all listeners."""
    for listener in _listeners:
        listener(progress)


def counted_rows(frame: pl.LazyFrame, column: str, about: Callable[[], int | None]) -> pl.LazyFrame:
    """`frame`, whose rows are counted as they pass; `column` holds integers. `about`: asked how many there are."""
    if not is_heard():
        return frame
    done, lock, total = 0, Lock(), about()

    def count(values: pl.Series) -> pl.Series:
        nonlocal done
        with lock:
            done += values.len()
            tell(Progress("rows", done, total))
        return values

    tell(Progress("rows", 0, total))
    passing = pl.col(column).map_batches(count, return_dtype=pl.Int64(), is_elementwise=True)
    return frame.with_columns(passing.alias(column))
