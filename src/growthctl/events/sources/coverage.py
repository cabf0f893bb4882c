"""What each source of a funnel holds: up to when it is complete, and how many of its people never enter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import polars as pl

from growthctl.clock import HOUR, Micros, on_clock
from growthctl.errors import Notice
from growthctl.events.column_names import ENTITY, REJECTED, SOURCE, STAGES, TIME
from growthctl.events.times.time_column import parse_instant
from growthctl.funnel.sections.model import Funnel
from growthctl.funnel.sections.source import Source
from growthctl.stats.silence import chance_of_silence, hourly

CompleteBy = Literal["as_of", "silence", "log"]
"""Why a source is complete up to some time: its own `as_of`; it falls silent for longer than chance allows; or it goes
as far as the log.
"""
BY_CHANCE = 0.001
_STRANGERS = 0.1
_HOUR, _ROWS, _FIRST, _LAST = "#hour", "#rows", "#first", "#last"
_HAVING, _ENTERS, _TABLE = "#having", "#enters", "#table"


class Coverage(NamedTuple):
    """One source."""

    source: str | None
    """None: a table that is the only one."""
    rows: int
    """Those that can be used."""
    first_event_at: Micros | None
    last_event_at: Micros | None
    complete_until: Micros
    complete_by: CompleteBy
    feeds: int
    """Bit set of the stages that its events match."""
    entities: int
    """Those with an event of a stage."""
    strangers: int
    """Those of them who never have an event of the first stage, nor of a source that feeds an earlier one; 0 of a log
    that feeds the first itself, whose beginning may have cut it off, and where no stage is the first.
    """

    @property
    def has_strangers(self) -> bool:
        """Are they so many that a link is more likely broken than that all of them came another way?"""
        return self.strangers > _STRANGERS * self.entities


def activity(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Of canonical rows with SOURCE, how many usable ones each hour (UTC) of each source has; for `coverage_of`."""
    # Filtered afterwards, so that all that is asked of the rows can share one reading.
    usable = pl.col(REJECTED).is_null()
    hours = rows.group_by(SOURCE, (pl.col(TIME) // HOUR).alias(_HOUR)).agg(
        usable.sum().alias(_ROWS),
        pl.col(TIME).filter(usable).min().alias(_FIRST),
        pl.col(TIME).filter(usable).max().alias(_LAST),
    )
    return hours.filter(pl.col(_ROWS) > 0)


def coverage_of(funnel: Funnel, active: pl.DataFrame, events: pl.LazyFrame, end: Micros) -> list[Coverage]:
    """Of each source of the funnel, in a log that goes to `end`.

    `active`: what `activity` gives; `events`: of the stages, with ENTITY, SOURCE and STAGES.
    """
    people = _people(funnel, funnel.sources, events)
    by_source = {str(source): hours for (source,), hours in active.group_by(SOURCE)}
    return [
        _coverage(name, source, by_source.get(name), people.get(name, (0, 0, 0)), funnel.timezone, end)
        for name, source in funnel.sources.items()
    ]


def strangers_of_table(funnel: Funnel, events: pl.LazyFrame, end: Micros) -> list[Coverage]:
    """Of the only source, where it is a table that has all dates of somebody, or every change: nothing is cut off."""
    if not _is_table(funnel.source):
        return []
    people = _people(funnel, {_TABLE: funnel.source}, events.with_columns(pl.lit(_TABLE).alias(SOURCE)))
    return [Coverage(None, 0, None, None, end, "log", *people[_TABLE])]


def _is_table(source: Source) -> bool:
    return source.stage_dates is not None or source.stage_history is not None


def _coverage(
    name: str,
    source: Source,
    hours: pl.DataFrame | None,
    people: tuple[int, int, int],
    timezone: str,
    end: Micros,
) -> Coverage:
    until, why = _complete_until(name, source, hours, timezone, end)
    if hours is None:
        return Coverage(name, 0, None, None, until, why, *people)
    first, last = hours[_FIRST].min(), hours[_LAST].max()
    return Coverage(name, int(hours[_ROWS].sum()), first, last, until, why, *people)  # type: ignore[arg-type]


def _complete_until(
    name: str, source: Source, hours: pl.DataFrame | None, timezone: str, end: Micros
) -> tuple[Micros, CompleteBy]:
    if source.as_of is not None:
        given = parse_instant(source.as_of, timezone, what=f"sources.{name}.as_of")
        return (given, "as_of") if given < end else (end, "log")
    if hours is None:
        return end, "log"
    counts = hourly(hours[_HOUR].to_numpy(), hours[_ROWS].to_numpy())
    first = int(hours[_HOUR].min())  # type: ignore[arg-type]
    # Which hour of the week, on the local clock, from wherever a week is taken to begin.
    slot = on_clock(first * HOUR, timezone) // HOUR
    if chance_of_silence(counts, slot, end // HOUR - first - len(counts)) < BY_CHANCE:
        return int(hours[_LAST].max()), "silence"  # type: ignore[arg-type]
    return end, "log"


def _people(funnel: Funnel, sources: Mapping[str, Source], events: pl.LazyFrame) -> dict[str, tuple[int, int, int]]:
    """Of each source the stages that it feeds, its entities, and those of them who are strangers."""
    fed = events.group_by(pl.col(SOURCE).cast(pl.String)).agg(pl.col(STAGES).bitwise_or())
    having = pl.lit(0, pl.UInt64)
    for position, name in enumerate(sources):
        having = pl.when(pl.col(SOURCE) == name).then(pl.lit(1 << position, pl.UInt64)).otherwise(having)
    by_entity = (
        events.filter(pl.col(STAGES) > 0)
        .group_by(ENTITY)
        .agg(having.bitwise_or().alias(_HAVING), (pl.col(STAGES) & 1).max().alias(_ENTERS))
    )
    kinds = by_entity.group_by(_HAVING, _ENTERS).agg(pl.len().alias(_ROWS))
    feeds, counts = pl.collect_all([fed, kinds], engine="streaming")
    feeding: dict[str, int] = dict(feeds.iter_rows())
    has_entry = funnel.order != "any"
    first = {name: _lowest(feeding.get(name, 0)) for name in sources}
    people = {}
    for position, (name, source) in enumerate(sources.items()):
        own = counts.filter(pl.col(_HAVING) & (1 << position) > 0)
        # Whose deal is linked to nobody, their payment is not to blame for that.
        before = sum(1 << place for place, other in enumerate(sources) if first[other] < first[name])
        strangers = own.filter((pl.col(_ENTERS) == 0) & (pl.col(_HAVING) & before == 0))
        # The beginning of a log may have cut off the entries of those whose later events it holds.
        can_tell = has_entry and (first[name] > 0 or _is_table(source))
        people[name] = feeding.get(name, 0), int(own[_ROWS].sum()), int(strangers[_ROWS].sum()) if can_tell else 0
    return people


def _lowest(stages: int) -> int:
    """The first stage of a bit set; of none one behind all."""
    return (stages & -stages).bit_length() - 1 if stages else 64


def ends_of_stages(covered: Sequence[Coverage], stages: int, end: Micros) -> tuple[Micros, ...]:
    """Up to when the events of each stage are complete: the oldest end of the sources that feed it."""
    return tuple(
        min((each.complete_until for each in covered if each.feeds >> stage & 1), default=end)
        for stage in range(stages)
    )


def source_notices(covered: Sequence[Coverage], funnel: Funnel) -> list[Notice]:
    """Of sources that feed a stage and end before the log, and of those of which many people never enter."""
    ended = [
        Notice("source_ended", numbers={"source": each.source, "at": each.complete_until, "zone": funnel.timezone})
        for each in covered
        if each.complete_by == "silence" and each.feeds
    ]
    return ended + [
        Notice(
            "never_enter",
            numbers={
                "source": each.source,
                "events": funnel.stages[0].event,
                "entities": each.entities,
                "strangers": each.strangers,
            },
        )
        for each in covered
        if each.has_strangers and each.source is not None
    ]
