"""Which columns of several logs hold the ids of the same people, by what is in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import NamedTuple

import polars as pl

from growthctl.events.column_names import ENTITY
from growthctl.events.columns import id_of
from growthctl.events.inspect.column_profiles import ColumnProfile
from growthctl.events.inspect.describe import profile_of, with_entity
from growthctl.events.inspect.roles import are_alike, people_in
from growthctl.events.inspect.several_logs import DescribedLog, SeveralLogs
from growthctl.events.reading.open import Log
from growthctl.events.reading.readable import collected

FEW = 0.1
"""Columns with a smaller share of ids in common do not name the same people."""
_SAMPLE = 1000


class IdColumn(NamedTuple):
    """A column that says who, of one of several logs."""

    log: str
    name: str
    is_own: bool
    """Is it the one that the log itself suggests?"""
    profile: ColumnProfile | None
    """None of a column that is made of others."""


class Overlap(NamedTuple):
    """Columns of two logs with ids in common."""

    first: IdColumn
    second: IdColumn
    share: float
    """Of the ids of the one with fewer those that the other has, too; about."""
    common: float
    """How many these are."""

    @property
    def ends(self) -> tuple[IdColumn, IdColumn]:
        """Both columns."""
        return self.first, self.second

    @property
    def is_sure(self) -> bool:
        """Are equal ids equal people?"""
        profiles = self.first.profile, self.second.profile
        return profiles[0] is None or profiles[1] is None or are_alike(profiles[0], profiles[1])


class SharedIds(NamedTuple):
    """Several logs, of which each names people in the column that the others know best."""

    logs: tuple[DescribedLog, ...]
    in_doubt: tuple[tuple[str, str], ...]
    """Logs whose ids are numbers by different names, of which some are equal: that may be chance."""


def with_shared_ids(several: SeveralLogs) -> SharedIds:
    """Takes as who is meant, in each log, the column with most ids in common with another log or a file of links.

    Looks through each log twice. Raises what reading raises.
    """
    columns = {log.name: _id_columns(log) for log in several.logs}
    chosen = _linked(several, columns)
    # The ids that links lead on from become those of another log, whatever else is in common.
    led_on = {group.header[0] for group in several.links}
    overlaps = [
        overlap for overlap in _overlaps(several.logs, columns) if not led_on & {end.log for end in overlap.ends}
    ]
    for overlap in sorted((overlap for overlap in overlaps if overlap.is_sure), key=_rank):
        if all(chosen.get(end.log, end) == end for end in overlap.ends):
            chosen |= {end.log: end for end in overlap.ends}
    doubts = [
        (overlap.first.log, overlap.second.log)
        for overlap in overlaps
        if not overlap.is_sure and all(end.is_own and chosen.get(end.log, end) == end for end in overlap.ends)
    ]
    return SharedIds(tuple(_of(log, chosen.get(log.name, columns[log.name][0])) for log in several.logs), tuple(doubts))


def _rank(overlap: Overlap) -> tuple[float, int]:
    """Those with most in common first; of these the ones that the logs suggest."""
    return -overlap.common, -sum(end.is_own for end in overlap.ends)


def _of(log: DescribedLog, column: IdColumn) -> DescribedLog:
    """The log of those whom a column names; where that is not in every row, known by it, and by another one before."""
    others = [profile for profile in people_in(log.description.columns) if profile.name != column.name]
    if column.profile is None or log.description.source.identity is not None:
        return log
    if column.profile.filled == column.profile.rows:
        before = None
    elif column.is_own:
        before = next((profile.name for profile in others if profile.filled == profile.rows), None)
    else:
        before = log.description.source.columns.entity
    if column.is_own and before is None:
        return log
    description = with_entity(log.description, column.name, before)
    return log._replace(description=description, profile=profile_of(description))


def _id_columns(log: DescribedLog) -> list[IdColumn]:
    """Its own first. A preset says itself who is who."""
    source, profiles = log.description.source, log.description.columns
    own = source.columns.entity if source.identity is None else source.identity.known
    columns = [IdColumn(log.name, own, True, next((p for p in profiles if p.name == own), None))]
    others = people_in(profiles) if source.preset is None else []
    return columns + [IdColumn(log.name, p.name, False, p) for p in others if p.name != own]


def _linked(several: SeveralLogs, columns: Mapping[str, Sequence[IdColumn]]) -> dict[str, IdColumn]:
    """By log that files of links name the column that these know best."""
    logs = {log.name: log.description.log for log in several.logs}
    linked = {}
    for group in several.links:
        for name in group.header:
            end = IdColumn("", name, is_own=False, profile=None)
            shares = _shares(logs[name], columns[name], {end: _sample(group.log, name)})
            linked[name] = max(columns[name], key=lambda column: (shares[column, end], column.is_own))
    return linked


def _overlaps(logs: Sequence[DescribedLog], columns: Mapping[str, Sequence[IdColumn]]) -> Iterator[Overlap]:
    """In the order of the logs and their columns."""
    samples = {column: _sample(log.description.log, column.name) for log in logs for column in columns[log.name]}
    shares: dict[tuple[IdColumn, IdColumn], float] = {}
    for log in logs:
        others = {column: ids for column, ids in samples.items() if column.log != log.name}
        shares |= _shares(log.description.log, columns[log.name], others)
    for pair in combinations(logs, 2):
        for first, second in product(*(columns[log.name] for log in pair)):
            share = round(max(shares[first, second], shares[second, first]), 2)
            if share >= FEW:
                fewer = min(end.profile.distinct if end.profile else len(samples[end]) for end in (first, second))
                yield Overlap(first, second, share, share * fewer)


def _sample(log: Log, column: str) -> pl.Series:
    """Some of the ids of a column, the same in whatever order the rows are."""
    ids = pl.col(ENTITY)
    return collected(
        log,
        lambda frame: frame.select(_ids(log, column)).drop_nulls().unique().sort(ids.hash(), ids).head(_SAMPLE),
    )[ENTITY]


def _shares(
    log: Log, columns: Sequence[IdColumn], samples: Mapping[IdColumn, pl.Series]
) -> dict[tuple[IdColumn, IdColumn], float]:
    """The share of the ids of each sample that each column of the log has."""
    pairs = [(column, sample) for column in columns for sample, ids in samples.items() if len(ids)]
    counted = collected(
        log,
        lambda frame: frame.select(
            _ids(log, column.name)
            .filter(_ids(log, column.name).is_in(samples[sample].implode()))
            .n_unique()
            .alias(str(number))
            for number, (column, sample) in enumerate(pairs)
        ),
    )
    shares = dict.fromkeys(product(columns, samples), 0.0)
    return shares | {pair: counted[str(n)].item() / len(samples[pair[1]]) for n, pair in enumerate(pairs)}


def _ids(log: Log, column: str) -> pl.Expr:
    return id_of(log, column).cast(pl.String).alias(ENTITY)
