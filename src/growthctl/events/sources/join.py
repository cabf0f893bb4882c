"""Several logs of one funnel as one: canonical rows of each, with the name of the source that they are from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl

from growthctl.errors import DataError, Notice
from growthctl.events.column_names import ENTITY, EVENT, SOURCE, TIME
from growthctl.events.columns import check_columns, source_requests, unknown_everywhere
from growthctl.events.quality import Quality, check_quality, quality_sums
from growthctl.events.reading.open import Log, open_log, row_by_row, with_numbers
from growthctl.events.rows import canonical_rows
from growthctl.events.slips.bad_times import settled
from growthctl.events.slips.non_numbers import number_columns
from growthctl.events.sources.identity import resolved, unlinked
from growthctl.events.sources.links import Links, linked
from growthctl.events.stage_flags import ANY
from growthctl.events.storage.memory import rows_about
from growthctl.funnel.sections.model import Funnel
from growthctl.funnel.sections.source import Source
from growthctl.funnel.sections.stage import Stage

JOINED = Source.model_validate({"columns": {"entity": ENTITY, "event": EVENT, "time": TIME}})
"""It reads the log that `joined` makes."""


_STRANGERS = 0.1
_ENTERS, _KNOWN = "#enters", "#known"


class Member(NamedTuple):
    """One of the sources, with its log."""

    name: str
    log: Log
    source: Source
    properties: tuple[str, ...]
    """Those asked for that it has."""


def members_of(funnel: Funnel, folder: Path, needed: Sequence[str]) -> list[Member]:
    """The sources of a funnel, opened; `needed` properties may be missing from any of them, but not from all.

    Raises DataError, which names the source.
    """
    members = list(_opened(funnel, folder, [name for name in needed if name != SOURCE]))
    unknown = [name for name in needed if name != SOURCE and not any(name in member.properties for member in members)]
    if unknown:
        raise DataError(*(unknown_everywhere(name, [member.log for member in members]) for name in unknown))
    return members


def _opened(funnel: Funnel, folder: Path, needed: Sequence[str]) -> Iterator[Member]:
    for name, source in funnel.sources.items():
        log = open_log(None, source, folder, needed)
        check_columns(log, funnel, list(source_requests(source, f"sources.{name}")))
        if source.decimal is not None:
            log = with_numbers(log, [name for _, name in number_columns(funnel)], source.decimal)
        properties = tuple(name for name in dict.fromkeys(needed) if name in log.schema)
        yield Member(name, log, settled(log, source), properties)


def joined(members: Sequence[Member], links: Mapping[str, Links], timezone: str, as_of: int | None) -> Log:
    """One log of the canonical rows of all members, with SOURCE and the ids that they are linked to; a property that a
    member lacks is null there.
    """
    frames = [linked(_rows(member, timezone, as_of), member.name, links) for member in members]
    frame = pl.concat(_alike(frames), how="diagonal")
    heights = [rows_about(member.log) for member in members]
    height = None if None in heights else sum(height or 0 for height in heights)
    place = ", ".join(member.name for member in members)
    slow = [member._replace(log=_slower(member.log)) for member in members]
    return Log(
        frame,
        dict(frame.collect_schema()),
        place,
        height=height,
        slower=lambda: joined(slow, links, timezone, as_of)._replace(slower=None),
    )


def _rows(member: Member, timezone: str, as_of: int | None) -> pl.LazyFrame:
    identified = resolved(member.log, member.source, timezone, as_of)
    rows = canonical_rows(identified.log, identified.source, timezone, member.properties, as_of)
    return rows.with_columns(pl.col(ENTITY).cast(pl.String), pl.lit(member.name).alias(SOURCE))


def _alike(frames: Sequence[pl.LazyFrame]) -> list[pl.LazyFrame]:
    """The frames with one type for each column: text where they differ."""
    types: dict[str, set[pl.DataType]] = {}
    for frame in frames:
        for name, dtype in frame.collect_schema().items():
            types.setdefault(name, set()).add(dtype)
    mixed = [name for name, kinds in types.items() if len(kinds) > 1]
    return [
        frame.with_columns(pl.col(name).cast(pl.String) for name in mixed if name in frame.collect_schema())
        for frame in frames
    ]


def _slower(log: Log) -> Log:
    return row_by_row(log) if log.format is not None and log.format.stops_at_bad_rows else log


def strangers(rows: pl.LazyFrame, stage: Stage) -> list[Notice]:
    """Sources of which many entities never have the event of the first `stage`: more often a broken link than a fact.

    `rows`: usable canonical ones with SOURCE; looks through them once more.
    """
    flagged = rows.select(ENTITY, SOURCE, _enters(stage).alias(_ENTERS))
    people = flagged.group_by(ENTITY, SOURCE).agg(pl.col(_ENTERS).any())
    people = people.with_columns(pl.col(_ENTERS).any().over(ENTITY).alias(_KNOWN))
    counts = people.group_by(SOURCE).agg(pl.len(), (~pl.col(_KNOWN)).sum(), pl.col(_ENTERS).any())
    return [
        Notice("never_enter", numbers={"source": source, "events": stage.event, "entities": size, "strangers": unknown})
        for source, size, unknown, feeds in counts.sort(SOURCE).collect(engine="streaming").iter_rows()
        if unknown > _STRANGERS * size and not feeds
    ]


def entries_seen_until(rows: pl.LazyFrame, stage: Stage) -> int | None:
    """When the last event was (µs) in a source that has the event of the first `stage`: another may go on longer.

    As `strangers`, looks through the `rows` once more.
    """
    ends = rows.group_by(SOURCE).agg(pl.col(TIME).max(), _enters(stage).any().alias(_ENTERS))
    last: int | None = ends.filter(_ENTERS).select(pl.col(TIME).max()).collect(engine="streaming").item()
    return last


def _enters(stage: Stage) -> pl.Expr:
    enters = pl.lit(value=True) if ANY in stage.event else pl.col(EVENT).is_in(stage.event)
    return enters if stage.source is None else enters & (pl.col(SOURCE) == stage.source)


def check_members(members: Sequence[Member], timezone: str, as_of: int | None) -> list[Notice]:
    """What `check_quality` says of each source; looks through all of them once more."""
    notices = []
    for member in members:
        log = _slower(member.log)
        rows = canonical_rows(*unlinked(log, member.source), timezone, as_of=as_of)
        sums = quality_sums(rows).collect(engine="streaming")
        notices += check_quality(Quality.of(sums), log, member.source, timezone)
    return notices
