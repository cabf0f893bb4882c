"""One pass over a log, or a few: the events that matter to a funnel, in memory or in files, and how its rows are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import polars as pl

from growthctl.errors import Notice
from growthctl.events.column_names import ALIASES, CHECK, ENTITY, ORDER, SESSION, TIME
from growthctl.events.identity import resolved
from growthctl.events.odd_numbers import numbers_asked, odd_notices, odd_numbers
from growthctl.events.progress import counted_rows
from growthctl.events.reading.once import read_once
from growthctl.events.reading.open import Log
from growthctl.events.rows import (
    Quality,
    canonical_rows,
    column_of,
    event_counts,
    quality,
    quality_of_spotless,
    spotless,
    usable,
)
from growthctl.events.stage_flags import marked_events, matched_events, named_events, seen
from growthctl.events.storage.memory import rows_about, spill_for
from growthctl.events.storage.spill import Partitions
from growthctl.funnel.sections.model import Funnel

_QUALITY, _ODD = "quality", "odd"
_SAMPLES, _SAMPLED = 8, 10_000


class Wanted(NamedTuple):
    """What of a log: `properties` that conditions read, those that are `counted` by, of these the `segments`.

    `only` this entity, or `every_event` of all; `names` of entities as they are; what fits into `memory` bytes, the
    rest in files.
    """

    properties: Sequence[str]
    counted: Sequence[str]
    segments: Collection[str]
    only: str | None
    every_event: bool
    names: bool
    memory: int


class EntityNames(NamedTuple):
    """What the log calls its entities: `rows` have ENTITY as it is there; are they `numbered` elsewhere?"""

    rows: pl.LazyFrame
    numbered: bool

    def of(self, entities: pl.Series) -> list[str]:
        """The names of a few entities, in order; looks through the log once more where they are numbered."""
        if self.numbered:
            number = _number(pl.col(ENTITY))
            found = self.rows.select(ENTITY).filter(number.is_in(entities.implode())).unique()
            entities = found.collect(engine="streaming")[ENTITY]
        return entities.cast(pl.String).sort().to_list()


class Collected(NamedTuple):
    """`stages_seen` and `exclusions_seen` are bit sets; `event_counts` is empty where every event has been seen."""

    events: Partitions
    names: EntityNames
    quality: Quality
    stages_seen: int
    exclusions_seen: int
    event_counts: Mapping[str, int]
    ambiguous: int
    odd_numbers: list[Notice]


def collect(log: Log, funnel: Funnel, wanted: Wanted, as_of: int | None) -> Collected:
    """What is `wanted` of a log, up to `as_of`."""
    properties = list(wanted.properties)
    if funnel.order == "strict" or wanted.only is not None:
        log = log._replace(frame=log.frame.with_row_index(ORDER), schema={**log.schema, ORDER: pl.UInt32()})
        properties.append(ORDER)
    log = log._replace(spotless=spotless(log, funnel.source, as_of))
    held, source = read_once(log, funnel.source, funnel.timezone, properties, wanted.memory)
    is_held = held is not log
    identified = resolved(held, source, funnel.timezone, as_of)
    rows = canonical_rows(identified.log, identified.source, funnel.timezone, properties, as_of)
    if is_held:
        rows = rows.collect(engine="streaming").lazy()
    log = identified.log
    types = rows.collect_schema()
    # Where the log has no column `event` or `time`, a condition means the canonical one, which has a type.
    schema = {name: types[name] for name in properties if name in log.schema or name not in ALIASES}
    good, others = usable(rows, log), _beside(rows, log, funnel, schema, is_read=is_held)
    if wanted.only is None and not wanted.every_event:
        matched = _compact(matched_events(good, funnel, schema, wanted.counted), wanted)
        if _QUALITY not in others:
            matched = counted_rows(matched, TIME, lambda: _expected(log, funnel))
        events, found = _held(matched, list(others.values()), log, wanted.memory)
    else:
        chosen = good
        if wanted.only is not None:
            entity = identified.known.get(wanted.only, wanted.only)
            chosen = good.filter(pl.col(ENTITY).cast(pl.String) == entity)
        matched = marked_events(chosen, funnel, schema)
        frame, *found = pl.collect_all([matched, *others.values()], engine="streaming")
        events = Partitions(frame.lazy())
    counted = dict(zip(others, found, strict=True))
    stages, exclusions = seen(events.rows)
    return Collected(
        events,
        EntityNames(good, CHECK in matched.collect_schema()),
        Quality.of(counted[_QUALITY]) if _QUALITY in counted else quality_of_spotless(log, funnel.source, events.rows),
        stages,
        exclusions,
        {} if all_seen(funnel, stages, exclusions) else event_counts(rows),
        identified.ambiguous,
        list(odd_notices(funnel, counted[_ODD])) if _ODD in counted else [],
    )


def _beside(
    rows: pl.LazyFrame, log: Log, funnel: Funnel, schema: Mapping[str, pl.DataType], *, is_read: bool
) -> dict[str, pl.LazyFrame]:
    """What is asked about all rows while they are read, or after."""
    queries = {}
    source = funnel.source
    if not log.spotless or source.filter is not None:
        queries[_QUALITY] = quality(rows if is_read else counted_rows(rows, TIME, lambda: rows_about(log)))
    if numbers_asked(funnel):
        queries[_ODD] = usable(rows, log).select(odd_numbers(funnel, schema))
    return queries


def _expected(log: Log, funnel: Funnel) -> int | None:
    """About how many events will match, for whoever watches: by a few slices of the log."""
    rows, names = rows_about(log), named_events(funnel)
    if rows is None or names is None:
        return rows
    event = column_of(log, funnel.source.columns.event)[0]
    slices = [log.frame.slice(start, _SAMPLED) for start in range(0, rows, rows // _SAMPLES + 1)]
    share = pl.concat(slices).select(event.cast(pl.String).is_in(names).mean()).collect(engine="streaming").item()
    return int(rows * (share or 0))


def _compact(matched: pl.LazyFrame, wanted: Wanted) -> pl.LazyFrame:
    """The events with texts as numbers: of entities two independent hashes, of segments their categories."""
    types = matched.collect_schema()
    texts = [name for name in wanted.segments if isinstance(types[name], pl.String)]
    matched = matched.with_columns(pl.col(texts).cast(pl.Categorical))
    keys = [name for name in (ENTITY, SESSION) if name in types]
    if wanted.names:
        return matched
    return matched.with_columns(
        *(_number(pl.col(key)).alias(key) for key in keys),
        ((pl.struct(keys) if len(keys) > 1 else pl.col(keys)).hash(1) // (1 << 32)).cast(pl.UInt32).alias(CHECK),
    )


def _number(key: pl.Expr) -> pl.Expr:
    return key.hash()


def _held(
    matched: pl.LazyFrame, others: Sequence[pl.LazyFrame], log: Log, memory: int
) -> tuple[Partitions, list[pl.DataFrame]]:
    """The events in memory, else in files; and what the other queries collect to."""
    spill = spill_for(log, matched.collect_schema(), memory, ENTITY)
    query = matched if spill is None else spill.query(matched)
    # Text is taken apart once for all queries; of Parquet each reads only the columns, and row groups, that it needs.
    shared = pl.QueryOptFlags(comm_subplan_elim=log.format != "parquet")
    frame, *found = pl.collect_all([query, *others], engine="streaming", optimizations=shared)
    events = Partitions(frame.lazy()) if spill is None else spill.written(matched.collect_schema())
    return events, found


def all_seen(funnel: Funnel, stages: int, exclusions: int) -> bool:
    """Whether every event that the funnel names is in the log for certain: a bit tells of one name only."""
    bits = [stages >> k & 1 for k in range(len(funnel.stages))]
    bits += [exclusions >> k & 1 for k in range(len(funnel.exclude))]
    names = [stage.event for stage in funnel.stages] + [rule.event for rule in funnel.exclude]
    return all(bits) and all(len(several) == 1 for several in names)
