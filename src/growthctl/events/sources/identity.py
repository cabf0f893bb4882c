"""One entity before and after it is known: every anonymous id becomes the known id that it is linked to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import polars as pl

from growthctl.events.column_names import ENTITY, REJECTED, TIME
from growthctl.events.columns import id_of
from growthctl.events.reading.open import Log
from growthctl.events.rows import canonical_rows
from growthctl.funnel.sections.source import Identity, Source

IDENTITY = "#identity"
_KNOWN, _LINKED = "#known", "#linked"
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

    A row with both ids links them, over the whole log; of several links of an anonymous id the first in time wins. A
    row's own known id always holds; a row without any id has no entity.
    """
    if source.identity is None:
        return Resolved(log, source, {}, 0)
    identified = _identified(log, source.identity)
    by_identity = _with_entity(source, IDENTITY)
    links = (
        canonical_rows(identified, by_identity, timezone, [_KNOWN], as_of)
        .filter(pl.col(REJECTED).is_null())
        .drop_nulls(_KNOWN)
        .group_by(ENTITY)
        .agg(pl.col(_KNOWN).sort_by(TIME, _KNOWN).first().alias(_LINKED), pl.col(_KNOWN).n_unique().alias("known"))
        .collect(engine="streaming")
    )
    frame = (
        identified.frame.join(
            links.lazy().select(pl.col(ENTITY).alias(IDENTITY), _LINKED), on=IDENTITY, how="left", maintain_order="left"
        )
        .with_columns(pl.coalesce(_KNOWN, _LINKED, IDENTITY).alias(IDENTITY))
        .drop(_LINKED)
    )
    merged = identified._replace(frame=frame, spotless=False)
    known_as = dict(links.select(ENTITY, _LINKED).iter_rows())
    return Resolved(merged, by_identity, known_as, links.filter(pl.col("known") > 1).height)


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
