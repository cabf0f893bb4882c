"""Files that say which id of one source is which of another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl

from growthctl.errors import DataError, Notice, Problem
from growthctl.events.column_names import ENTITY
from growthctl.events.reading.open import written_log
from growthctl.funnel.nearest import did_you_mean
from growthctl.funnel.sections.source import Source

_LINKED = "#linked"


class Links(NamedTuple):
    """What the ids of a source are in another."""

    place: str
    """The file, as the funnel names it."""
    target: str
    """The other source."""
    ids: pl.DataFrame
    """ENTITY, each once, and _LINKED."""
    conflicts: int
    """Ids that are linked to several of the other source; the first in the file counts."""


def links_of(names: Sequence[str], folder: Path, sources: Mapping[str, Source]) -> dict[str, Links]:
    """By source the links of its ids; the header of each file is the names of two sources, from one to the other.

    Raises DataError `bad_links` for other headers, for a source that is linked twice, and for links in a circle.
    """
    links: dict[str, Links] = {}
    for name in names:
        log, _ = written_log(None, Source(path=(name,)), folder)
        columns = list(log.schema)
        unknown = next((column for column in columns if column not in sources), None)
        if len(columns) != 2 or unknown is not None:
            near = did_you_mean(unknown or "", sources)
            message = f"the header of {name} is {', '.join(columns)}, not the names of two sources{near}"
            raise DataError(Problem("bad_links", message, f"sources: {', '.join(sources)}"))
        origin, target = columns
        if origin in links:
            message = f"{name} and {links[origin].place} both link the ids of '{origin}'"
            raise DataError(Problem("bad_links", message, "put them into one file"))
        links[origin] = _links(log.frame, name, origin, target)
    for origin in links:
        _check_circle(origin, links)
    return links


def _links(frame: pl.LazyFrame, place: str, origin: str, target: str) -> Links:
    texts = frame.select(pl.col(origin, target).cast(pl.String)).filter(
        pl.all_horizontal(pl.col(origin, target).is_not_null() & (pl.col(origin, target) != ""))
    )
    pairs = texts.collect().unique(maintain_order=True)
    ids = pairs.unique(origin, keep="first", maintain_order=True)
    conflicts = pairs.height - ids.height
    return Links(place, target, ids.rename({origin: ENTITY, target: _LINKED}), conflicts)


def _check_circle(origin: str, links: Mapping[str, Links]) -> None:
    passed = [origin]
    while passed[-1] in links:
        passed.append(links[passed[-1]].target)
        if passed.count(passed[-1]) > 1:
            raise DataError(Problem("bad_links", f"the links go in a circle: {' → '.join(passed)}"))


def linked(rows: pl.LazyFrame, source: str, links: Mapping[str, Links]) -> pl.LazyFrame:
    """The rows of a source under the ids that they are linked to, step by step.

    An id without a link is nobody of the other source, though an id there may look like it: it is called `crm:7`.
    """
    while source in links:
        ids = links[source].ids.lazy()
        own = pl.lit(f"{source}:") + pl.col(ENTITY)
        rows = (
            rows.join(ids, on=ENTITY, how="left", maintain_order="left")
            .with_columns(pl.coalesce(_LINKED, own).alias(ENTITY))
            .drop(_LINKED)
        )
        source = links[source].target
    return rows


def link_notices(links: Mapping[str, Links]) -> list[Notice]:
    """Of ids that are linked to several others."""
    return [
        Notice("links_disagree", numbers={"source": origin, "file": link.place, "ids": link.conflicts})
        for origin, link in links.items()
        if link.conflicts
    ]
