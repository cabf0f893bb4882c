"""One pass over a log, or a few: the events that matter to a funnel, in memory or in files, and how its rows are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import polars as pl

from growthctl.errors import Notice
from growthctl.events.column_names import ALIASES, CHECK, ENTITY, ORDER, REJECTED, SESSION, SOURCE, TIME
from growthctl.events.columns import column_of
from growthctl.events.quality import Quality, is_spotless, quality_of_spotless, quality_sums
from growthctl.events.reading.open import Log
from growthctl.events.reading.preload import preload
from growthctl.events.reading.progress import counted_rows
from growthctl.events.reading.readable import of_readable
from growthctl.events.rows import BLANK, canonical_rows, event_counts, stray_rows, usable
from growthctl.events.slips.near_misses import NEAR, near_sum
from growthctl.events.slips.non_numbers import non_number_counts, non_number_notices, number_columns
from growthctl.events.sources.coverage import activity
from growthctl.events.sources.identity import resolved
from growthctl.events.stage_flags import flags_in, marked_events, matched_events, named_events
from growthctl.events.storage.memory import rows_about, spill_for
from growthctl.events.storage.spill import Partitions
from growthctl.funnel.sections.model import Funnel

_QUALITY, _NON_NUMBERS, _NEAR, _ACTIVE = "quality", "non_numbers", "near", "active"
_SAMPLES, _SAMPLED = 8, 10_000


class LogRequest(NamedTuple):
    """What of a log."""

    properties: Sequence[str]
    """All that conditions read or that is counted by."""
    counted: Sequence[str]
    """Those of them that are counted by."""
    segments: Collection[str]
    """Those of the counted whose values need only be told apart."""
    only: str | None
    """All events of this entity, and of no other."""
    every_event: bool
    """Of all entities also the events that match nothing."""
    names: bool
    """Entities by their names rather than by numbers made of these."""
    memory: int
    """Bytes; what does not fit goes to files."""


class EntityNames(NamedTuple):
    """What the log calls its entities."""

    rows: pl.LazyFrame
    """They have ENTITY as the log has it."""
    numbered: bool
    """Whether the events have numbers instead."""

    def of(self, entities: pl.Series) -> list[str]:
        """The names of a few entities, in order; looks through the log once more where they are numbered."""
        if self.numbered:
            number = _number(pl.col(ENTITY))
            named = self.rows.select(ENTITY).filter(number.is_in(entities.implode())).unique()
            entities = named.collect(engine="streaming")[ENTITY]
        return entities.cast(pl.String).sort().to_list()


class CollectedLog(NamedTuple):
    """What was wanted of a log, and what its rows are like."""

    events: Partitions
    names: EntityNames
    quality: Quality
    stages_seen: int
    """Bit set of the stages that some event matches."""
    exclusions_seen: int
    """Bit set of the exclusions that some event is one of."""
    event_counts: Mapping[str, int]
    """The usable rows of each event name; empty where every event that the funnel names is in the log, and none that is
    like it.
    """
    ambiguous: int
    """How many anonymous ids were linked to several known ones."""
    non_numbers: list[Notice]
    """Of texts where the funnel expects numbers."""
    blank: int
    """Rows of several sources that have neither entity nor event nor time: see `rows.stray_rows`."""
    active: pl.DataFrame | None
    """When each source has rows, where there are several: see `coverage.activity`."""


def collect(log: Log, funnel: Funnel, wanted: LogRequest, as_of: int | None) -> CollectedLog:
    """What is `wanted` of a log, up to `as_of`; what goes wrong while it is read becomes DataError."""
    return of_readable(log, lambda readable: _collected(readable, funnel, wanted, as_of))


def _collected(log: Log, funnel: Funnel, wanted: LogRequest, as_of: int | None) -> CollectedLog:
    raw, properties = log, list(wanted.properties)
    if funnel.order == "strict" or wanted.only is not None or wanted.every_event:
        log = log._replace(
            frame=log.frame.drop(ORDER, strict=False).with_row_index(ORDER), schema={**log.schema, ORDER: pl.UInt32()}
        )
        properties.append(ORDER)
    log = log._replace(spotless=is_spotless(log, funnel.source, funnel.timezone, as_of))
    preloaded, source = preload(log, funnel.source, funnel.timezone, properties, wanted.memory)
    is_preloaded = preloaded is not log
    identified = resolved(preloaded, source, funnel.timezone, as_of)
    rows = canonical_rows(identified.log, identified.source, funnel.timezone, properties, as_of)
    if is_preloaded:
        rows = rows.collect(engine="streaming").lazy()
    log = identified.log
    types = rows.collect_schema()
    # Where the log has no column `event` or `time`, a condition means the canonical one, which has a type.
    schema = {name: types[name] for name in properties if name in log.schema or name not in ALIASES}
    good, others = usable(rows, log), _beside(rows, log, funnel, schema, wanted, is_read=is_preloaded)
    if wanted.only is None:
        matching = (
            marked_events(good, funnel, schema)
            if wanted.every_event
            else matched_events(good, funnel, schema, wanted.counted)
        )
        matched = _compact(matching, wanted)
        if _QUALITY not in others:
            matched = counted_rows(matched, TIME, lambda: _expected(log, funnel, wanted))
        events, frames = _stored(matched, list(others.values()), log, wanted.memory)
    else:
        entity = identified.known.get(wanted.only, wanted.only)
        chosen = good.filter(pl.col(ENTITY).cast(pl.String) == entity)
        matched = marked_events(chosen, funnel, schema)
        frame, *frames = pl.collect_all([matched, *others.values()], engine="streaming")
        events = Partitions(frame.lazy())
    counted = dict(zip(others, frames, strict=True))
    stages, exclusions = flags_in(events.rows)
    return CollectedLog(
        events,
        EntityNames(good, CHECK in matched.collect_schema()),
        _quality(counted[_QUALITY], raw, funnel)
        if _QUALITY in counted
        else quality_of_spotless(log, funnel.source, events.rows),
        stages,
        exclusions,
        event_counts(rows) if not all_seen(funnel, stages, exclusions) or _has_near(counted) else {},
        identified.ambiguous,
        list(non_number_notices(funnel, counted[_NON_NUMBERS])) if _NON_NUMBERS in counted else [],
        int(counted[_QUALITY][BLANK].item()) if _QUALITY in counted and REJECTED in log.schema else 0,
        counted.get(_ACTIVE),
    )


def _beside(
    rows: pl.LazyFrame,
    log: Log,
    funnel: Funnel,
    schema: Mapping[str, pl.DataType],
    wanted: LogRequest,
    *,
    is_read: bool,
) -> dict[str, pl.LazyFrame]:
    """What is asked about all rows while they are read, or after."""
    queries = {}
    source = funnel.source
    if not log.spotless or source.filter is not None:
        read = rows if is_read else counted_rows(rows, TIME, lambda: rows_about(log))
        queries[_QUALITY] = quality_sums(read, [near_sum(funnel)] if wanted.only is None else [])
    elif wanted.only is None:
        queries[_NEAR] = rows.select(near_sum(funnel))
    if number_columns(funnel):
        queries[_NON_NUMBERS] = usable(rows, log).select(non_number_counts(funnel, schema))
    if SOURCE in log.schema and wanted.only is None:
        queries[_ACTIVE] = activity(rows)
    return queries


def _quality(counted: pl.DataFrame, log: Log, funnel: Funnel) -> Quality:
    """The quality of the log; what may be blank lines is looked at again, with all columns."""
    # Canonical rows lack the columns: of several sources each looks at its own.
    is_blank = counted[BLANK].item() and REJECTED not in log.schema
    return Quality.of(counted, stray_rows(log, funnel.source, funnel.timezone) if is_blank else 0)


def _has_near(counted: Mapping[str, pl.DataFrame]) -> bool:
    """Whether some name in the log is like one of the funnel's."""
    return any(NEAR in frame.columns and frame[NEAR].item() > 0 for frame in counted.values())


def _expected(log: Log, funnel: Funnel, wanted: LogRequest) -> int | None:
    """About how many events will match, for whoever watches: by a few slices of the log."""
    rows, names = rows_about(log), None if wanted.every_event else named_events(funnel)
    if rows is None or names is None:
        return rows
    event = column_of(log, funnel.source.columns.event)[0]
    slices = [log.frame.slice(start, _SAMPLED) for start in range(0, rows, rows // _SAMPLES + 1)]
    share = pl.concat(slices).select(event.cast(pl.String).is_in(names).mean()).collect(engine="streaming").item()
    return int(rows * (share or 0))


def _compact(matched: pl.LazyFrame, wanted: LogRequest) -> pl.LazyFrame:
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


def _stored(
    matched: pl.LazyFrame, others: Sequence[pl.LazyFrame], log: Log, memory: int
) -> tuple[Partitions, list[pl.DataFrame]]:
    """The events in memory, else in files; and what the other queries collect to."""
    spill = spill_for(log, matched.collect_schema(), memory, ENTITY)
    query = matched if spill is None else spill.query(matched)
    # Text is taken apart once for all queries; of columns and row groups each reads only those that it needs.
    shared = pl.QueryOptFlags(comm_subplan_elim=not log.is_columnar)
    frame, *frames = pl.collect_all([query, *others], engine="streaming", optimizations=shared)
    events = Partitions(frame.lazy()) if spill is None else spill.written(matched.collect_schema())
    return events, frames


def all_seen(funnel: Funnel, stages: int, exclusions: int) -> bool:
    """Whether every event that the funnel names is in the log for certain: a bit tells of one name only."""
    bits = [stages >> k & 1 for k in range(len(funnel.stages))]
    bits += [exclusions >> k & 1 for k in range(len(funnel.exclude))]
    names = [stage.event for stage in funnel.stages] + [rule.event for rule in funnel.exclude]
    return all(bits) and all(len(several) == 1 for several in names)
