"""Which stages and exclusions each event matches: its name fits, and its condition is true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import polars as pl

from growthctl.events.condition import compile_condition
from growthctl.events.rows import ALIASES, ENTITY, EVENT, REJECTED, TIME
from growthctl.kernel.entities import sessions_by_gap
from growthctl.kernel.names import EXCLUDED, NAMED, ORDER, SESSION, STAGES
from growthctl.spec.model import Exclusion, Funnel, Stage


def matched_events(
    rows: pl.LazyFrame, funnel: Funnel, schema: Mapping[str, pl.DataType], properties: Sequence[str]
) -> pl.LazyFrame:
    """The usable events that a journey may depend on: ENTITY, TIME, STAGES, EXCLUDED and `properties`.

    Those that match a stage or an exclusion; for strict order all events, with ORDER. With `count: sessions` also
    SESSION, and no event whose session is null.
    """
    marked = marked_events(rows, funnel, schema)
    kept = [ENTITY, TIME, STAGES, EXCLUDED, *properties]
    if funnel.count == "sessions":
        kept.append(SESSION)
    if funnel.order == "strict":
        return marked.select(*kept, ORDER)
    return marked.filter((pl.col(STAGES) > 0) | (pl.col(EXCLUDED) > 0)).select(kept)


def marked_events(rows: pl.LazyFrame, funnel: Funnel, schema: Mapping[str, pl.DataType]) -> pl.LazyFrame:
    """All usable events with STAGES, EXCLUDED, NAMED (stages whose event it is, true condition or not), SESSION."""
    marked = rows.filter(pl.col(REJECTED).is_null()).with_columns(
        _bits([_matches(stage, schema, funnel.timezone) for stage in funnel.stages]).alias(STAGES),
        _bits([_matches(rule, schema, funnel.timezone) for rule in funnel.exclude]).alias(EXCLUDED),
        _bits([_is_named(stage) for stage in funnel.stages]).alias(NAMED),
    )
    if funnel.source.columns.session:
        return marked.with_columns(pl.col(funnel.source.columns.session).alias(SESSION)).drop_nulls(SESSION)
    if funnel.count == "sessions":
        return sessions_by_gap(marked, funnel.session_gap // timedelta(microseconds=1))
    return marked


def unmatched(events: pl.DataFrame, funnel: Funnel) -> list[Stage]:
    """The stages that none of `events` matches."""
    bits = events.select(pl.col(STAGES).bitwise_or()).item() or 0
    return [stage for position, stage in enumerate(funnel.stages) if not bits >> position & 1]


def _bits(matches: Sequence[pl.Expr]) -> pl.Expr:
    bits = [
        pl.when(match).then(pl.lit(1 << position, pl.UInt64)).otherwise(pl.lit(0, pl.UInt64))
        for position, match in enumerate(matches)
    ]
    return pl.sum_horizontal(bits) if bits else pl.lit(0, pl.UInt64)


def _matches(rule: Stage | Exclusion, schema: Mapping[str, pl.DataType], timezone: str) -> pl.Expr:
    named = _is_named(rule)
    matches = named
    if rule.where is not None:
        matches = matches & compile_condition(rule.where, schema, ALIASES, timezone)
    if isinstance(rule, Stage) and rule.first_ever:
        matches = matches & (pl.col(TIME) == pl.when(named).then(pl.col(TIME)).min().over(ENTITY))
    return matches


def _is_named(rule: Stage | Exclusion) -> pl.Expr:
    if "*" in rule.event:
        return pl.col(EVENT).is_not_null()
    return pl.col(EVENT).is_in(list(rule.event)).fill_null(value=False)
