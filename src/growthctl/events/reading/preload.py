"""A log that must be looked through several times, for ids or identities: in memory, where that allows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from growthctl.events.column_names import ALIASES, UNREADABLE
from growthctl.events.columns import column_of
from growthctl.events.conditions.expressions import compile_condition
from growthctl.events.reading.open import Log, columns_used
from growthctl.events.reading.progress import counted_rows
from growthctl.events.storage.memory import fits, rows_about
from growthctl.events.times.event_time import event_time
from growthctl.events.times.instants import LATEST
from growthctl.funnel.sections.source import Source

INSTANT = "#instant"


def preload(log: Log, source: Source, timezone: str, properties: Sequence[str], memory: int) -> tuple[Log, Source]:
    """The log in memory with its times in a column of their own, and the source that reads them there.

    Both as they are where one look is enough, or where the columns of `source` and `properties`, which are then held as
    they are and as canonical rows, may take too much of `memory` (bytes). Raises what reading raises, and DataError for
    a filter that names no column.
    """
    if source.identity is None and source.columns.id is None:
        return log, source
    kept = _kept(log, (*columns_used(source), *properties))
    if not fits(log, [*kept.values(), *kept.values(), pl.Int64()], memory):
        return log, source
    if source.filter is not None:
        # Later only the kept columns could be named as those that there are.
        compile_condition(source.filter, log.schema, ALIASES, timezone)
    time, dtype = column_of(log, source.columns.time)
    instant = event_time(time, dtype, source, timezone, log.examples(source.columns.time))
    # What is no time must not become a time that is missing: beyond reach it stays no time.
    told_apart = pl.when(time.is_not_null()).then(instant.fill_null(LATEST)).alias(INSTANT)
    read = counted_rows(log.frame.select(*kept, UNREADABLE, told_apart), INSTANT, lambda: rows_about(log))
    as_time = pl.Datetime("us", "UTC")
    frame = read.collect(engine="streaming").with_columns(pl.col(INSTANT).cast(as_time))
    columns = source.columns.model_copy(update={"time": INSTANT})
    held = log._replace(frame=frame.lazy(), schema={**kept, INSTANT: as_time}, height=frame.height)
    return held, source.model_copy(update={"columns": columns})


def _kept(log: Log, names: Iterable[str]) -> dict[str, pl.DataType]:
    """The columns that have these names, and those that may have a field of a dotted name, with their types."""
    outer = [".".join(parts[:end]) for name in names for parts in [name.split(".")] for end in range(1, len(parts) + 1)]
    return {name: log.schema[name] for name in dict.fromkeys(outer) if name in log.schema}
