"""One entity before and after it is known: every anonymous id becomes the known id that it is linked to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import polars as pl

from growthctl.events.column_names import ENTITY, REJECTED, TIME
from growthctl.events.columns import column_of, id_of
from growthctl.events.reading.open import Log
from growthctl.events.rows import canonical_rows
from growthctl.events.sources.next_known import NEXT, with_next_known
from growthctl.events.times.event_time import event_time
from growthctl.funnel.sections.source import Identity, Source

IDENTITY = "#identity"
_KNOWN, _LINKED, _AT = "#known", "#linked", "#at"
_DEVICE = "$device:"
"""Before the id of a device that Mixpanel gives in place of a person's."""


class Resolved(NamedTuple):
    """A log with its entities in a column of their own."""

    log: Log
    source: Source
    """It reads the entities where they are now."""
    known: Mapping[str, str]
    """Which known id a linked anonymous one became."""
    ambiguous: int
    """How many anonymous ids were linked to several known ones."""


def resolved(log: Log, source: Source, timezone: str, as_of: int | None) -> Resolved:
    """The log with one entity before and after it is known; as it is, where the source has no identity.

    A row with both ids links them, over the whole log; of several links of an anonymous id the first in time wins, or,
    by the rule `next`, the first at or after the row's own time. A row's own known id always holds; a row without any
    id has no entity.
    """
    if source.identity is None:
        return Resolved(log, source, {}, 0)
    identified = _identified(log, source.identity)
    by_identity = _with_entity(source, IDENTITY)
    both = (
        canonical_rows(identified, by_identity, timezone, [_KNOWN], as_of)
        .filter(pl.col(REJECTED).is_null())
        .drop_nulls([ENTITY, _KNOWN])
    )
    links = (
        both.group_by(ENTITY)
        .agg(pl.col(_KNOWN).sort_by(TIME, _KNOWN).first().alias(_LINKED), pl.col(_KNOWN).n_unique().alias("known"))
        .collect(engine="streaming")
    )
    frame = identified.frame.join(
        links.lazy().select(pl.col(ENTITY).alias(IDENTITY), _LINKED), on=IDENTITY, how="left", maintain_order="left"
    )
    shared = links.filter(pl.col("known") > 1)[ENTITY]
    if source.identity.rule == "next" and len(shared):
        moments = both.filter(pl.col(ENTITY).is_in(shared.implode())).select(
            pl.col(ENTITY).alias(IDENTITY), pl.col(TIME).alias(_AT), pl.col(_KNOWN).alias(NEXT)
        )
        frame = _of_shared(frame, _time_of(identified, by_identity, timezone), shared, moments)
    frame = frame.with_columns(pl.coalesce(_KNOWN, _LINKED, IDENTITY).alias(IDENTITY)).drop(_LINKED)
    merged = identified._replace(frame=frame, spotless=False)
    known_as = dict(links.select(ENTITY, _LINKED).iter_rows())
    return Resolved(merged, by_identity, known_as, len(shared))


def _of_shared(frame: pl.LazyFrame, time: pl.Expr, shared: pl.Series, moments: pl.LazyFrame) -> pl.LazyFrame:
    """The rows, of which those of shared anonymous ids have whom the next of the moments names as _LINKED."""
    frame = frame.with_columns(time.alias(_AT))
    is_shared = pl.col(IDENTITY).is_in(shared.implode()) & pl.col(_KNOWN).is_null() & pl.col(_AT).is_not_null()
    by_next = with_next_known(frame.filter(is_shared), IDENTITY, _AT, moments)
    by_next = by_next.with_columns(pl.coalesce(NEXT, _LINKED).alias(_LINKED)).drop(NEXT)
    return pl.concat([frame.filter(~is_shared.fill_null(value=False)), by_next]).drop(_AT)


def _time_of(log: Log, source: Source, timezone: str) -> pl.Expr:
    time, dtype = column_of(log, source.columns.time)
    return event_time(time, dtype, source, timezone, log.examples(source.columns.time))


def unlinked(log: Log, source: Source) -> tuple[Log, Source]:
    """The log with whatever id a row has as its entity, and the source that reads it there; both as they are without
    identity.
    """
    if source.identity is None:
        return log, source
    log = _identified(log, source.identity)
    either = pl.coalesce(IDENTITY, _KNOWN).alias(IDENTITY)
    return log._replace(frame=log.frame.with_columns(either)), _with_entity(source, IDENTITY)


def _identified(log: Log, identity: Identity) -> Log:
    schema = {**log.schema, IDENTITY: pl.String(), _KNOWN: pl.String()}
    return log._replace(frame=log.frame.with_columns(*_ids(log, identity)), schema=schema)


def _with_entity(source: Source, column: str) -> Source:
    return source.model_copy(update={"identity": None, "columns": source.columns.model_copy(update={"entity": column})})


def _ids(log: Log, identity: Identity) -> tuple[pl.Expr, pl.Expr]:
    """Before and after an entity is known, as text. What says itself that it is a device is nobody known."""
    anonymous, known = (id_of(log, name).cast(pl.String) for name in (identity.anonymous, identity.known))
    is_device = known.str.starts_with(_DEVICE)
    device = pl.coalesce(anonymous, pl.when(is_device).then(known)).str.strip_prefix(_DEVICE)
    return device.alias(IDENTITY), pl.when(~is_device).then(known).alias(_KNOWN)
