"""Files that say which id of one source is which of another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl

from growthctl.errors import DataError, Notice, Problem
from growthctl.events.column_names import ENTITY, REJECTED, TIME
from growthctl.events.reading.open import written_log
from growthctl.events.sources.next_known import NEXT, with_next_known
from growthctl.funnel.nearest import did_you_mean
from growthctl.funnel.sections.source import LinkRule, Source

_LINKED = "#linked"


class Links(NamedTuple):
    """What the ids of a source are in another."""

    place: str
    """The file, as the funnel names it."""
    target: str
    """The other source."""
    ids: pl.DataFrame
    """ENTITY, each once, and _LINKED."""
    several: pl.DataFrame
    """ENTITY and _LINKED of ids that are linked to several of the other source; of these, `ids` has the first in the
    file.
    """


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
    pairs, ids = (pairs.rename({origin: ENTITY, target: _LINKED}) for pairs in (pairs, ids))
    return Links(place, target, ids, pairs.filter(pl.len().over(ENTITY) > 1))


def _check_circle(origin: str, links: Mapping[str, Links]) -> None:
    passed = [origin]
    while passed[-1] in links:
        passed.append(links[passed[-1]].target)
        if passed.count(passed[-1]) > 1:
            raise DataError(Problem("bad_links", f"the links go in a circle: {' → '.join(passed)}"))


def linked(rows: Mapping[str, pl.LazyFrame], source: str, links: Mapping[str, Links], rule: LinkRule) -> pl.LazyFrame:
    """The canonical rows of a source, of all of them, under the ids that they are linked to, step by step.

    An id that is linked to several is the first of them in the file; by the rule `next`, whoever of them has the next
    event in their own source at or after that of the row, else the last one before it. An id without a link is nobody
    of the other source, though an id there may look like it: it is called `crm:7`.
    """
    renamed = rows[source]
    while source in links:
        link = links[source]
        own = pl.lit(f"{source}:") + pl.col(ENTITY)
        joined = renamed.join(link.ids.lazy(), on=ENTITY, how="left", maintain_order="left")
        if rule == "next" and len(link.several):
            joined = _of_several(joined, link, rows[link.target])
        renamed = joined.with_columns(pl.coalesce(_LINKED, own).alias(ENTITY)).drop(_LINKED)
        source = link.target
    return renamed


def _of_several(joined: pl.LazyFrame, link: Links, target: pl.LazyFrame) -> pl.LazyFrame:
    usable = target.filter(pl.col(REJECTED).is_null()).select(pl.col(ENTITY).alias(_LINKED), TIME)
    moments = usable.join(link.several.lazy(), on=_LINKED).select(ENTITY, TIME, pl.col(_LINKED).alias(NEXT))
    is_one = pl.col(ENTITY).is_in(link.several[ENTITY].unique().implode()) & pl.col(TIME).is_not_null()
    by_next = with_next_known(joined.filter(is_one), ENTITY, TIME, moments)
    by_next = by_next.with_columns(pl.coalesce(NEXT, _LINKED).alias(_LINKED)).drop(NEXT)
    return pl.concat([joined.filter(~is_one.fill_null(value=False)), by_next])


def link_notices(links: Mapping[str, Links], rule: LinkRule) -> list[Notice]:
    """Of ids that are linked to several others."""
    return [
        Notice(
            "links_disagree",
            numbers={"source": origin, "file": link.place, "ids": link.several[ENTITY].n_unique(), "rule": rule},
        )
        for origin, link in links.items()
        if len(link.several)
    ]
