"""Which stages and exclusions each event matches: its name fits, and its condition is true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from growthctl.events.column_names import ALIASES, ENTITY, EVENT, EXCLUDED, NAMED, ORDER, SESSION, SOURCE, STAGES, TIME
from growthctl.events.conditions.expressions import compile_condition
from growthctl.funnel.sections.model import Funnel
from growthctl.funnel.sections.stage import Exclusion, Stage

ANY = "*"
"""The event of a stage that any event fits."""
_WIDTHS = ((8, pl.UInt8()), (16, pl.UInt16()), (32, pl.UInt32()), (64, pl.UInt64()))


def matched_events(
    rows: pl.LazyFrame, funnel: Funnel, schema: Mapping[str, pl.DataType], properties: Sequence[str]
) -> pl.LazyFrame:
    """The events, of usable rows, that a journey may depend on: ENTITY, TIME, STAGES, EXCLUDED where the funnel
    excludes, NAMED where a stage is the first ever, ORDER in strict order, SESSION, and `properties`.

    Those named by a stage or an exclusion with a true condition; where a journey also depends on others (strict order,
    sessions by gap, a first that the condition is not true of), these too. No event whose session is null. STAGES is as
    narrow as can be; what depends on other events of the entity is still to be done: see `sorted_events`.
    """
    names = named_events(funnel)
    first_ever = any(stage.first_ever for stage in funnel.stages)
    if names is not None:
        # On the bare name, so that the filter reaches the reader of the file.
        rows = rows.filter(pl.col(EVENT).is_in(names))
    marked = rows.with_columns(*_marks(funnel, schema))
    if funnel.source.columns.session:
        marked = marked.with_columns(pl.col(funnel.source.columns.session).alias(SESSION)).drop_nulls(SESSION)
    kept = [ENTITY, TIME, STAGES, *([EXCLUDED] if funnel.exclude else []), *([NAMED] if first_ever else [])]
    kept += [SESSION] if funnel.source.columns.session else []
    kept += [ORDER] if funnel.order == "strict" else []
    rules: list[Stage | Exclusion] = [*funnel.stages, *funnel.exclude]
    if _needs_all(funnel) or (names is not None and all(rule.where is None for rule in rules)):
        return marked.select(*kept, *properties)
    counts = pl.any_horizontal(pl.col(name) > 0 for name in (STAGES, EXCLUDED, NAMED) if name in kept)
    return marked.filter(counts).select(*kept, *properties)


def named_events(funnel: Funnel) -> list[str] | None:
    """The names of the events that a journey may depend on; None where these may be any."""
    names = names_of(funnel)
    return None if _needs_all(funnel) or ANY in names else names


def names_of(funnel: Funnel) -> list[str]:
    """The names of all events that the funnel speaks of."""
    rules: list[Stage | Exclusion] = [*funnel.stages, *funnel.exclude]
    return sorted({name for rule in rules for name in rule.event})


def marked_events(rows: pl.LazyFrame, funnel: Funnel, schema: Mapping[str, pl.DataType]) -> pl.LazyFrame:
    """All usable `rows` with STAGES, EXCLUDED, NAMED and a SESSION of the log; see `sorted_events.completed`."""
    marked = rows.with_columns(*_marks(funnel, schema))
    if funnel.source.columns.session:
        marked = marked.with_columns(pl.col(funnel.source.columns.session).alias(SESSION)).drop_nulls(SESSION)
    return marked


def flags_in(events: pl.LazyFrame) -> tuple[int, int]:
    """The bit sets of the stages, and of the exclusions, that some of `events` match."""
    columns = [name for name in (STAGES, EXCLUDED) if name in events.collect_schema()]
    bits = events.select(pl.col(columns).bitwise_or()).collect(engine="streaming").row(0)
    stages, exclusions = (*(flags or 0 for flags in bits), 0)[:2]
    return stages, exclusions


def _needs_all(funnel: Funnel) -> bool:
    """Does a journey depend on events that are of no stage and no exclusion?"""
    return funnel.order == "strict" or (funnel.count == "sessions" and not funnel.source.columns.session)


def _marks(funnel: Funnel, schema: Mapping[str, pl.DataType]) -> list[pl.Expr]:
    return [
        _bits([_matches(stage, schema, funnel.timezone) for stage in funnel.stages]).alias(STAGES),
        _bits([_matches(rule, schema, funnel.timezone) for rule in funnel.exclude]).alias(EXCLUDED),
        _bits([_is_named(stage) for stage in funnel.stages]).alias(NAMED),
    ]


def _bits(matches: Sequence[pl.Expr]) -> pl.Expr:
    dtype = next(dtype for width, dtype in _WIDTHS if len(matches) <= width)
    bits = [
        pl.when(match).then(pl.lit(1 << position, dtype)).otherwise(pl.lit(0, dtype))
        for position, match in enumerate(matches)
    ]
    return pl.sum_horizontal(bits).cast(dtype) if bits else pl.lit(0, dtype)


def _matches(rule: Stage | Exclusion, schema: Mapping[str, pl.DataType], timezone: str) -> pl.Expr:
    named = _is_named(rule)
    return named if rule.where is None else named & compile_condition(rule.where, schema, ALIASES, timezone)


def _is_named(rule: Stage | Exclusion) -> pl.Expr:
    named = _has_name(rule)
    source = rule.source if isinstance(rule, Stage) else None
    return named if source is None else named & (pl.col(SOURCE) == source)


def _has_name(rule: Stage | Exclusion) -> pl.Expr:
    if ANY in rule.event:
        return pl.col(EVENT).is_not_null()
    return pl.any_horizontal(pl.col(EVENT) == name for name in rule.event)
