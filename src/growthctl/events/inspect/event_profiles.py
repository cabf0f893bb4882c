"""The events of a log: how many of each, of how many entities, when, and what is odd about them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from growthctl.clock import DAY
from growthctl.events.column_names import ENTITY, EVENT, REJECTED, TIME
from growthctl.events.quality import Quality, quality_sums
from growthctl.events.slips.near_misses import folded

_DAY = "day"
MOST_PARTS = 20


class EventProfile(NamedTuple):
    """One name of an event."""

    name: str | None
    rows: int
    entities: int
    first_at: int
    """µs since the epoch."""
    last_at: int
    by_day: tuple[int, ...]
    """Rows of equal parts of the span of the log, at most MOST_PARTS of them, each whole days long."""
    midnight: float
    """The share of its rows that are at midnight."""


class LogProfile(NamedTuple):
    """What the rows of a log are like."""

    quality: Quality
    entities: int
    events: tuple[EventProfile, ...]
    """Those with most rows first."""
    repeated: int
    """Rows that have the entity, event and time of one before."""
    days_in_part: int
    """How many days a part of `by_day` is long."""


def log_profile(rows: pl.LazyFrame) -> LogProfile:
    """Of canonical rows; looks through them twice."""
    usable = rows.filter(pl.col(REJECTED).is_null())
    sums, totals, of_all = pl.collect_all(
        [
            quality_sums(rows),
            usable.group_by(EVENT)
            .agg(
                pl.len().alias("rows"),
                pl.col(ENTITY).n_unique().alias("entities"),
                pl.col(TIME).min().alias("first"),
                pl.col(TIME).max().alias("last"),
                (pl.col(TIME) % DAY == 0).mean().alias("midnight"),
            )
            .sort("rows", EVENT, descending=[True, False], nulls_last=True),
            usable.select(
                pl.col(ENTITY).n_unique().alias("entities"),
                (pl.len() - pl.struct(ENTITY, EVENT, TIME).hash().n_unique()).alias("repeated"),
            ),
        ],
        engine="streaming",
    )
    quality = Quality.of(sums)
    if not totals.height:
        return LogProfile(quality, 0, (), 0, 1)
    start, end = min(totals["first"].to_list()) // DAY, max(totals["last"].to_list()) // DAY
    length = -(-(end - start + 1) // MOST_PARTS)
    part = (pl.col(TIME) // DAY - start) // length
    counted = usable.group_by(EVENT, part.alias(_DAY)).len().collect(engine="streaming")
    counts = {(event, day): count for event, day, count in counted.iter_rows()}
    parts = range((end - start) // length + 1)
    events = tuple(
        EventProfile(name, number, who, first, last, tuple(counts.get((name, day), 0) for day in parts), midnight)
        for name, number, who, first, last, midnight in totals.iter_rows()
    )
    return LogProfile(quality, int(of_all["entities"].item()), events, int(of_all["repeated"].item()), int(length))


def alike(events: Sequence[EventProfile]) -> list[tuple[str, ...]]:
    """Names that differ in case, blanks or separators only, the most frequent first."""
    groups: dict[str, list[str]] = {}
    for event in events:
        if event.name is not None:
            groups.setdefault(folded(event.name), []).append(event.name)
    return [tuple(names) for names in groups.values() if len(names) > 1]


def dated_only(events: Sequence[EventProfile]) -> list[str]:
    """Events whose times are days only, where others have a time of day."""
    days = [event.name for event in events if event.name is not None and event.midnight == 1 and event.rows > 1]
    return days if any(event.midnight < 1 for event in events) else []
