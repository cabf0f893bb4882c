"""The common beginning of every question: which events of the log can matter to the funnel."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from growthctl.errors import Problem, UsageError
from growthctl.events.check import check_quality
from growthctl.events.identity import resolved
from growthctl.events.memory import Memory, bytes_of, spill_for
from growthctl.events.partitions import Partitions
from growthctl.events.read import Data, Log, compute, open_log
from growthctl.events.rows import (
    ALIASES,
    ENTITY,
    REJECTED,
    Quality,
    canonical_rows,
    event_counts,
    quality,
    quality_of_spotless,
    spotless,
)
from growthctl.events.time import parse_instant
from growthctl.kernel.journeys import Entries
from growthctl.kernel.match import ANY, completed_events, marked_events, matched_events, seen
from growthctl.kernel.minima import SharedNumberError
from growthctl.kernel.names import CHECK, ORDER, SESSION
from growthctl.kernel.plan import Plan, plan_of
from growthctl.kernel.settle import Question, Settled, settle
from growthctl.pipeline.columns import CANONICAL, Asked, asked_by, check_columns
from growthctl.pipeline.odd import numbers_asked, odd_numbers, odd_warnings
from growthctl.report.build import Facts, Range
from growthctl.report.model import Warning
from growthctl.spec.load import Loaded, funnel_from_mapping, load_funnel
from growthctl.spec.model import Funnel, Source
from growthctl.spec.nearest import did_you_mean

_QUALITY, _ODD = "quality", "odd"
LATEST_ODD_TIME = 100_000_000_000_000
FunnelLike = str | Path | Mapping[str, Any] | Loaded
"""A funnel file, read already or not, or what such a file holds."""


Moment = str | date
"""ISO text, a date or a datetime."""


@dataclass(frozen=True)
class Read:
    """A funnel, the events of a log that matter to it, and what the log was like; `seen`: stages that have an event."""

    funnel: Funnel
    plan: Plan
    events: Partitions
    quality: Quality
    seen: int
    span: Range
    warnings: tuple[Warning, ...]

    @property
    def entries(self) -> Entries:
        """The entries that may start attempts."""
        return Entries(self.span.since, self.span.until)

    def settled(self, question: Question) -> Settled:
        """The journeys of all entities, and what is asked about each."""
        parts = (completed_events(events.lazy(), self.funnel).collect() for events in self.events)
        # Periods group the entries, so attempts cannot.
        plan = replace(self.plan, count="entities") if question.entries.period else self.plan
        return settle(parts, plan, question)

    def facts(self, settled: Settled) -> Facts:
        """What was read, for a report."""
        return Facts(self.quality, self.span, settled.entities, self.warnings)


@dataclass(frozen=True)
class When:
    """The times of a question as a person wrote them; a date is midnight in the funnel's timezone."""

    since: Moment | None = None
    until: Moment | None = None
    as_of: Moment | None = None

    def span(self, timezone: str) -> Range:
        """In microseconds since the epoch. Raises UsageError for what is no time, or a range that is empty."""
        since, until, as_of = (
            None if text is None else parse_instant(str(text), timezone, what=what)
            for text, what in ((self.since, "--since"), (self.until, "--until"), (self.as_of, "--as-of"))
        )
        if since is not None and until is not None and since >= until:
            hint = "entries count from --since on, and before --until"
            raise UsageError(Problem("empty_range", f"--since {self.since} is not before --until {self.until}", hint))
        return Range(since, until, as_of)


def read(
    funnel: Funnel,
    folder: Path,
    data: Data,
    when: When,
    by: Sequence[str] | None = None,
    *,
    only: str | None = None,
    names: bool = True,
    memory: Memory = None,
) -> Read:
    """The events that matter to the funnel, with the properties that it counts by; or all events of one entity.

    `data` is a path, a list of paths or a polars frame; None is the funnel's own `source.path`, relative to `folder`.
    `by` replaces the funnel's segments; without `names` texts that name entities become numbers, which is faster.
    `memory`: see `memory.limit`. Raises UsageError and DataError.
    """
    span = when.span(funnel.timezone)
    asked = asked_by(funnel, by)
    needed = list(dict.fromkeys(name for place, name in asked if place not in CANONICAL))
    log = open_log(data, _readable_everywhere(funnel.source), folder, needed)
    check_columns(log, funnel, asked)
    counted = [name for name in needed if name in _counted_by(asked)]
    wanted = _Wanted(needed, counted, _segment_properties(asked), only, names, bytes_of(memory))
    found = compute(log, lambda log: _collect(log, funnel, wanted, span.as_of))
    quality = found.quality
    messages = check_quality(quality, log, _readable_everywhere(funnel.source), funnel.timezone)
    warnings = [Warning(code="bad_rows", stage=None, message=message) for message in messages]
    warnings += [*_unknown_events(funnel, found), *_ambiguous_ids(found.ambiguous), *_early_times(funnel, quality)]
    warnings += [Warning(code="not_a_number", stage=None, message=message) for message in found.odd_numbers]
    if only is None:
        warnings += _never_true(funnel, found)
    as_of = quality.last_event_at if span.as_of is None else span.as_of
    span = replace(span, as_of=as_of)
    return Read(funnel, plan_of(funnel), found.events, quality, found.stages_seen, span, tuple(warnings))


def read_and_settle(
    funnel: Funnel,
    folder: Path,
    data: Data,
    when: When,
    question: Callable[[Read], Question],
    by: Sequence[str] | None = None,
    memory: Memory = None,
) -> tuple[Read, Settled]:
    """The events, and the journeys with what is asked about each; where nobody asks what the entities are called.

    They are numbers then; should two of them ever get the same one, all is done again with their names.
    """
    try:
        log = read(funnel, folder, data, when, by, names=False, memory=memory)
        return log, log.settled(question(log))
    except SharedNumberError:
        log = read(funnel, folder, data, when, by, memory=memory)
        return log, log.settled(question(log))


def load(funnel: FunnelLike) -> tuple[Funnel, Path]:
    """The funnel, and the folder that its paths are relative to. Raises SpecError with all its problems."""
    if isinstance(funnel, Loaded):
        return funnel.funnel, funnel.path.parent
    if isinstance(funnel, Mapping):
        return funnel_from_mapping(funnel), Path()
    return load_funnel(Path(funnel)), Path(funnel).parent


@dataclass(frozen=True)
class _Wanted:
    """What of a log: `properties` that conditions read, those that are `counted` by, of these the `segments`.

    `only` this entity; `names` of entities as they are; what fits into `memory` bytes, the rest in files.
    """

    properties: Sequence[str]
    counted: Sequence[str]
    segments: Collection[str]
    only: str | None
    names: bool
    memory: int


@dataclass(frozen=True)
class _Collected:
    """`stages_seen` and `exclusions_seen` are bit sets; `event_counts` is empty where every event has been seen."""

    events: Partitions
    quality: Quality
    stages_seen: int
    exclusions_seen: int
    event_counts: Mapping[str, int]
    ambiguous: int
    odd_numbers: list[str]


def _collect(log: Log, funnel: Funnel, wanted: _Wanted, as_of: int | None) -> _Collected:
    properties = list(wanted.properties)
    if funnel.order == "strict" or wanted.only is not None:
        log = replace(log, frame=log.frame.with_row_index(ORDER), schema={**log.schema, ORDER: pl.UInt32()})
        properties.append(ORDER)
    log = replace(log, spotless=spotless(log, funnel.source, as_of))
    identified = resolved(log, funnel.source, funnel.timezone, as_of)
    log = identified.log
    rows = canonical_rows(log, identified.source, funnel.timezone, properties, as_of)
    types = rows.collect_schema()
    # Where the log has no column `event` or `time`, a condition means the canonical one, which has a type.
    schema = {name: types[name] for name in properties if name in log.schema or name not in ALIASES}
    others = _beside(rows, log, funnel, schema)
    if wanted.only is None:
        matched = _compact(matched_events(rows, funnel, schema, wanted.counted), wanted)
        events, found = _held(matched, list(others.values()), log, wanted.memory)
    else:
        entity = identified.known.get(wanted.only, wanted.only)
        matched = marked_events(rows.filter(pl.col(ENTITY).cast(pl.String) == entity), funnel, schema)
        frame, *found = pl.collect_all([matched, *others.values()], engine="streaming")
        events = Partitions.of_frame(frame, ENTITY)
    counted = dict(zip(others, found, strict=True))
    stages, exclusions = seen(events.rows)
    return _Collected(
        events,
        Quality.of(counted[_QUALITY]) if _QUALITY in counted else quality_of_spotless(log, funnel.source, events.rows),
        stages,
        exclusions,
        {} if _all_seen(funnel, stages, exclusions) else event_counts(rows),
        identified.ambiguous,
        list(odd_warnings(funnel, counted[_ODD])) if _ODD in counted else [],
    )


def _beside(rows: pl.LazyFrame, log: Log, funnel: Funnel, schema: Mapping[str, pl.DataType]) -> dict[str, pl.LazyFrame]:
    """What is asked about all rows while they are read."""
    queries = {}
    source = funnel.source
    if not log.spotless or source.columns.id is not None or source.filter is not None:
        queries[_QUALITY] = quality(rows)
    if numbers_asked(funnel):
        queries[_ODD] = rows.filter(pl.col(REJECTED).is_null()).select(odd_numbers(funnel, schema))
    return queries


def _compact(matched: pl.LazyFrame, wanted: _Wanted) -> pl.LazyFrame:
    """The events with texts as numbers: of entities two independent hashes, of segments their categories."""
    types = matched.collect_schema()
    texts = [name for name in wanted.segments if isinstance(types[name], pl.String)]
    matched = matched.with_columns(pl.col(texts).cast(pl.Categorical))
    keys = [name for name in (ENTITY, SESSION) if name in types]
    if wanted.names or all(types[key].is_integer() for key in keys):
        return matched
    return matched.with_columns(
        *(_number(pl.col(key)).alias(key) for key in keys), pl.struct(keys).hash(1).alias(CHECK)
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
    events = Partitions.of_frame(frame, ENTITY) if spill is None else spill.written(matched.collect_schema())
    return events, found


def _all_seen(funnel: Funnel, stages: int, exclusions: int) -> bool:
    """Whether every event that the funnel names is in the log for certain: a bit tells of one name only."""
    bits = [stages >> k & 1 for k in range(len(funnel.stages))]
    bits += [exclusions >> k & 1 for k in range(len(funnel.exclude))]
    names = [stage.event for stage in funnel.stages] + [rule.event for rule in funnel.exclude]
    return all(bits) and all(len(several) == 1 for several in names)


def _counted_by(asked: Sequence[Asked]) -> set[str]:
    """The columns that counting reads; those of conditions are only for matching."""
    return {name for place, name in asked if place in ("segments", "--by", "hold_constant", "value.property")}


def _segment_properties(asked: Sequence[Asked]) -> set[str]:
    """Texts that are only told apart, so that a number for each is enough."""
    others = {name for place, name in asked if place in ("hold_constant", "value.property")}
    return {name for place, name in asked if place in ("segments", "--by")} - others


def _readable_everywhere(source: Source) -> Source:
    """A source whose entity is a column of the log, for a second look at its bad rows."""
    if source.identity is None:
        return source
    columns = source.columns.model_copy(update={"entity": source.identity.anonymous})
    return source.model_copy(update={"columns": columns})


def _ambiguous_ids(count: int) -> Iterator[Warning]:
    if count:
        ids = "anonymous id is" if count == 1 else "anonymous ids are"
        message = f"{count:,} {ids} linked to several known ids; the link that came first in time counts"
        yield Warning(code="ambiguous_identity", stage=None, message=message)


def _early_times(funnel: Funnel, facts: Quality) -> Iterator[Warning]:
    """A number such as 20240131 is a day to a person, and a moment of 1970 to a clock."""
    if facts.last_event_at is not None and facts.last_event_at < LATEST_ODD_TIME:
        column = funnel.source.columns.time
        message = f"every time lies before 1973: does '{column}' hold seconds since 1970? Days are written 2024-01-31"
        yield Warning(code="early_times", stage=None, message=message)


def _never_true(funnel: Funnel, found: _Collected) -> Iterator[Warning]:
    """Stages whose events are in the log, but never with a true condition: more often a slip than a fact."""
    counts = found.event_counts
    for position, stage in enumerate(funnel.stages):
        if found.stages_seen >> position & 1 or stage.where is None:
            continue
        named = sum(counts.values()) if ANY in stage.event else sum(counts.get(event, 0) for event in stage.event)
        if named:
            message = f"stage '{stage.name}': its where is true for none of the {named:,} events of its name"
            yield Warning(code="condition_never_true", stage=stage.name, message=message)


def _unknown_events(funnel: Funnel, found: _Collected) -> Iterator[Warning]:
    if _all_seen(funnel, found.stages_seen, found.exclusions_seen):
        return
    named: list[tuple[str | None, str, Sequence[str]]] = [
        (stage.name, f"stage '{stage.name}'", stage.event) for stage in funnel.stages
    ]
    named += [(None, "exclude", rule.event) for rule in funnel.exclude]
    for stage, where, events in named:
        for event in events:
            if event != ANY and event not in found.event_counts:
                near = did_you_mean(event, found.event_counts)
                message = f"{where}: the event '{event}' never occurs in the log{near}"
                yield Warning(code="event_not_in_log", stage=stage, message=message)
