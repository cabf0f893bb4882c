"""One entity before and after it is known: every anonymous id becomes the known id that it is linked to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import polars as pl

from growthctl.events.column_names import ENTITY, REJECTED, TIME
from growthctl.events.columns import id_of
from growthctl.events.reading.open import Log
from growthctl.events.rows import canonical_rows
from growthctl.funnel.sections.source import Source

IDENTITY = "#identity"
_LINKED = "#linked"


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
    identity = source.identity
    if identity is None:
        return Resolved(log, source, {}, 0)
    anonymous, known = _id(log, identity.anonymous), _id(log, identity.known)
    by_anonymous = _with_entity(source, identity.anonymous)
    links = (
        canonical_rows(log, by_anonymous, timezone, [identity.known], as_of)
        .filter(pl.col(REJECTED).is_null())
        .select(pl.col(ENTITY).cast(pl.String), TIME, known.alias(IDENTITY))
        .drop_nulls(IDENTITY)
        .group_by(ENTITY)
        .agg(
            pl.col(IDENTITY).sort_by(TIME, IDENTITY).first().alias(_LINKED),
            pl.col(IDENTITY).n_unique().alias("known"),
        )
        .collect(engine="streaming")
    )
    frame = (
        log.frame.with_columns(anonymous.alias(IDENTITY))
        .join(
            links.lazy().select(pl.col(ENTITY).alias(IDENTITY), _LINKED), on=IDENTITY, how="left", maintain_order="left"
        )
        .with_columns(pl.coalesce(known, _LINKED, IDENTITY).alias(IDENTITY))
        .drop(_LINKED)
    )
    merged = log._replace(frame=frame, schema={**log.schema, IDENTITY: pl.String()}, spotless=False)
    known_as = dict(links.select(ENTITY, _LINKED).iter_rows())
    return Resolved(merged, _with_entity(source, IDENTITY), known_as, links.filter(pl.col("known") > 1).height)


def _with_entity(source: Source, column: str) -> Source:
    return source.model_copy(update={"identity": None, "columns": source.columns.model_copy(update={"entity": column})})


def _id(log: Log, name: str) -> pl.Expr:
    """A column of ids as text."""
    return id_of(log, name).cast(pl.String)
