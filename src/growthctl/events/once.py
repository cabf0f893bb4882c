"""A log that must be looked through several times, for ids or identities: read once, where memory allows."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from growthctl.events.instant import LATEST
from growthctl.events.memory import fits, rows_about
from growthctl.events.ndjson import UNREADABLE
from growthctl.events.progress import counted_rows
from growthctl.events.read import Log, columns_used
from growthctl.events.rows import column_of
from growthctl.events.time import time_expr
from growthctl.spec.model import Source

INSTANT = "#instant"


def read_once(log: Log, source: Source, timezone: str, properties: Sequence[str], memory: int) -> tuple[Log, Source]:
    """The log in memory with its times in a column of their own, and the source that reads them there.

    Both as they are where one look is enough, or where the columns of `source` and `properties` may take too much of
    `memory` (bytes). Raises what reading raises.
    """
    if source.identity is None and source.columns.id is None:
        return log, source
    outer = [name if name in log.schema else name.split(".")[0] for name in (*columns_used(source), *properties)]
    kept = {name: log.schema[name] for name in dict.fromkeys(outer) if name in log.schema}
    if not fits(log, kept.values(), memory):
        return log, source
    time, dtype = column_of(log, source.columns.time)
    instant = time_expr(time, dtype, timezone, log.examples(source.columns.time))
    # What is no time must not become a time that is missing: beyond reach it stays no time.
    told_apart = pl.when(time.is_not_null()).then(instant.fill_null(LATEST)).alias(INSTANT)
    read = counted_rows(log.frame.select(*kept, UNREADABLE, told_apart), INSTANT, rows_about(log))
    as_time = pl.Datetime("us", "UTC")
    frame = read.collect(engine="streaming").with_columns(pl.col(INSTANT).cast(as_time))
    columns = source.columns.model_copy(update={"time": INSTANT})
    held = log._replace(frame=frame.lazy(), schema={**kept, INSTANT: as_time}, height=frame.height)
    return held, source.model_copy(update={"columns": columns})
