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
from growthctl.events.reading.open import Log, data_errors, open_log, row_by_row, with_numbers
from growthctl.events.rows import canonical_rows, stray_rows
from growthctl.events.slips.bad_times import settled
from growthctl.events.slips.decimal_sign import signs_in
from growthctl.events.slips.non_numbers import number_columns
from growthctl.events.slips.warnings import ambiguous_identity
from growthctl.events.sources.identity import Resolved, resolved, unlinked
from growthctl.events.sources.links import Links, link_notices, linked
from growthctl.events.storage.memory import rows_about
from growthctl.funnel.sections.model import Funnel
from growthctl.funnel.sections.source import LinkRule, Source

JOINED = Source.model_validate({"columns": {"entity": ENTITY, "event": EVENT, "time": TIME}})
"""It reads the log that `joined` makes."""


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
    for _, name in number_columns(funnel):
        members = _with_own_sign(members, name)
    unknown = [name for name in needed if name != SOURCE and not any(name in member.properties for member in members)]
    if unknown:
        raise DataError(*(unknown_everywhere(name, [member.log for member in members]) for name in unknown))
    return members


def _with_own_sign(members: Sequence[Member], name: str) -> list[Member]:
    """The members, of which those that have numbers of one name as text read them by their own decimal sign, where
    another one has them as numbers: written out, these would look like numbers with signs between thousands.
    """
    texts = {member.log.schema[name] == pl.String() for member in members if name in member.log.schema}
    return [_with_sign(member, name) if len(texts) == 2 else member for member in members]


def _with_sign(member: Member, name: str) -> Member:
    if member.source.decimal is not None or member.log.schema.get(name) != pl.String():
        return member
    point, comma = signs_in(member.log, [name])
    return member if point == comma else member._replace(log=with_numbers(member.log, [name], "." if point else ","))


def _opened(funnel: Funnel, folder: Path, needed: Sequence[str]) -> Iterator[Member]:
    for name, source in funnel.sources.items():
        log = open_log(None, source, folder, needed)
        check_columns(log, funnel, list(source_requests(source, f"sources.{name}")))
        if source.decimal is not None:
            log = with_numbers(log, [name for _, name in number_columns(funnel)], source.decimal)
        properties = tuple(name for name in dict.fromkeys(needed) if name in log.schema)
        yield Member(name, log, settled(log, source), properties)


def joined(
    members: Sequence[Member], links: Mapping[str, Links], rule: LinkRule, timezone: str, as_of: int | None
) -> tuple[Log, list[Notice]]:
    """One log of the canonical rows of all members, with SOURCE and the ids that they are linked to, and what is to be
    noticed about these; a property that a member lacks is null there.
    """
    slow = [member._replace(log=_slower(member.log)) for member in members]
    try:
        log, notices = _joined(members, links, rule, timezone, as_of)
    except (pl.exceptions.ComputeError, pl.exceptions.SchemaError):
        # Who is who, and which ids are repeated, is asked at once: a row that cannot be read is in the way.
        with data_errors(", ".join(member.log.place for member in members)):
            return _joined(slow, links, rule, timezone, as_of)
    return log._replace(slower=lambda: _joined(slow, links, rule, timezone, as_of)[0]), notices


def _joined(
    members: Sequence[Member], links: Mapping[str, Links], rule: LinkRule, timezone: str, as_of: int | None
) -> tuple[Log, list[Notice]]:
    names = pl.Enum([member.name for member in members])
    identified = {member.name: resolved(member.log, member.source, timezone, as_of) for member in members}
    rows = {member.name: _rows(member, identified[member.name], names, timezone, as_of) for member in members}
    frames = [linked(rows, name, links, rule) for name in rows]
    frame = pl.concat(_alike(frames), how="diagonal")
    heights = [rows_about(member.log) for member in members]
    height = None if None in heights else sum(height or 0 for height in heights)
    place = ", ".join(member.name for member in members)
    log = Log(frame, dict(frame.collect_schema()), place, height=height)
    ambiguous = [
        ambiguous_identity(identified[member.name].ambiguous, member.source.identity.rule, member.name)
        for member in members
        if member.source.identity and identified[member.name].ambiguous
    ]
    return log, ambiguous + link_notices(links, rule)


def _rows(member: Member, identified: Resolved, names: pl.Enum, timezone: str, as_of: int | None) -> pl.LazyFrame:
    rows = canonical_rows(identified.log, identified.source, timezone, member.properties, as_of)
    entity = pl.col(ENTITY)
    if rows.collect_schema()[ENTITY].is_float():
        # A column of whole numbers in which some are missing is often written with a point.
        entity = (
            pl.when(entity == entity.floor())
            .then(entity.cast(pl.Int64, strict=False).cast(pl.String))
            .otherwise(entity.cast(pl.String))
        )
    return rows.with_columns(entity.cast(pl.String), pl.lit(member.name, names).alias(SOURCE))


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


def stray_rows_of(member: Member, timezone: str) -> int:
    """See `rows.stray_rows`."""
    return stray_rows(*unlinked(_slower(member.log), member.source), timezone)


def check_members(members: Sequence[Member], timezone: str, as_of: int | None) -> list[Notice]:
    """What `check_quality` says of each source; looks through all of them once more."""
    notices = []
    for member in members:
        log = _slower(member.log)
        rows = canonical_rows(*unlinked(log, member.source), timezone, as_of=as_of)
        sums = quality_sums(rows).collect(engine="streaming")
        quality = Quality.of(sums)
        # A source may be empty, or begin later than --as-of.
        if quality.rows_read:
            notices += check_quality(quality, log, member.source, timezone)
    return notices
